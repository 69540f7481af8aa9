import Ixy
import IxyHardware

/// Answers on one queue, in place.
struct PipelineEchoWork: TrafficWork, ~Copyable {
    private var lane: PipelineLane
    private let responder: EchoResponder
    private let budget: PacketBudget
    private var steps = 0
    private(set) var isIdle = false

    init(lane: consuming PipelineLane, responder: EchoResponder, budget: PacketBudget) {
        self.lane = lane
        self.responder = responder
        self.budget = budget
    }

    mutating func step() -> Bool {
        let responder = responder
        isIdle = !lane.run { packet in responder.answer(&packet) ? .send : .drop }
        steps &+= 1
        if steps & 63 == 0 { lane.updateMeters() }
        return !budget.isUsedUp
    }

    mutating func rest() {
        lane.updateMeters()
        lane.wait(milliseconds: 10)
    }

    mutating func finish() { lane.flush() }
}
