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
        let isInPlace = options.batch <= 32 && Pipeline.connects(device, device)
        for index in (0..<options.queues).reversed() {
            let meter = run.meters[0][index]
            let cpu = try run.cpu(index)
            let queues = try QueuePair(from: &device)
            if isInPlace {
                let work = PipelineEchoWork(
                    lane: PipelineLane(
                        try queues.makePipeline(), batch: options.batch, source: meter, target: meter,
                        budget: run.budget),
                    responder: responder, budget: run.budget)
                threads.append(TrafficThread(work, cpu: cpu, rests: options.interrupts))
            } else {
                let work = BatchEchoWork(
                    queues: queues, responder: responder, batch: options.batch, meter: meter, budget: run.budget)
                threads.append(TrafficThread(work, cpu: cpu, rests: options.interrupts))
            }
        }
        // The threads hold the queues until the device has stopped.
        defer { withExtendedLifetime(threads) {} }
        run.wait(for: threads) { $0.visit(&device) }
        try device.stop()
        try bench.finish()
        try run.check(threads)
    }
}
