import Foundation
import Synchronization

@testable import Ixy

/// Runs threads that share words, one step at a time, once for every order of their steps that makes a difference.
///
/// A thread stops before each access to a `SteppedWord`, and one of those that have stopped goes on. Two orders make no difference if
/// in both each thread has read the same and the words are the same; what follows is tried once then.
final class EveryOrder: @unchecked Sendable {
    private let state = NSCondition()
    /// What the threads of this run are at.
    private var threads: [Progress] = []
    private var turn: Int?
    private var changes = 0
    private var words = 0
    private var values: [UInt32] = []

    private struct Progress {
        enum Place { case running, waiting, sleeping(Int), ended }
        var place = Place.running
        /// All that it has read.
        var history: [UInt32] = []
    }

    /// What a thread that is not the test's own is, in its thread.
    @TaskLocal static var current: (order: EveryOrder, thread: Int)?
    /// The run whose words are made now.
    @TaskLocal static var making: EveryOrder?

    /// How a situation looks: what comes next depends on nothing else.
    private struct Situation: Hashable {
        let histories: [[UInt32]]
        let places: [Int]
        let values: [UInt32]
    }

    /// Tries all orders. `bodies` makes the threads of one run, anew each time; `check` is called at the end of each run.
    ///
    /// - Returns: how many runs there were.
    static func tryAll(limit: Int, _ bodies: (EveryOrder) -> ([@Sendable () -> Void], check: () -> Void)) -> Int {
        var seen: Set<Situation> = []
        // Prefixes of orders that are still to be tried.
        var open: [[Int]] = [[]], runs = 0
        while let prefix = open.popLast(), runs < limit {
            runs += 1
            let order = EveryOrder()
            let (threads, check) = $making.withValue(order) { bodies(order) }
            open += order.run(threads, prefix, &seen)
            check()
        }
        return open.isEmpty ? runs : limit
    }

    /// One run, which begins with the threads of `prefix`. Returns the other ways that it came by.
    private func run(_ bodies: [@Sendable () -> Void], _ prefix: [Int], _ seen: inout Set<Situation>) -> [[Int]] {
        threads = bodies.map { _ in Progress() }
        for (index, body) in bodies.enumerated() {
            Thread {
                Self.$current.withValue((self, index)) { body() }
                self.state.withLock {
                    self.threads[index].place = .ended
                    self.changes += 1
                    self.turn = nil
                    self.state.broadcast()
                }
            }.start()
        }
        var others: [[Int]] = [], taken: [Int] = []
        while true {
            state.lock()
            while turn != nil || threads.contains(where: { if case .running = $0.place { true } else { false } }) { state.wait() }
            let ready = threads.indices.filter { isReady($0) }
            if ready.isEmpty {
                let isOver = threads.allSatisfy { if case .ended = $0.place { true } else { false } }
                precondition(isOver, "all threads wait for each other: \(taken)")
                state.unlock()
                return others
            }
            var next = ready[0]
            if taken.count < prefix.count {
                next = prefix[taken.count]
            } else if seen.insert(situation).inserted {
                others += ready.dropFirst().map { taken + [$0] }
            }
            taken.append(next)
            turn = next
            threads[next].place = .running
            state.broadcast()
            state.unlock()
        }
    }

    private func isReady(_ index: Int) -> Bool {
        switch threads[index].place {
        case .waiting: true
        case .sleeping(let since): changes > since
        case .running, .ended: false
        }
    }

    private var situation: Situation {
        Situation(
            histories: threads.map(\.history),
            places: threads.indices.map { index in
                switch threads[index].place {
                case .running, .waiting: 0
                case .sleeping: isReady(index) ? 1 : 2
                case .ended: 3
                }
            }, values: values)
    }

    fileprivate func makeWord(_ value: UInt32) -> Int {
        state.withLock {
            values.append(value)
            return values.count - 1
        }
    }

    /// Waits for its turn, and does `access` then. The test's own thread does not wait.
    fileprivate func step(_ word: Int, _ access: (inout UInt32) -> UInt32) -> UInt32 {
        state.withLock {
            guard let thread = EveryOrder.current?.thread else { return access(&values[word]) }
            stop(thread, .waiting)
            let old = values[word], read = access(&values[word])
            if values[word] != old { changes += 1 }
            threads[thread].history.append(read)
            return read
        }
    }

    /// Lets the others go on until one of them has changed a word, or has ended.
    func sleepUntilSomethingChanges() {
        guard let thread = EveryOrder.current?.thread else { return }
        state.withLock { stop(thread, .sleeping(changes)) }
    }

    /// A step of a thread that is no access to a word: others may come before it.
    func pause() {
        guard let thread = EveryOrder.current?.thread else { return }
        state.withLock {
            stop(thread, .waiting)
            threads[thread].history.append(.max)
        }
    }

    private func stop(_ thread: Int, _ place: Progress.Place) {
        threads[thread].place = place
        turn = nil
        state.broadcast()
        while turn != thread { state.wait() }
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
