import Ixy
import IxyHardware

/// Forwards between two devices' queues of the same number, both ways, in place.
///
/// A full transmit ring holds packets up in the other device's receive ring; when that is full, the device itself drops
/// and counts what arrives.
struct PipelineForwardWork: TrafficWork, ~Copyable {
    private var toRight: PipelineLane
    private var toLeft: PipelineLane
    private let touches: Bool
    private let budget: PacketBudget
    private var steps = 0
    private(set) var isIdle = false

    init(
        toRight: consuming PipelineLane, toLeft: consuming PipelineLane, touches: Bool, budget: PacketBudget
    ) {
        self.toRight = toRight
        self.toLeft = toLeft
        self.touches = touches
        self.budget = budget
    }

    mutating func step() -> Bool {
        let touches = touches
        let movedRight = toRight.run { Self.pass(&$0, touches: touches) }
        let movedLeft = toLeft.run { Self.pass(&$0, touches: touches) }
        isIdle = !movedRight && !movedLeft
        steps &+= 1
        if steps & 63 == 0 { updateMeters() }
        return !budget.isUsedUp
    }

    @inline(__always)
    private static func pass(_ packet: inout PacketView, touches: Bool) -> Verdict {
        if touches, packet.count > 48 { packet[48] &+= 1 }
        return .send
    }

    mutating func rest() {
        updateMeters()
        toRight.wait(milliseconds: 1)
        toLeft.wait(milliseconds: 1)
    }

    private mutating func updateMeters() {
        toRight.updateMeters()
        toLeft.updateMeters()
    }

    mutating func finish() {
        toRight.flush()
        toLeft.flush()
    }
}
