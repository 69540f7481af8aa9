import Synchronization
import Testing

@testable import Ixy

/// Control side and queues through a reset, in every order of their steps.
@Suite(.serialized) struct HandoverOrderTests {
    private typealias Barrier = Handover<SteppedWord>

    /// The true state of the card and the rings.
    private final class World: Sendable {
        struct State {
            /// The card may write into the rings.
            var isRunning = true
            /// Which layout the card, and each queue, believes in.
            var cardRound = 0
            var rounds: [Int]
            var faults: Set<String> = []
        }
        let state: Mutex<State>

        init(queues: Int) { state = Mutex(State(rounds: [Int](repeating: 0, count: queues))) }

        func check(_ isRight: (State) -> Bool, _ fault: String) {
            state.withLock { if !isRight($0) { $0.faults.insert(fault) } }
        }
    }

    /// A queue's mistake.
    private enum Mistake { case none, answersEarly, doesNotLook }

    private struct Queue: Resettable, ~Copyable {
        var participant: Barrier.Participant
        let index: Int
        let world: World
        let order: EveryOrder
        let mistake: Mistake
        private var owesWork = false

        init(participant: consuming Barrier.Participant, index: Int, world: World, order: EveryOrder, mistake: Mistake) {
            self.participant = participant
            self.index = index
            self.world = world
            self.order = order
            self.mistake = mistake
        }

        mutating func startOver() {
            if mistake == .answersEarly { owesWork = true } else { layOut() }
        }

        private func layOut() {
            order.pause()
            world.check({ !$0.isRunning }, "a ring is laid out while the card runs")
            world.state.withLock { $0.rounds[index] += 1 }
        }

        /// As a driver's queue: looks at the barrier, and works then.
        mutating func work() {
            if participant.isCalled {
                let runs = takePartInReset()
                if owesWork {
                    layOut()
                    owesWork = false
                }
                guard runs || mistake == .doesNotLook else { return }
            }
            order.pause()
            world.check({ $0.isRunning }, "a queue works on a card that is off")
            world.check({ [index] in $0.rounds[index] == $0.cardRound }, "a queue works on another ring than the card")
        }
    }

    /// Another event at a queue: none, or after so many turns it catches the device at a lie or is dropped.
    enum Event: Sendable, CaseIterable { case nothing, lie, drop }

    /// - Returns: all faults of all orders, and how many runs it took.
    private func tryAll(_ events: [Event], _ mistake: Mistake = .none) -> (faults: Set<String>, runs: Int) {
        var faults: Set<String> = []
        let runs = EveryOrder.tryAll(limit: 20_000) { order in
            let barrier = Barrier(), world = World(queues: events.count)
            let participants = events.map { _ in Slot(barrier.join()) }
            let queues = events.indices.map { index in
                { @Sendable in
                    var queue = Queue(participant: participants[index].take(), index: index, world: world, order: order, mistake: mistake)
                    queue.work()
                    switch events[index] {
                    case .nothing: break
                    case .lie: queue.participant.reportLie()
                    case .drop: return
                    }
                    // Until the reset is over for it.
                    while !world.state.withLock({ $0.isRunning && $0.cardRound == 1 }) || queue.participant.isCalled {
                        queue.work()
                        order.sleepUntilSomethingChanges([1, queue.participant.runs, queue.participant.deadIn ?? .max])
                    }
                    queue.work()
                }
            }
            let control = { @Sendable in
                for phase in 0..<3 {
                    // The device is quiet once all queues have paused, and starts once all rings are laid out.
                    if phase == 2 {
                        world.check({ state in
                            state.rounds.indices.allSatisfy { events[$0] == .drop || state.rounds[$0] == 1 }
                        }, "the card starts on a ring that is not laid out, or twice")
                        _ = barrier.takeLies()
                        world.state.withLock { ($0.isRunning, $0.cardRound) = (true, 1) }
                    }
                    barrier.callNextPhase()
                    while !barrier.isAnswered { order.sleepUntilSomethingChanges([UInt32(phase)]) }
                    if phase == 0 { world.state.withLock { $0.isRunning = false } }
                }
            }
            return EveryOrder.Run(threads: [control] + queues) {
                world.state.withLock { [$0.isRunning ? 1 : 0, $0.cardRound] + $0.rounds }
            } check: {
                faults.formUnion(world.state.withLock { $0.faults })
            }
        }
        return (faults, runs)
    }

    /// Hands a participant over to its thread.
    private final class Slot: Sendable {
        private let content: Mutex<Barrier.Participant?>

        init(_ participant: consuming Barrier.Participant) { content = Mutex(consume participant) }

        func take() -> Barrier.Participant { content.withLock { $0.take() }! }
    }

    @Test(arguments: Event.allCases) func oneQueue(event: Event) {
        let (faults, runs) = tryAll([event])
        #expect(faults.isEmpty)
        #expect((10..<20_000).contains(runs), "\(runs) orders")
    }

    @Test(arguments: [[Event.nothing, .drop]]) func twoQueues(events: [Event]) {
        let (faults, runs) = tryAll(events)
        #expect(faults.isEmpty)
        #expect((100..<20_000).contains(runs), "\(runs) orders")
    }

    /// That the steps are seen at all: a queue that answers first and lays out its ring then (finding 7), and one that does not look.
    @Test func aQueueThatAnswersTooEarlyIsCaught() {
        let (early, _) = tryAll([.nothing], .answersEarly)
        #expect(early.contains("the card starts on a ring that is not laid out, or twice"))
        let (blind, _) = tryAll([.nothing], .doesNotLook)
        #expect(blind.contains("a queue works on a card that is off"))
    }
}
