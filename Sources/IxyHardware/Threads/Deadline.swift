import Glibc

/// A moment after which nobody waits any longer. Whoever waits in several steps hands it on from step to step, so that
/// the steps cannot add up to more.
package struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    /// The moment `milliseconds` from now.
    package init(milliseconds: Int) {
        end = .now.advanced(by: .milliseconds(milliseconds))
    }

    /// The time left, rounded up; 0 once it has passed.
    package var milliseconds: Int {
        let left = ContinuousClock.now.duration(to: end) / .milliseconds(1)
        return left <= 0 ? 0 : Int(min(left, 1e15).rounded(.up))
    }
}

extension Deadline {
    /// Sleeps until then.
    package func pass() {
        while milliseconds > 0 { usleep(UInt32(clamping: milliseconds * 1000)) }
    }
}
