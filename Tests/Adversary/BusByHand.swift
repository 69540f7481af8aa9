// refused: cannot find type 'RegisterBus' in scope
import Ixy

/// A driver is started on registers of one's own, which write other addresses than it says.
struct Redirected: RegisterBus {
    func read32(at offset: Int) -> UInt32 { 0 }
    func write32(_ value: UInt32, at offset: Int) {}
}
