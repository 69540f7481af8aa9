import ArgumentParser
import Ixy
import IxyCapture
import IxyHardware

/// `ixy replay A FILE`
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Send the packets of a capture, as fast as possible, at a rate, or with their own timing.")

    @Argument(help: "The device.", transform: DeviceAddress.init)
    var device: DeviceAddress
    @Argument(help: "A pcap or pcapng file.")
    var file: String
    @Option(help: "Packets a second.")
    var rate: Double?
    @Option(help: "The recorded timing, so many times as fast: 1 is the original one.")
    var speed: Double?
    @Option(help: "How often the file is sent.")
    var loop = 1
    @OptionGroup var options: DeviceOptions

    func validate() throws {
        try require(rate == nil || speed == nil, "--rate and --speed exclude each other; give one of them.")
        try require(rate.map { $0 > 0 && $0 <= 1e9 } ?? true, "--rate must be above 0 packets a second.")
        try require(speed.map { $0 > 0 && $0 <= 1e6 } ?? true, "--speed must be above 0, and at most 1000000.")
        try require(loop >= 1, "--loop must be 1 or more.")
        try require(file != "-" || loop == 1, "Standard input can be read once only; leave out --loop.")
        try require(options.queues == 1, "replay keeps the packets in order, so it uses one queue; leave out --queues.")
        try FileUse([device], read: [file]).check()
    }

    func run() throws {
        let reader = try CaptureReader(path: file)
        let total = file == "-" ? nil : try countFrames()
        var bench = ModelBench()
        var device = try openDevice(device, on: &bench, settings: options.settings)
        let pool = try device.makePool(capacity: options.settings.transmitRing + 2 * options.batch + 256)
        try device.waitForLink()
        var run = TrafficRun(
            [self.device.text], options: options,
            total: [options.count, total.map { $0.multipliedReportingOverflow(by: loop).partialValue }]
                .compactMap { $0 }.filter { $0 > 0 }.min())
        let work = ReplayWork(
            queues: try QueuePair(from: &device), pool: pool, reader: reader, path: file,
            longest: options.settings.longestFrame, loops: loop, pacer: PacketPacer(rate: rate, batch: options.batch), speed: speed, batch: options.batch,
            meter: run.meters[0][0], budget: run.budget)
        let thread = TrafficThread(work, cpu: try run.cpu(0))
        // The thread holds the queues until the device has stopped.
        defer { withExtendedLifetime(thread) {} }
        // Packets that arrive meanwhile are not read.
        run.showsLosses = false
        run.wait(for: [thread]) { $0.visit(&device) }
        try device.stop()
        try bench.finish()
        try run.check([thread])
    }

    /// How many frames the file has, for the time left. A damaged file is sent up to the damage, and then named.
    private func countFrames() throws -> Int {
        var reader = try CaptureReader(path: file)
        while !StopSignal.isReceived, (try? reader.next()) ?? nil != nil {}
        try StopSignal.check()
        return reader.frameCount
    }
}
