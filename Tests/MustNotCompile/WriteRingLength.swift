// error: requires that 'IXGBERegisters.TDLEN' conform to 'WritableRegister'
// The length of a ring is the ring's to say.
// driver
import Ixy

#if TWIN
extension IXGBERegisters.TDLEN: WritableRegister {}
#endif

func lengthen(_ bus: borrowing some RegisterBus & ~Copyable) {
    bus.write(IXGBERegisters.TDLEN.self) { $0[IXGBERegisters.TDLEN.length] = 1 << 19 }
}
