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
        let copies = !first.sharesMemory(with: second)
        if copies {
            Console.note(
                "\(left.text) and \(right.text) cannot reach each other's memory: every packet is copied on its way.")
        }
        try first.waitForLink()
        try second.waitForLink()
        var run = TrafficRun([left.text, right.text], options: options)
        run.idleLimit = idleLimit
        var threads: [any TrafficRunning] = []
        for index in (0..<options.queues).reversed() {
            // A ring full of copies, and the batches in the app's hands.
            let copies = copies ? options.ring + 2 * options.batch + 256 : nil
            let work = ForwardWork(
                left: try QueuePair(from: &first), right: try QueuePair(from: &second),
                toRight: ForwardLane(batch: options.batch, copier: try copies.map { try second.makeCopier(capacity: $0) }),
                toLeft: ForwardLane(batch: options.batch, copier: try copies.map { try first.makeCopier(capacity: $0) }),
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
        // What a device's ring could not take counts as that device's drop.
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
