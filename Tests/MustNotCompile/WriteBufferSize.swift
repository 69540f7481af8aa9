// error: requires that 'IXGBERegisters.SRRCTL' conform to 'WritableRegister'
// How much a device may write into each packet is the ring's to say.
// driver
import Ixy

#if TWIN
extension IXGBERegisters.SRRCTL: WritableRegister {}
#endif

func enlarge(_ bus: borrowing some RegisterBus & ~Copyable) {
    bus.modify(IXGBERegisters.SRRCTL.self) { $0[IXGBERegisters.SRRCTL.packetBufferSize] = 16 }
}
