import Glibc

/// A moment after which nobody waits any longer. Whoever waits in several steps hands it on from step to step, so that
/// the steps cannot add up to more.
package struct Deadline: Sendable {
    private let nanoseconds: UInt64

    /// The moment `milliseconds` from now.
    package init(milliseconds: Int) {
        nanoseconds = MonotonicClock.nanoseconds &+ UInt64(clamping: milliseconds) &* 1_000_000
    }

    /// What is left, rounded up; 0 once it has passed.
    package var milliseconds: Int {
        let now = MonotonicClock.nanoseconds
        return now >= nanoseconds ? 0 : Int(clamping: (nanoseconds - now + 999_999) / 1_000_000)
    }
}

extension Deadline {
    /// Sleeps until then.
    package func pass() {
        while milliseconds > 0 { usleep(UInt32(clamping: milliseconds * 1000)) }
    }
}
