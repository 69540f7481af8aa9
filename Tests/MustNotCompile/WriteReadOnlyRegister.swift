// error: requires that 'Status' conform to 'WritableRegister'
// A read-only register cannot be written.
// driver
import Ixy

enum Status: ReadableRegister {
    static let name = "STATUS"
    static let summary = "Device Status"
    static let section = "8.2.3.1.2"
    static let access = RegisterAccess.readOnly
    static func offset(_: Int) -> Int { 8 }
    static let masterEnabled = Field<Status>("PCIe Master Enable Status", 19)
    static let fields = [masterEnabled.description]
}
#if TWIN
extension Status: WritableRegister {}
#endif

func write(_ bus: borrowing some RegisterBus & ~Copyable) {
    bus.write(Status.self) { $0.set(Status.masterEnabled) }
}
