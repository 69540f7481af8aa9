import Forwarders
import Foundation
import Ixy
import Synchronization

/// How two processors stand to each other: a virtual machine's are moved about, and speed with them.
enum Placement: String, CaseIterable {
    case near
    /// Near, but one of them has not a whole core for itself: they are threads of one core, or somebody else has work there.
    case shared = "near, shared"
    case far

    /// - Parameters:
    ///   - before: what was measured before a window.
    ///   - after: what was measured after it.
    ///   - pace: a processor's that has its core for itself.
    /// - Returns: nil if they were moved in between, or are neither near nor far.
    init?(before: Meeting, after: Meeting, pace: UInt64) {
        switch Distance(before: before.nanoseconds, after: after.nanoseconds) {
        case .near: self = max(before.pace, after.pace) <= pace + pace / 50 ? .near : .shared
        case .far: self = .far
        case nil: return nil
        }
    }
}

/// The measurements of two processors that have nothing else to do.
struct Meeting {
    /// Of a cache line's round trip.
    var nanoseconds: Double
    /// The slower one's, when both compute. See `Pace`.
    var pace: UInt64
}

/// A cache line that two threads, on processors 0 and 1, throw to each other.
final class Ball: Sendable {
    private static let throwsEach = 250
    private static let measurements = 21
    private let value = Atomic<Int>(0)

    /// How long it takes to go over and come back is the median of several measurements, as either thread may be interrupted
    /// in one of them. Both processors should have nothing else to do.
    static func meet(_ pace: Pace) -> Meeting {
        let ball = Ball()
        let result = Mutex(Meeting(nanoseconds: 0, pace: 0))
        @Sendable func compute() {
            let time = pace.measure()
            result.withLock { $0.pace = max($0.pace, time) }
        }
        let ends = (0..<2).map { _ in DispatchSemaphore(value: 0) }
        Thread.detachNewThread {
            try? CPUAffinity.pin(to: 1)
            ball.throwBack()
            // Both at a time.
            compute()
            ends[1].signal()
        }
        Thread.detachNewThread {
            try? CPUAffinity.pin(to: 0)
            let time = ball.measure()
            result.withLock { $0.nanoseconds = time }
            compute()
            ends[0].signal()
        }
        for end in ends { end.wait() }
        return result.withLock { $0 }
    }

    private func throwBack() {
        while true {
            let now = value.load(ordering: .acquiring)
            guard now >= 0 else { return }
            if now & 1 == 1 { value.store(now + 1, ordering: .releasing) }
        }
    }

    private func measure() -> Double {
        var now = 0
        // The first ones only wait for the other thread.
        for _ in 0..<Ball.throwsEach { now = throwOver(now) }
        let times = (0..<Ball.measurements).map { _ in
            let begin = MonotonicClock.nanoseconds
            for _ in 0..<Ball.throwsEach { now = throwOver(now) }
            return Double(MonotonicClock.nanoseconds - begin) / Double(Ball.throwsEach)
        }
        value.store(-1, ordering: .releasing)
        return times.sorted()[Ball.measurements / 2]
    }

    private func throwOver(_ old: Int) -> Int {
        value.store(old + 1, ordering: .releasing)
        while value.load(ordering: .acquiring) == old + 1 {}
        return old + 2
    }
}
