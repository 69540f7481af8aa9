import Ixy
import IxyHardware

/// Forwards between two devices' queues of the same number, both ways, in batches of a pool's packets.
struct BatchForwardWork: TrafficWork, ~Copyable {
    private var left: QueuePair
    private var right: QueuePair
    private var toRight: ForwardLane
    private var toLeft: ForwardLane
    private let touches: Bool
    private let isLossless: Bool
    private let leftMeter: QueueMeter
    private let rightMeter: QueueMeter
    private let budget: PacketBudget
    private var steps = 0
    private(set) var isIdle = false

    init(
        left: consuming QueuePair, right: consuming QueuePair, toRight: consuming ForwardLane,
        toLeft: consuming ForwardLane, touches: Bool, isLossless: Bool, leftMeter: QueueMeter, rightMeter: QueueMeter,
        budget: PacketBudget
    ) {
        self.left = left
        self.right = right
        self.toRight = toRight
        self.toLeft = toLeft
        self.touches = touches
        self.isLossless = isLossless
        self.leftMeter = leftMeter
        self.rightMeter = rightMeter
        self.budget = budget
    }

    mutating func step() -> Bool {
        isIdle = true
        let lostRight = toRight.forward(
            &left.receive, &right.transmit, touches: touches, isLossless: isLossless, budget: budget, isIdle: &isIdle)
        let lostLeft = toLeft.forward(
            &right.receive, &left.transmit, touches: touches, isLossless: isLossless, budget: budget, isIdle: &isIdle)
        // Packets for which a device's ring had no room count as that device's drops.
        rightMeter.addDrops(lostRight)
        leftMeter.addDrops(lostLeft)
        steps &+= 1
        if steps & 63 == 0 { updateMeters() }
        return !(budget.isUsedUp && toLeft.isEmpty && toRight.isEmpty)
    }

    mutating func rest() {
        updateMeters()
        left.receive.wait(milliseconds: 1)
        right.receive.wait(milliseconds: 1)
    }

    private mutating func updateMeters() {
        left.update(leftMeter)
        right.update(rightMeter)
        rightMeter.update(copies: toRight.copied)
        leftMeter.update(copies: toLeft.copied)
    }

    mutating func finish() {
        // Packets that waited for room without success.
        rightMeter.addDrops(toRight.count)
        leftMeter.addDrops(toLeft.count)
        updateMeters()
        left.flush(leftMeter)
        right.flush(rightMeter)
    }
}
