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
    @Flag(help: "Use batches of packets of a pool also where packets can go from ring to ring in place.")
    var pool = false
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
        // In place at most 32 packets are looked at in one go: who asks for more wants batches.
        let isInPlace = !pool && options.batch <= 32 && Pipeline.connects(first, second)
        for index in (0..<options.queues).reversed() {
            let meters = (left: run.meters[0][index], right: run.meters[1][index])
            let cpu = try run.cpu(index)
            if isInPlace {
                let work = PipelineForwardWork(
                    toRight: PipelineLane(
                        try Pipeline(from: &first, to: &second), batch: options.batch, source: meters.left,
                        target: meters.right, budget: run.budget),
                    toLeft: PipelineLane(
                        try Pipeline(from: &second, to: &first), batch: options.batch, source: meters.right,
                        target: meters.left, budget: run.budget),
                    touches: touch, budget: run.budget)
                threads.append(TrafficThread(work, cpu: cpu, rests: options.interrupts))
                continue
            }
            // A ring full of copies, and the batches in the app's hands.
            let copies = copies ? options.ring + 2 * options.batch + 256 : nil
            let work = BatchForwardWork(
                left: try QueuePair(from: &first), right: try QueuePair(from: &second),
                toRight: ForwardLane(batch: options.batch, copier: try copies.map { try second.makeCopier(capacity: $0) }),
                toLeft: ForwardLane(batch: options.batch, copier: try copies.map { try first.makeCopier(capacity: $0) }),
                touches: touch, isLossless: lossless, leftMeter: meters.left, rightMeter: meters.right,
                budget: run.budget)
            threads.append(TrafficThread(work, cpu: cpu, rests: options.interrupts))
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
