// error: requires that 'IXGBERegisters.RDBAL' conform to 'WritableRegister'
// A register that names memory takes no number of the driver's own.
// driver
import Ixy

#if TWIN
extension IXGBERegisters.RDBAL: WritableRegister {}
#endif

func point(_ bus: borrowing some RegisterBus & ~Copyable) {
    bus.write(IXGBERegisters.RDBAL.self) { $0[IXGBERegisters.RDBAL.address] = 0x1000 }
}
