import ArgumentParser
import Ixy
import IxyHardware

/// `ixy echo A`
struct EchoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "echo", abstract: "Send packets back to their sender; answer ARP and ping for an address.")

    @Argument(help: "The device.", transform: DeviceAddress.init)
    var device: DeviceAddress
    @Option(help: "Answer ARP requests and pings for this IPv4 address.", transform: IPAddress.v4)
    var ip: IPAddress?
    @Option(help: "Answer neighbour solicitations and pings for this IPv6 address.", transform: IPAddress.v6)
    var ip6: IPAddress?
    @Option(help: "Stop when nothing has arrived for so many seconds; 0 never. Default: 0, or 1 with a recording.")
    var idle: Double?
    @OptionGroup var options: DeviceOptions

    func validate() throws {
        try require(idle.map { $0 >= 0 } ?? true, "--idle must be 0 or more.")
        try FileUse([device]).check()
    }

    func run() throws {
        var bench = ModelBench()
        var device = try openDevice(device, on: &bench, settings: options.settings)
        try device.waitForLink()
        let responder = EchoResponder(own: device.driver.macAddress(), ip: ip?.bytes, ip6: ip6?.bytes)
        var run = TrafficRun([self.device.text], options: options)
        run.idleLimit = idle.map { $0 > 0 ? $0 : nil } ?? (self.device.isFinite ? 1 : nil)
        var threads: [any TrafficRunning] = []
        for index in (0..<options.queues).reversed() {
            let work = EchoWork(
                queues: try QueuePair(from: &device), responder: responder, batch: options.batch,
                meter: run.meters[0][index], budget: run.budget)
            threads.append(TrafficThread(work, cpu: try run.cpu(index), rests: options.interrupts))
        }
        // The threads hold the queues until the device has stopped.
        defer { withExtendedLifetime(threads) {} }
        run.wait(for: threads) { $0.visit(&device) }
        try device.stop()
        try bench.finish()
        try run.check(threads)
    }
}

/// Answers on one queue.
struct EchoWork: TrafficWork, ~Copyable {
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
            batch.filter { packet in responder.answer(&packet.bytes) }
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
