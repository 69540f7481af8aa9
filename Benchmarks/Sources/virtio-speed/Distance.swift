import Foundation
import IxyHardware
import Synchronization

/// How far two processors are from each other: a virtual machine's are moved about, and speed with them.
enum Distance: String, CaseIterable {
    case near, far

    /// - Parameters: nanoseconds of a round trip before and after a window.
    /// - Returns: nil if they were moved in between, or are neither near nor far.
    init?(before: Double, after: Double) {
        switch (before, after) {
        case (..<130, ..<130): self = .near
        case (200..., 200...): self = .far
        default: return nil
        }
    }
}

/// A cache line that two threads, on processors 0 and 1, throw to each other.
final class Ball: Sendable {
    private static let throwsEach = 250
    private static let measurements = 21
    private let value = Atomic<Int>(0)

    /// Nanoseconds in which it goes over and comes back: the median of several measurements, as either thread may be
    /// interrupted in one of them. Both processors should have nothing else to do.
    static func roundTrip() -> Double {
        let ball = Ball()
        let result = Mutex(0.0)
        let ends = (0..<2).map { _ in DispatchSemaphore(value: 0) }
        Thread.detachNewThread {
            try? CPUAffinity.pin(to: 1)
            ball.throwBack()
            ends[1].signal()
        }
        Thread.detachNewThread {
            try? CPUAffinity.pin(to: 0)
            let time = ball.measure()
            result.withLock { $0 = time }
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
