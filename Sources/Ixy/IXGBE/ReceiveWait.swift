import Glibc
import IxyHardware

extension IXGBE {
    /// Sleeps until a receive queue's device interrupts, for at most so many milliseconds, unless a packet is there.
    ///
    /// - Parameters:
    ///   - interrupt: where the device interrupts; nil for a queue that is polled, which sleeps for a fraction of a
    ///     millisecond.
    ///   - hasPacket: whether a packet is there now.
    static func wait(for interrupt: EventFile?, milliseconds: Int, hasPacket: () -> Bool) {
        guard let interrupt else {
            usleep(50)
            return
        }
        // What was signalled before says nothing of now; what came before that does not interrupt any more.
        interrupt.take()
        guard !hasPacket() else { return }
        _ = interrupt.wait(milliseconds: milliseconds)
    }
}
