public import Synchronization

/// Where the control side of a device and its queues, each on a thread of its own, meet when the device has to be reset
/// under them: after a lie, or because it went away and came back.
///
/// The control side calls one phase after the other, and goes on when every queue has answered. A queue looks once a
/// batch whether it is called, which costs a load and a comparison.
@usableFromInline
package typealias ResetBarrier = Handover<Atomic<UInt32>>

/// A queue's part in the resets of its device.
@usableFromInline
package typealias ResetParticipant = ResetBarrier.Participant

/// A `ResetBarrier` of words of some kind.
@usableFromInline
package final class Handover<Word: SharedWord & ~Copyable>: Sendable {
    /// The work that the queues are to do.
    enum Phase: UInt32 {
        /// Receive and send.
        case running = 0
        /// Leave rings and doorbells alone: the device is being reset.
        case paused = 1
        /// The device is quiet. Take back what it had, and lay out the ring as at the start.
        case preparing = 2

        init(of call: UInt32) { self = [.running, .paused, .preparing][Int(call % 3)] }
    }

    /// The last call, counted; modulo 3 it is the phase.
    @usableFromInline let call = Word(0)
    private let lies = Word(0)
    private let participants = Mutex<[Answer]>([])

    /// One queue's answers.
    @usableFromInline
    final class Answer: Sendable {
        /// The call that it has followed.
        let call = Word(0)
        /// 1 if the queue was dropped, and will not answer any more.
        let isGone = Word(0)
    }

    init() {}

    /// Lets a queue take part, which is running.
    func join() -> Participant {
        let answer = Answer()
        participants.withLock { $0.append(answer) }
        return Participant(barrier: self, answer: answer)
    }

    /// A queue has caught the device at a lie.
    func reportLie() { lies.increment() }

    /// Whether a queue has reported a lie since the last reset.
    var hasLies: Bool { lies.load() > 0 }

    /// Whether the control side has something to do: a lie was reported, or a reset is under way.
    var needsAttention: Bool { hasLies || call.load() % 3 != 0 }

    /// Forgets the lies, and returns how many there were.
    func takeLies() -> Int { Int(lies.take()) }

    /// Calls the next phase.
    func callNextPhase() { call.increment() }

    /// Whether every queue that is still there has followed the last call.
    var isAnswered: Bool {
        let wanted = call.load()
        return participants.withLock { answers in
            answers.allSatisfy { $0.isGone.load() == 1 || $0.call.load() == wanted }
        }
    }

    /// Whether queue `index`, in the order in which they joined, is still there.
    func isTaken(_ index: Int) -> Bool {
        participants.withLock { $0[index].isGone.load() == 0 }
    }
}

extension Handover where Word: ~Copyable {
    /// A queue's part in the resets of its device.
    @frozen @usableFromInline
    package struct Participant: ~Copyable, Sendable {
        @usableFromInline let barrier: Handover
        private let answer: Answer
        /// The call in which the queue runs: while the barrier's is another one, it must not.
        @usableFromInline var runs: UInt32 = 0
        /// The call in which the device lied to the queue, which does not run before the next one of its kind.
        private(set) var deadIn: UInt32?

        init(barrier: Handover, answer: Answer) {
            self.barrier = barrier
            self.answer = answer
        }

        deinit {
            answer.isGone.store(1)
        }

        /// Whether the queue may not go on before it has called `rejoin`.
        @inlinable @inline(__always)
        var isCalled: Bool { barrier.call.load() != runs }

        /// The queue has caught the device at a lie, and is dead until the device was reset: what it believed before may be wrong.
        mutating func reportLie() {
            deadIn = barrier.call.load()
            // No call has this number: resets that often are refused long before.
            runs = .max
            barrier.reportLie()
        }

        /// The barrier's call, and whether it was answered yet.
        fileprivate var open: (call: UInt32, phase: Phase, isAnswered: Bool) {
            let call = barrier.call.load()
            return (call, Phase(of: call), answer.call.load() == call)
        }

        /// Answers `call`. All that its phase asks for has been done.
        fileprivate mutating func follow(_ call: UInt32, _ phase: Phase) -> Bool {
            if phase == .running, call != deadIn { runs = call }
            answer.call.store(call)
            return runs == call
        }
    }
}

/// A queue that takes part in the resets of its device. Only `rejoin` answers the barrier, and only after the work is done.
@usableFromInline
protocol Resettable: ~Copyable {
    associatedtype Word: SharedWord, ~Copyable
    var participant: Handover<Word>.Participant { get set }
    /// Takes all packets back from the device, which is quiet, and lays out the ring as at the start.
    mutating func startOver()
}

extension Resettable where Self: ~Copyable {
    /// Takes part in a reset of the device, if there is one: does what the phase asks for, and then answers.
    ///
    /// - Returns: whether the queue runs.
    mutating func takePartInReset() -> Bool {
        let (call, phase, isAnswered) = participant.open
        if phase == .preparing, !isAnswered { startOver() }
        return participant.follow(call, phase)
    }
}
