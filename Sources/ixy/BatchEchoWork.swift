import Ixy
import IxyHardware

/// Answers on one queue, in batches of a pool's packets.
struct BatchEchoWork: TrafficWork, ~Copyable {
    private var queues: QueuePair
    private var batch: PacketBatch
    private let responder: EchoResponder
    private let meter: QueueMeter
    private let budget: PacketBudget
    private var steps = 0

    private(set) var isIdle = false

    init(
        queues: consuming QueuePair, responder: EchoResponder, batch: Int, meter: QueueMeter, budget: PacketBudget
    ) {
        self.queues = queues
        self.batch = PacketBatch(capacity: batch)
        self.responder = responder
        self.meter = meter
        self.budget = budget
    }

    mutating func step() -> Bool {
        isIdle = queues.receive.receive(into: &batch) == 0
        if !isIdle {
            let granted = budget.claim(batch.count)
            while batch.count > granted { _ = batch.popLast() }
            batch.filter { packet in responder.answer(&packet) }
        }
        queues.transmit.transmit(&batch)
        meter.addDrops(batch.count)
        batch.dropAll()
        steps &+= 1
        if steps & 63 == 0 { queues.update(meter) }
        return !budget.isUsedUp
    }

    mutating func rest() {
        queues.update(meter)
        queues.receive.wait(milliseconds: 10)
    }

    mutating func finish() {
        queues.flush(meter)
    }
}
