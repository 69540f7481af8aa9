import ArgumentParser
import Ixy

/// The options that all commands with traffic have.
struct DeviceOptions: ParsableArguments {
    @Option(help: "Packets that are received or sent at a time, 1 to 4096.")
    var batch = 32
    @Option(help: "Receive queues of each device, and as many transmit queues, 1 to 64. Each pair gets a thread.")
    var queues = 1
    @Option(help: "Descriptors in each ring, a power of two from 64 to 4096.")
    var ring = 512
    @Option(help: "Bytes of the longest payload of a frame, 1500 to 9706.")
    var mtu = 1500
    @Option(help: "Stop after so many seconds.")
    var seconds: Double?
    @Option(help: "Stop after so many packets.")
    var count: Int?
    @Option(help: "Keep the first thread on this CPU, the next one on the next.")
    var cpu: Int?
    @Flag(help: "Print a JSON object a line instead of a table.")
    var json = false
    @Flag(help: "Sleep until a device interrupts when there is nothing to do, instead of polling all the time.")
    var interrupts = false
    @Flag(help: "Leave checksums and the cutting of large TCP segments to VirtIO devices, and take unfinished frames of them.")
    var offload = false
    @Flag(inversion: .prefixedNo, help: "Receive everything, or only what is addressed to the device.")
    var promiscuous = true
    @Flag(help: "With --no-promiscuous, receive what is addressed to any group, too.")
    var allMulticast = false
    @Option(help: "What the memory is made of: auto, 4k, 2m or 1g.", transform: Self.parsePages)
    var pages = PageChoice.automatic

    func validate() throws {
        try require((1...4096).contains(batch), "--batch \(batch) is no batch size; use 1 to 4096.")
        try require((1...64).contains(queues), "--queues \(queues) is no number of queues; use 1 to 64.")
        try require(
            (64...4096).contains(ring) && ring & (ring - 1) == 0,
            "--ring \(ring) is no ring size; use a power of two from 64 to 4096.")
        try require(
            DeviceSettings.mtus.contains(mtu),
            "--mtu \(mtu) is no size; use \(DeviceSettings.mtus.lowerBound) to \(DeviceSettings.mtus.upperBound).")
        try require(
            seconds.map { $0 > 0 && $0 <= 1e9 } ?? true, "--seconds must be above 0, and at most 1000000000.")
        try require(count.map { $0 > 0 } ?? true, "--count must be 1 or more.")
        try require(cpu.map { (0...65_535).contains($0) } ?? true, "--cpu must be 0 to 65535; it is the number of a CPU.")
    }

    /// How the devices are to be set up.
    var settings: DeviceSettings {
        var settings = DeviceSettings()
        settings.queues = queues
        settings.receiveRing = ring
        settings.transmitRing = ring
        settings.mtu = mtu
        settings.pages = pages
        settings.usesInterrupts = interrupts
        settings.isPromiscuous = promiscuous
        settings.receivesAllGroups = allMulticast
        settings.usesOffloads = offload
        // Both rings full, a magazine at each end, and the batches in the app's hands.
        settings.poolCapacity = 2 * ring + max(1024, 4 * batch)
        return settings
    }

    private static func parsePages(_ text: String) throws -> PageChoice {
        guard let choice = PageChoice(rawValue: text) else {
            throw ValidationError("'\(text)' is no kind of page; use auto, 4k, 2m or 1g.")
        }
        return choice
    }
}

/// Refuses what the user asked for with `message` unless `condition` holds.
func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
    if !condition { throw ValidationError(message()) }
}
