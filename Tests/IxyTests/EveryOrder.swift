import Dispatch
import Foundation
import Synchronization

@testable import Ixy

/// Runs threads that share words, one step at a time, once for every order of their steps that makes a difference.
///
/// A thread stops before each access to a `SteppedWord`, and one of those that have stopped goes on. Two orders make no difference if
/// in both each thread has read the same since it slept last, was in the same state then, and words and world are the same; what
/// follows is tried once then.
final class EveryOrder: Sendable {
    fileprivate struct State {
        var threads: [Progress] = []
        var values: [UInt32] = []
        /// How often a word has changed, or a thread has ended.
        var changes = 0
    }

    fileprivate struct Progress {
        enum Place { case running, waiting, sleeping(Int), ended }
        var place = Place.running
        /// Its state when it slept last, and all that it has read since then.
        var history: [UInt32] = []
        /// How many changes there were when it woke up last.
        var seen = 0
    }

    /// How a situation looks: what comes next depends on nothing else.
    fileprivate struct Situation: Hashable {
        let histories: [[UInt32]]
        let places: [Int]
        let values: [UInt32]
        let world: [Int]
    }

    /// One run: what its threads do, all that they have in common besides words, and a look at that at the end.
    struct Run {
        let threads: [@Sendable () -> Void]
        let world: () -> [Int]
        let check: () -> Void
    }

    private let state = Mutex(State())
    /// Signalled when a thread has stopped or ended, and when a thread may go on.
    private let stopped = DispatchSemaphore(value: 0)
    private let turns = (0..<4).map { _ in DispatchSemaphore(value: 0) }

    /// The run's thread that this is; nil in the test's own.
    @TaskLocal private static var thread: Int?
    /// The run whose words are made now.
    @TaskLocal fileprivate static var making: EveryOrder?

    /// Tries all orders. `makeRun` makes a run, of four threads at most, anew each time.
    ///
    /// - Returns: how many runs there were: `limit` if that was too few.
    static func tryAll(limit: Int, _ makeRun: (EveryOrder) -> Run) -> Int {
        var seen: Set<Situation> = []
        // Prefixes of orders that are still to be tried.
        var open: [[Int]] = [[]], runs = 0
        while runs < limit, let prefix = open.popLast() {
            runs += 1
            let order = EveryOrder()
            let run = $making.withValue(order) { makeRun(order) }
            open += order.follow(run, prefix, &seen)
            run.check()
        }
        return open.isEmpty ? runs : limit
    }

    /// One run, which begins with the threads of `prefix`. Returns the other ways that it came by.
    private func follow(_ run: Run, _ prefix: [Int], _ seen: inout Set<Situation>) -> [[Int]] {
        state.withLock { $0.threads = run.threads.map { _ in Progress() } }
        for (index, body) in run.threads.enumerated() {
            Thread { [self] in
                Self.$thread.withValue(index) { body() }
                state.withLock {
                    $0.threads[index].place = .ended
                    $0.changes += 1
                }
                stopped.signal()
            }.start()
        }
        for _ in run.threads { stopped.wait() }
        var others: [[Int]] = [], taken: [Int] = []
        while true {
            let world = run.world()
            let (ready, situation, isOver) = state.withLock { ($0.ready, $0.situation(world), $0.isOver) }
            guard let first = ready.first else {
                precondition(isOver, "all threads wait for each other: \(taken)")
                return others
            }
            var next = first
            if taken.count < prefix.count {
                next = prefix[taken.count]
            } else if seen.insert(situation).inserted {
                others += ready.dropFirst().map { taken + [$0] }
            }
            taken.append(next)
            state.withLock { $0.threads[next].place = .running }
            turns[next].signal()
            stopped.wait()
        }
    }

    fileprivate func makeWord(_ value: UInt32) -> Int {
        state.withLock {
            $0.values.append(value)
            return $0.values.count - 1
        }
    }

    /// Waits for its turn, and does `access` then. The test's own thread does not wait.
    fileprivate func step(_ word: Int, _ access: (inout UInt32) -> UInt32) -> UInt32 {
        stop { _ in .waiting }
        return state.withLock {
            let old = $0.values[word], read = access(&$0.values[word])
            if $0.values[word] != old { $0.changes += 1 }
            if let thread = Self.thread { $0.threads[thread].history.append(read) }
            return read
        }
    }

    /// Lets the others go on until a word has changed, or a thread has ended, since it woke up last.
    ///
    /// - Parameter own: the thread's own state, on which all that it does then depends.
    func sleepUntilSomethingChanges(_ own: [UInt32]) {
        if let thread = Self.thread { state.withLock { $0.threads[thread].history = own } }
        stop { .sleeping($0.seen) }
        if let thread = Self.thread { state.withLock { $0.threads[thread].seen = $0.changes } }
    }

    /// A step of a thread that is no access to a word: others may come before it.
    func pause() {
        stop { _ in .waiting }
        state.withLock { if let thread = Self.thread { $0.threads[thread].history.append(.max) } }
    }

    private func stop(_ place: (Progress) -> Progress.Place) {
        guard let thread = Self.thread else { return }
        state.withLock { $0.threads[thread].place = place($0.threads[thread]) }
        stopped.signal()
        turns[thread].wait()
    }
}

extension EveryOrder.State {
    private func isReady(_ index: Int) -> Bool {
        switch threads[index].place {
        case .waiting: true
        case .sleeping(let since): changes > since
        case .running, .ended: false
        }
    }

    fileprivate var ready: [Int] { threads.indices.filter { isReady($0) } }

    fileprivate var isOver: Bool { threads.allSatisfy { if case .ended = $0.place { true } else { false } } }

    fileprivate func situation(_ world: [Int]) -> EveryOrder.Situation {
        EveryOrder.Situation(
            histories: threads.map(\.history),
            places: threads.indices.map { index in
                switch threads[index].place {
                case .running, .waiting: 0
                case .sleeping: isReady(index) ? 1 : 2
                case .ended: 3
                }
            }, values: values, world: world)
    }
}

/// A word of which each access is a step.
struct SteppedWord: SharedWord, ~Copyable {
    private let order: EveryOrder
    private let word: Int

    init(_ value: UInt32) {
        order = EveryOrder.making!
        word = order.makeWord(value)
    }

    func load() -> UInt32 { order.step(word) { $0 } }

    func store(_ value: UInt32) {
        _ = order.step(word) { word in
            word = value
            return 0
        }
    }

    func increment() {
        _ = order.step(word) { word in
            word &+= 1
            return 0
        }
    }

    func take() -> UInt32 {
        order.step(word) { word in
            defer { word = 0 }
            return word
        }
    }
}
