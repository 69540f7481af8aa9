public import Synchronization

/// Where the control side of a device and its queues, each on a thread of its own, meet when the device has to be reset
/// under them: after a lie, or because it went away and came back.
///
/// The control side calls one phase after the other, and goes on when every queue has answered. A queue looks once a
/// batch whether it is called, which costs a load and a comparison.
public final class DeviceGate: Sendable {
    /// What the queues are to do.
    enum Phase: UInt32 {
        /// Receive and send.
        case running = 0
        /// Leave rings and doorbells alone: the device is being reset.
        case resting = 1
        /// The device is quiet. Take back what it had, and lay out the ring as at the start.
        case preparing = 2

        init(of call: UInt32) { self = [.running, .resting, .preparing][Int(call % 3)] }
    }

    /// The last call, counted; modulo 3 it is the phase.
    @usableFromInline let call = Atomic<UInt32>(0)
    private let lies = Atomic<Int>(0)
    private let seats = Mutex<[Seat]>([])

    /// One queue's answers.
    @usableFromInline
    final class Seat: Sendable {
        /// The call that it has followed.
        let answer = Atomic<UInt32>(0)
        /// The queue was dropped, and will not answer any more.
        let isEmpty = Atomic<Bool>(false)
    }

    init() {}

    /// A place for a queue, which is running.
    func makeSeat() -> QueueSeat {
        let seat = Seat()
        seats.withLock { $0.append(seat) }
        return QueueSeat(gate: self, seat: seat)
    }

    /// A queue has caught the device at a lie.
    func reportLie() { lies.wrappingAdd(1, ordering: .releasing) }

    /// Whether a queue has reported a lie since the last reset.
    var hasLies: Bool { lies.load(ordering: .acquiring) > 0 }

    /// Whether the control side has something to do: a lie was reported, or a reset is under way.
    var needsAttention: Bool { hasLies || call.load(ordering: .relaxed) % 3 != 0 }

    /// Forgets the lies, and returns how many there were.
    func takeLies() -> Int { lies.exchange(0, ordering: .acquiringAndReleasing) }

    /// Calls the next phase.
    func callNextPhase() { call.wrappingAdd(1, ordering: .releasing) }

    /// Whether every queue that is still there has followed the last call.
    var isAnswered: Bool {
        let wanted = call.load(ordering: .relaxed)
        return seats.withLock { seats in
            seats.allSatisfy { seat in
                seat.isEmpty.load(ordering: .acquiring) || seat.answer.load(ordering: .acquiring) == wanted
            }
        }
    }

    /// Whether queue `index`, in the order in which the seats were made, is still there.
    func isTaken(_ index: Int) -> Bool {
        seats.withLock { !$0[index].isEmpty.load(ordering: .acquiring) }
    }
}

/// A queue's place at its device's gate.
@frozen
public struct QueueSeat: ~Copyable, Sendable {
    @usableFromInline let gate: DeviceGate
    @usableFromInline let seat: DeviceGate.Seat
    /// The call in which the queue runs: while the gate's is another one, it must not.
    @usableFromInline var runs: UInt32 = 0

    init(gate: DeviceGate, seat: DeviceGate.Seat) {
        self.gate = gate
        self.seat = seat
    }

    deinit {
        seat.isEmpty.store(true, ordering: .releasing)
    }

    /// Whether the queue may not go on before it has called `follow`.
    @inlinable @inline(__always)
    var isCalled: Bool { gate.call.load(ordering: .acquiring) != runs }

    /// Does what the gate wants by now.
    ///
    /// - Parameter prepare: takes all buffers back from the device, which is quiet, and lays out the ring anew.
    /// - Returns: whether the queue runs again.
    mutating func follow(prepare: () -> Void) -> Bool {
        let call = gate.call.load(ordering: .acquiring)
        let phase = DeviceGate.Phase(of: call)
        if phase == .running { runs = call }
        if seat.answer.load(ordering: .relaxed) != call {
            if phase == .preparing { prepare() }
            seat.answer.store(call, ordering: .releasing)
        }
        return phase == .running
    }

    /// The queue has caught the device at a lie.
    func reportLie() { gate.reportLie() }
}
