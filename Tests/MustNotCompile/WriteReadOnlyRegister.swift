// error: requires that 'Status' conform to 'WritableRegister'
// A read-only register cannot be written.
// driver
import Ixy

enum Status: ReadableRegister {
    static let entry = RegisterEntry("Device Status", at: 8, "8.2.3.1.2")
    static let access = RegisterAccess.readOnly
    static let masterEnabled = Field<Status>("PCIe Master Enable Status", 19)
    static let fields = [masterEnabled.description]
}
#if TWIN
extension Status: WritableRegister {}
#endif

func write(_ bus: borrowing some RegisterBus & ~Copyable) {
    bus.write(Status.self) { $0.set(Status.masterEnabled) }
}
