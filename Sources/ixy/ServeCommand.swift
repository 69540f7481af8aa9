import ArgumentParser
import Glibc
import Ixy
import IxyHardware
import IxyModels

/// `ixy serve SOCKET…`
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Offer modelled VirtIO devices to drivers in other processes, as a vhost-user back-end.",
        discussion: """
            A driver is `ixy` with the address vhost-user:PATH, DPDK's virtio_user, or QEMU's virtio-net-pci with a \
            vhost-user netdev. Its memory has to be sealed against being cut (QEMU: memory-backend-memfd), or its socket \
            to be unsealed, as DPDK needs it: then a driver can end this program by cutting memory that it shares. What a driver does against the specification is told at the end, and the exit code is 1 then.
            """)

    @Argument(help: "The sockets, each \(ServedAddress.syntax).", transform: ServedAddress.init)
    var sockets: [ServedAddress]
    @Flag(help: "End when each socket has had a driver, and all drivers are gone.")
    var once = false
    @Option(help: "Stop after so many seconds.")
    var seconds: Double?
    @Flag(help: "Print a JSON object a line instead of text.")
    var json = false

    func validate() throws {
        try require(!sockets.isEmpty, "There is nothing to serve; give \(ServedAddress.syntax).")
        try require(
            Set(sockets.map(\.path)).count == sockets.count, "A socket is named twice; give each device one of its own.")
        try require(
            seconds.map { $0 > 0 && $0 <= 1e9 } ?? true, "--seconds must be above 0, and at most 1000000000.")
        try FileUse([], read: sockets.compactMap(\.input), written: sockets.compactMap(\.output)).check()
    }

    func run() throws {
        var bench = ServedBench()
        for socket in sockets { try bench.add(socket) }
        let end = seconds.map { MonotonicClock.nanoseconds + UInt64($0 * 1e9) }
        while !StopSignal.isReceived, !(once && bench.isDone), end.map({ MonotonicClock.nanoseconds < $0 }) ?? true {
            usleep(10_000)
        }
        let reports = try bench.finish()
        Console.write(reports.map { json ? $0.json : $0.text }.joined())
        let faults = reports.reduce(0) { $0 + $1.faults.count }
        for report in reports {
            for fault in report.faults.prefix(10) { Console.note("\(report.name): the driver's fault: \(fault)") }
        }
        if faults > 0 { throw ExitCode(1) }
    }
}

/// The outcome of serving a device.
struct ServedReport: Sendable {
    let name: String
    let counters: ModelVirtIO.Counters
    /// How many drivers there have been.
    let drivers: Int
    /// The drivers' violations of the specification.
    let faults: [String]

    var text: String {
        "\(name): \(drivers) driver\(drivers == 1 ? "" : "s"), delivered \(counters.delivered) frames, "
            + "took \(counters.sent), dropped \(counters.dropped + counters.tooLong), \(faults.count) faults\n"
    }

    var json: String {
        "{\"socket\":\(name.json),\"drivers\":\(drivers),\"delivered\":\(counters.delivered),"
            + "\"taken\":\(counters.sent),\"dropped\":\(counters.dropped + counters.tooLong),\"faults\":\(faults.count)}\n"
    }
}
