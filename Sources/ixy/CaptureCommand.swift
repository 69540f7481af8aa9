import ArgumentParser
import BasicContainers
import Foundation
import Ixy
import IxyCapture
import IxyFilter
import IxyHardware

/// `ixy capture A -w FILE`
struct CaptureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture", abstract: "Write received packets to a pcap or pcapng file.")

    /// The formats that can be written.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case pcap, pcapng

        var file: CaptureFormat { self == .pcap ? .pcap(.nanoseconds) : .pcapng }
    }

    @Argument(help: "The device.", transform: DeviceAddress.init)
    var device: DeviceAddress
    @Option(
        name: [.customShort("w"), .long],
        help: "The file to write; it is replaced if it exists. Can be left out with --check-sequence.")
    var write: String?
    @Flag(help: "Tell which of the numbers that `ixy generate` puts into packets were lost, doubled or reordered.")
    var checkSequence = false
    @Option(help: "Keep only packets that match, in tcpdump's language, such as 'udp port 53'.")
    var filter: String?
    @Option(help: "The file's format, pcap or pcapng. Default: pcap if its name ends in .pcap, else pcapng.")
    var format: Format?
    @Option(help: "Keep at most so many bytes of each packet, 1 to 262144.")
    var snaplen: Int?
    @Option(help: "Stop when nothing has arrived for so many seconds; 0 never. Default: 0, or 1 with a recording.")
    var idle: Double?
    @OptionGroup var options: DeviceOptions

    func validate() throws {
        try require(
            snaplen.map { (1...CaptureLimits.frameLength).contains($0) } ?? true,
            "--snaplen must be 1 to \(CaptureLimits.frameLength).")
        try require(idle.map { $0 >= 0 } ?? true, "--idle must be 0 or more.")
        try require(write != nil || checkSequence, "There is nothing to do; give a file with -w, or --check-sequence.")
        try require(write != "-", "The table is on standard output; give a file with -w, such as /dev/stderr.")
        try FileUse([device], written: write.map { [$0] } ?? []).check()
    }

    func run() throws {
        // Before the device and the file are touched: a mistake in the expression leaves both as they were.
        let program = try PacketFilter(filter ?? "")
        var bench = ModelBench()
        var device = try openDevice(device, on: &bench, settings: options.settings)
        var interface = CaptureInterface(name: self.device.text)
        interface.snapshotLength = UInt32(snaplen ?? CaptureLimits.frameLength)
        let writer = try write.map { path in
            try CaptureWriter(path: path, format: format?.file, interfaces: [interface])
        }
        try device.waitForLink()
        var run = TrafficRun([self.device.text], options: options)
        run.idleLimit = idle.map { $0 > 0 ? $0 : nil } ?? (self.device.isFinite ? 1 : nil)
        var queues = UniqueArray<QueuePair>(minimumCapacity: options.queues)
        for _ in 0..<options.queues { queues.insert(try QueuePair(from: &device), at: 0) }
        let sequence = checkSequence ? SequenceMeter() : nil
        // One thread for all queues: the file is one.
        let thread = TrafficThread(
            CaptureWork(
                queues: queues, writer: writer, sequence: sequence, filter: program, hasFilter: filter != nil,
                snapshotLength: snaplen, batch: options.batch, meters: run.meters[0], budget: run.budget),
            cpu: try run.cpu(0), rests: options.interrupts)
        // The thread holds the queues until the device has stopped.
        defer { withExtendedLifetime(thread) {} }
        run.wait(for: [thread]) { $0.visit(&device) }
        if let report = sequence?.report { Console.write(options.json ? report.json : report.text) }
        try device.stop()
        try bench.finish()
        try run.check([thread])
    }
}

/// Writes what all queues of a device receive.
struct CaptureWork: TrafficWork, ~Copyable {
    private var queues: UniqueArray<QueuePair>
    private var writer: CaptureWriter?
    /// Where the report on the packets' numbers goes, if there is to be one.
    private let sequence: SequenceMeter?
    private var numbers: SequenceCheck
    private let filter: PacketFilter
    private let hasFilter: Bool
    private let snapshotLength: Int
    private var batch: PacketBatch
    private let meters: [QueueMeter]
    private let budget: PacketBudget
    /// Nanoseconds to add to the monotonic clock to get the time since 1970.
    private let epoch: UInt64
    private var steps = 0
    /// When the file is next to be brought up to date; at first at once, so that it is a capture from the start.
    private var nextFlush: UInt64 = 0
    private(set) var isIdle = false

    init(
        queues: consuming UniqueArray<QueuePair>, writer: consuming CaptureWriter?, sequence: SequenceMeter? = nil,
        filter: consuming PacketFilter, hasFilter: Bool, snapshotLength: Int?, batch: Int, meters: [QueueMeter],
        budget: PacketBudget
    ) {
        numbers = SequenceCheck(queues: queues.count)
        self.sequence = sequence
        self.queues = queues
        self.writer = consume writer
        self.filter = filter
        self.hasFilter = hasFilter
        self.snapshotLength = snapshotLength ?? CaptureLimits.frameLength
        self.batch = PacketBatch(capacity: batch)
        self.meters = meters
        self.budget = budget
        epoch = UInt64(Date().timeIntervalSince1970 * 1e9) &- MonotonicClock.nanoseconds
    }

    mutating func step() throws -> Bool {
        isIdle = true
        for index in 0..<queues.count where queues[index].receive.receive(into: &batch) > 0 {
            isIdle = false
            let stamp = MonotonicClock.nanoseconds &+ epoch
            try writeBatch(stamp, queue: index)
            batch.dropAll()
        }
        steps &+= 1
        if steps & 63 == 0 { updateMeters() }
        if isIdle || steps & 63 == 0 { try bringFileUpToDate() }
        return !budget.isUsedUp
    }

    mutating func rest() {
        updateMeters()
        // Of several queues, each in turn.
        for index in 0..<queues.count { queues[index].receive.wait(milliseconds: queues.count == 1 ? 10 : 1) }
    }

    /// Hands what was captured to the system twice a second, for those who look at the file meanwhile.
    private mutating func bringFileUpToDate() throws {
        let now = MonotonicClock.nanoseconds
        guard now >= nextFlush else { return }
        nextFlush = now + 500_000_000
        try writer?.flush()
    }

    /// Writes the packets that match and that are not beyond the count.
    private mutating func writeBatch(_ stamp: UInt64, queue: Int) throws {
        try batch.forEach { packet in
            let bytes = packet.bytes
            guard !hasFilter || filter.matches(bytes, originalLength: bytes.byteCount), budget.claim(1) == 1 else {
                return
            }
            if sequence != nil { numbers.note(bytes, queue: queue) }
            try writer?.write(
                bytes.extracting(first: snapshotLength), stamp: stamp, originalLength: bytes.byteCount)
        }
    }

    private mutating func updateMeters() {
        for index in 0..<queues.count { queues[index].update(meters[index]) }
        sequence?.update(numbers.report)
    }

    mutating func finish() throws {
        updateMeters()
        try writer.take()?.finish()
    }
}
