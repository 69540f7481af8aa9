// error: requires that 'Flush' conform to 'ReadableRegister'
// A write-only register cannot be read.
// driver
import Ixy

enum Flush: WritableRegister {
    static let entry = RegisterEntry("A register that is only written", at: 8, "none")
    static let access = RegisterAccess.writeOnly
    static let all = Field<Flush>("all", 0)
    static let fields = [all.description]
}
#if TWIN
extension Flush: ReadableRegister {}
#endif

func read(_ bus: borrowing some RegisterBus & ~Copyable) -> Bool {
    bus.read(Flush.self).isSet(Flush.all)
}
