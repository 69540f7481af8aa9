import Foundation
import Glibc
import Ixy
import IxyModels
import Synchronization

/// The thread on the other processor: it runs the models of one contestant at a time, and returns a cache line that is
/// thrown to it, to see how far away it is.
public final class Partner: Sendable {
    private enum Order {
        static let rest = -1
        static let throwBack = -2
        static let end = -3
        static let measurePace = -4
        static let sleep = -5
    }

    /// The order to follow, or the number of the contestant whose cards are to run.
    private let order = Atomic<Int>(Order.rest)
    private let isResting = Atomic<Bool>(false)
    private let ball = Atomic<Int>(0)
    /// TSC cycles of the last run in which at least one frame was moved, and in which something else ran.
    private let busyCycles = Atomic<UInt64>(0)
    private let lostCycles = Atomic<UInt64>(0)
    /// TSC cycles of the longest round.
    private let longestRound = Atomic<UInt64>(0)
    /// Of the last measurement; 0 while there is none.
    private let lastPace = Atomic<UInt64>(0)
    private let hasEnded = Atomic<Bool>(false)
    private let cards: [[ModelNIC]]
    private let clock: TimeStampCounter

    public init(_ cards: [[ModelNIC]], cpu: Int, _ clock: TimeStampCounter) {
        self.cards = cards
        self.clock = clock
        let thread = Thread { [self] in
            try? CPUAffinity.pin(to: cpu)
            obey()
            hasEnded.store(true, ordering: .releasing)
        }
        thread.start()
    }

    private func obey() {
        while true {
            switch order.load(ordering: .acquiring) {
            case Order.end: return
            case Order.rest: isResting.store(true, ordering: .releasing)
            case Order.throwBack: throwBack()
            case Order.measurePace: lastPace.store(Pace(clock: clock).measure(), ordering: .releasing)
            case Order.sleep: usleep(100)
            case let number: run(number)
            }
        }
    }

    private func throwBack() {
        while order.load(ordering: .relaxed) == Order.throwBack {
            let value = ball.load(ordering: .acquiring)
            if value & 1 == 1 { ball.store(value + 1, ordering: .releasing) }
        }
    }

    private func run(_ number: Int) {
        let left = cards[number][0]
        let right = cards[number][1]
        var busy: UInt64 = 0
        var lost: UInt64 = 0
        var longest: UInt64 = 0
        var now = clock.now()
        while order.load(ordering: .relaxed) == number {
            let moved = left.step() + right.step()
            let after = clock.now()
            // A round without a frame was a wait for the drivers.
            if moved > 0 { busy += after - now }
            if after - now > interruption { lost += after - now }
            longest = max(longest, after - now)
            now = after
        }
        longestRound.store(longest, ordering: .relaxed)
        busyCycles.store(busy, ordering: .relaxed)
        lostCycles.store(lost, ordering: .relaxed)
    }

    /// Starts the cards of contestant `number`.
    public func start(_ number: Int) {
        isResting.store(false, ordering: .relaxed)
        order.store(number, ordering: .releasing)
    }

    /// Returns when nothing runs any more.
    public func rest() {
        isResting.store(false, ordering: .relaxed)
        order.store(Order.rest, ordering: .releasing)
        while !isResting.load(ordering: .acquiring) {}
    }

    /// The models' work since the last start; ask when they rest.
    public var work: (busy: UInt64, lost: UInt64, longest: UInt64) {
        (busyCycles.load(ordering: .relaxed), lostCycles.load(ordering: .relaxed), longestRound.load(ordering: .relaxed))
    }

    /// Nanoseconds in which a cache line goes over to the partner and back: the median of several measurements, as a
    /// thread may be interrupted in one of them.
    public func roundTrip() -> Double {
        start(Order.throwBack)
        var value = ball.load(ordering: .acquiring)
        // The first ones only wake it up.
        for _ in 0..<100 { value = throwOver(value) }
        let times = (0..<21).map { _ in
            let begin = MonotonicClock.nanoseconds
            for _ in 0..<250 { value = throwOver(value) }
            return Double(MonotonicClock.nanoseconds - begin) / 250
        }
        rest()
        return times.sorted()[10]
    }

    /// How fast this processor computes while the partner's is idle, and how fast both do at once, see `Pace`: two threads
    /// of one core have half of it each.
    public func pace() -> (alone: UInt64, together: UInt64) {
        lastPace.store(0, ordering: .relaxed)
        start(Order.sleep)
        usleep(200)
        let alone = Pace(clock: clock).measure()
        start(Order.measurePace)
        while lastPace.load(ordering: .acquiring) == 0 {}
        let mine = Pace(clock: clock).measure()
        let together = max(mine, lastPace.load(ordering: .relaxed))
        rest()
        return (alone, together)
    }

    private func throwOver(_ value: Int) -> Int {
        ball.store(value + 1, ordering: .releasing)
        while ball.load(ordering: .acquiring) == value + 1 {}
        return value + 2
    }

    public func end() {
        order.store(Order.end, ordering: .releasing)
        while !hasEnded.load(ordering: .acquiring) {}
    }
}

/// TSC cycles which no burst takes unless its thread is interrupted: some 100 µs.
public let interruption: UInt64 = 250_000

/// How far the two processors are from each other: a virtual machine's are moved about, and speed with them.
public enum Distance: String, Codable, CaseIterable, Sendable {
    case near, far

    /// Nil if they were moved in between, or are neither near nor far.
    public init?(before: Double, after: Double) {
        switch (before, after) {
        case (..<130, ..<130): self = .near
        case (200..., 200...): self = .far
        default: return nil
        }
    }
}
