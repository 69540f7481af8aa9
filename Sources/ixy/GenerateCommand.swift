import ArgumentParser
import Ixy
import IxyHardware
import Synchronization

/// `ixy generate A`
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Send UDP packets with sequence numbers, as fast as possible or at a rate.")

    @Argument(help: "The device.", transform: DeviceAddress.init)
    var device: DeviceAddress
    @Option(help: "Bytes of a frame with its check sequence, 64 to 1518, or more with --mtu.")
    var size: Int?
    @Option(help: "Packets a second; default as many as possible.")
    var rate: Double?
    @Option(help: "Number of flows, which differ in their source port, 1 to 65536.")
    var flows = 1
    @Option(help: "Source MAC address; default the device's.", transform: MACAddress.parse)
    var srcMac: MACAddress?
    @Option(help: "Destination MAC address.", transform: MACAddress.parse)
    var dstMac = MACAddress(2, 0, 0, 0, 0, 2)
    @Option(help: "Source IP address.", transform: IPAddress.any)
    var srcIp: IPAddress?
    @Option(help: "Destination IP address.", transform: IPAddress.any)
    var dstIp: IPAddress?
    @Option(help: "Source UDP port of the first flow.")
    var srcPort: UInt16 = 1024
    @Option(help: "Destination UDP port.")
    var dstPort: UInt16 = 9
    @Flag(name: .customLong("ipv6"), help: "Send IPv6 instead of IPv4.")
    var isIPv6 = false
    @OptionGroup var options: DeviceOptions

    func validate() throws {
        let kind = usesIPv6 ? "IPv6" : "IPv4"
        try require(
            [srcIp, dstIp].allSatisfy { $0.map { $0.isIPv6 == usesIPv6 } ?? true },
            "--src-ip and --dst-ip must both be \(kind) addresses here.")
        let least = FrameTemplate.minimumCount(isIPv6: usesIPv6) + 4
        // Without a VLAN tag, with the check sequence.
        let longest = options.mtu + 18
        try require(
            size.map { (least...longest).contains($0) } ?? true,
            "--size must be \(least) to \(longest) bytes for \(kind) with --mtu \(options.mtu), with the frame check sequence.")
        try require(rate.map { $0 > 0 && $0 <= 1e9 } ?? true, "--rate must be above 0 packets a second.")
        try require((1...65536).contains(flows), "--flows must be 1 to 65536.")
        try FileUse([device]).check()
    }

    private var usesIPv6: Bool { isIPv6 || srcIp?.isIPv6 ?? false || dstIp?.isIPv6 ?? false }

    func run() throws {
        var bench = ModelBench()
        var device = try openDevice(device, on: &bench, settings: options.settings)
        try device.waitForLink()
        let template = FrameTemplate(fields(device.driver.macAddress()))
        var run = TrafficRun([self.device.text], options: options)
        let numbers = SequenceNumbers()
        var works: [any TrafficRunning] = []
        for index in (0..<options.queues).reversed() {
            let pool = try device.makePool(capacity: options.settings.transmitRing + 2 * options.batch + 256)
            let work = GenerateWork(
                queues: try QueuePair(from: &device), pool: pool, template: template, batch: options.batch,
                pacer: PacketPacer(rate: rate.map { $0 / Double(options.queues) }, batch: options.batch),
                numbers: numbers, meter: run.meters[0][index], budget: run.budget)
            works.append(TrafficThread(work, cpu: try run.cpu(index)))
        }
        // The threads hold the queues until the device has stopped.
        defer { withExtendedLifetime(works) {} }
        // Packets that arrive meanwhile are not read.
        run.showsLosses = false
        run.wait(for: works) { $0.visit(&device) }
        try device.stop()
        try bench.finish()
        try run.check(works)
    }

    private func fields(_ own: MACAddress) -> FrameTemplate.Fields {
        var fields = FrameTemplate.Fields()
        fields.count = (size ?? FrameTemplate.minimumCount(isIPv6: usesIPv6) + 4) - 4
        fields.source = srcMac ?? own
        fields.target = dstMac
        // Addresses for examples (RFC 3849), and for benchmarks (RFC 2544).
        let example: [UInt8] = [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11)
        fields.sourceIP = srcIp?.bytes ?? (usesIPv6 ? example + [1] : [198, 18, 0, 1])
        fields.targetIP = dstIp?.bytes ?? (usesIPv6 ? example + [2] : [198, 18, 0, 2])
        fields.sourcePort = srcPort
        fields.targetPort = dstPort
        fields.flows = flows
        return fields
    }
}

/// Fills frames and sends them on one queue.
struct GenerateWork: TrafficWork, ~Copyable {
    private var queues: QueuePair
    private var pool: PacketPool
    private var batch: PacketBatch
    private let template: FrameTemplate
    private var pacer: PacketPacer
    private let numbers: SequenceNumbers
    private let meter: QueueMeter
    private let budget: PacketBudget
    private var steps = 0

    init(
        queues: consuming QueuePair, pool: consuming PacketPool, template: FrameTemplate, batch: Int,
        pacer: PacketPacer, numbers: SequenceNumbers, meter: QueueMeter, budget: PacketBudget
    ) {
        self.queues = queues
        self.pool = pool
        self.batch = PacketBatch(capacity: batch)
        self.template = template
        self.pacer = pacer
        self.numbers = numbers
        self.meter = meter
        self.budget = budget
    }

    mutating func step() -> Bool {
        if batch.isEmpty { fill() }
        queues.transmit.transmit(&batch)
        steps &+= 1
        if steps & 63 == 0 { queues.update(meter) }
        return !(budget.isUsedUp && batch.isEmpty)
    }

    private mutating func fill() {
        let paced = pacer.claim(batch.capacity)
        let wanted = budget.claim(paced)
        let made = wanted > 0 ? pool.fill(&batch, upTo: wanted, count: template.count) : 0
        budget.giveBack(wanted - made)
        pacer.giveBack(paced - made)
        guard made > 0 else { return }
        var number = numbers.take(made)
        batch.forEach { packet in
            template.write(to: &packet, sequence: number)
            number &+= 1
        }
    }

    mutating func finish() {
        // Sends the packets that were claimed and are ready; a ring with a dead link takes no more.
        queues.transmit.transmit(&batch)
        queues.flush(meter)
    }
}

/// The numbers of a run's packets, shared by its threads, so that there is no gap between those that are sent.
final class SequenceNumbers: Sendable {
    private let next = Atomic<UInt64>(0)

    /// The first of `count` numbers in a row that nobody else gets.
    func take(_ count: Int) -> UInt64 { next.wrappingAdd(UInt64(count), ordering: .relaxed).oldValue }
}
