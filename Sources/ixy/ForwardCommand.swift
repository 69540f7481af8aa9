import ArgumentParser
import Ixy
import IxyHardware

/// `ixy forward A B`
struct ForwardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forward", abstract: "Forward packets between two devices, both ways.")

    @Argument(help: "The first device.", transform: DeviceAddress.init)
    var left: DeviceAddress
    @Argument(help: "The second device.", transform: DeviceAddress.init)
    var right: DeviceAddress
    @Flag(help: "Add one to byte 48 of each packet, as the ixy papers do.")
    var touch = false
    @Flag(help: "Wait for room in a full transmit ring instead of dropping.")
    var lossless = false
    @Option(help: "Stop when nothing has arrived for so many seconds; 0 never. Default: 0, or 1 between recordings.")
    var idle: Double?
    @OptionGroup var options: DeviceOptions

    func validate() throws {
        if case .pci = left { try require(left != right, "\(left.text) cannot forward to itself; name two devices.") }
        try require(idle.map { $0 >= 0 } ?? true, "--idle must be 0 or more.")
        try FileUse([left, right]).check()
    }

    func run() throws {
        var bench = ModelBench()
        var first = try openDevice(left, on: &bench, settings: options.settings)
        var second = try openDevice(right, on: &bench, settings: options.settings)
        guard first.sharesMemory(with: second) else {
            throw IxyError.invalidSetting(
                "\(left.text) and \(right.text) cannot reach each other's memory, so packets would have to be copied",
                remedy: "forward between two devices of the same kind")
        }
        try first.waitForLink()
        try second.waitForLink()
        var run = TrafficRun([left.text, right.text], options: options)
        run.idleLimit = idleLimit
        var threads: [any TrafficRunning] = []
        for index in (0..<options.queues).reversed() {
            let work = ForwardWork(
                left: try QueuePair(from: &first), right: try QueuePair(from: &second), batch: options.batch,
                touches: touch, isLossless: lossless, leftMeter: run.meters[0][index],
                rightMeter: run.meters[1][index], budget: run.budget)
            threads.append(TrafficThread(work, cpu: try run.cpu(index), rests: options.interrupts))
        }
        // The threads hold the queues until the devices have stopped, whatever happens.
        defer { withExtendedLifetime(threads) {} }
        run.wait(for: threads) { watch in
            watch.visit(&first)
            watch.visit(&second)
        }
        try first.stop()
        try second.stop()
        try bench.finish()
        try run.check(threads)
    }

    /// Recordings end; then so does the run.
    private var idleLimit: Double? {
        if let idle { return idle > 0 ? idle : nil }
        return left.isFinite && right.isFinite ? 1 : nil
    }
}

/// Forwards between two devices' queues of the same number, both ways.
struct ForwardWork: TrafficWork, ~Copyable {
    private var left: QueuePair
    private var right: QueuePair
    /// What came in on one side and goes out on the other.
    private var toRight: PacketBatch
    private var toLeft: PacketBatch
    private let touches: Bool
    private let isLossless: Bool
    private let leftMeter: QueueMeter
    private let rightMeter: QueueMeter
    private let budget: PacketBudget
    private var steps = 0
    private(set) var isIdle = false

    init(
        left: consuming QueuePair, right: consuming QueuePair, batch: Int, touches: Bool, isLossless: Bool,
        leftMeter: QueueMeter, rightMeter: QueueMeter, budget: PacketBudget
    ) {
        self.left = left
        self.right = right
        toRight = PacketBatch(capacity: batch)
        toLeft = PacketBatch(capacity: batch)
        self.touches = touches
        self.isLossless = isLossless
        self.leftMeter = leftMeter
        self.rightMeter = rightMeter
        self.budget = budget
    }

    mutating func step() -> Bool {
        isIdle = true
        let lostRight = Self.forward(
            &left.receive, &right.transmit, &toRight, touches: touches, isLossless: isLossless, budget: budget,
            isIdle: &isIdle)
        let lostLeft = Self.forward(
            &right.receive, &left.transmit, &toLeft, touches: touches, isLossless: isLossless, budget: budget, isIdle: &isIdle)
        // What a device's ring could not take counts as that device's drop.
        rightMeter.addDrops(lostRight)
        leftMeter.addDrops(lostLeft)
        steps &+= 1
        if steps & 63 == 0 { updateMeters() }
        return !(budget.isUsedUp && toLeft.isEmpty && toRight.isEmpty)
    }

    /// Moves one batch.
    ///
    /// - Returns: how many packets were dropped because the ring was full.
    private static func forward(
        _ source: inout ReceiveQueue, _ target: inout TransmitQueue, _ batch: inout PacketBatch, touches: Bool,
        isLossless: Bool, budget: PacketBudget, isIdle: inout Bool
    ) -> Int {
        // A batch that waits for room is not touched again.
        if batch.isEmpty, source.receive(into: &batch) > 0 {
            isIdle = false
            let granted = budget.claim(batch.count)
            while batch.count > granted { _ = batch.popLast() }
            if touches {
                batch.forEach { packet in
                    if packet.count > 48 { packet.bytes[48] &+= 1 }
                }
            }
        }
        target.transmit(&batch)
        guard !isLossless else { return 0 }
        let lost = batch.count
        batch.dropAll()
        return lost
    }

    mutating func rest() {
        updateMeters()
        left.receive.wait(milliseconds: 1)
        right.receive.wait(milliseconds: 1)
    }

    private mutating func updateMeters() {
        left.update(leftMeter)
        right.update(rightMeter)
    }

    mutating func finish() {
        // Packets that waited for room without success.
        rightMeter.addDrops(toRight.count)
        leftMeter.addDrops(toLeft.count)
        left.flush(leftMeter)
        right.flush(rightMeter)
    }
}
