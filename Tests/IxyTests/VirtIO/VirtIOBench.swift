import Ixy
import IxyHardware
import IxyModels
import Testing

/// A kind of device, as far as the driver's way through a packet depends on it.
struct VirtIOKind: Sendable, CustomTestStringConvertible {
    let name: String
    let options: ModelVirtIO.Options
    let settings: DeviceSettings

    var testDescription: String { name }

    init(_ name: String, ring: Int = 64, _ change: (inout ModelVirtIO.Options, inout DeviceSettings) -> Void = { _, _ in }) {
        var options = ModelVirtIO.Options()
        var settings = DeviceSettings()
        settings.receiveRing = ring
        settings.transmitRing = ring
        change(&options, &settings)
        self.name = name
        self.options = options
        self.settings = settings
    }

    static let all: [VirtIOKind] = [
        VirtIOKind("split"),
        VirtIOKind("split, not mergeable") { $1.usesMergeableBuffers = false; _ = $0 },
        VirtIOKind("split, any order") { $0.isScrambled = true; _ = $1 },
        VirtIOKind("split, by notification") { $0.waitsForKicks = true; _ = $1 },
        VirtIOKind("split, with events") { $0.waitsForKicks = true; $1.usesInterrupts = true },
        VirtIOKind("split, rings of 4", ring: 4),
        VirtIOKind("packed") { options, _ in options.features.insert(.packedRing) },
        VirtIOKind("packed, not mergeable") { $0.features.insert(.packedRing); $1.usesMergeableBuffers = false },
        VirtIOKind("packed, any order") { $0.features.insert(.packedRing); $0.isScrambled = true; _ = $1 },
        VirtIOKind("packed, by notification") { $0.features.insert(.packedRing); $0.waitsForKicks = true; _ = $1 },
        VirtIOKind("packed, with events") {
            $0.features.insert(.packedRing)
            $0.waitsForKicks = true
            $1.usesInterrupts = true
        },
        VirtIOKind("packed, rings of 4", ring: 4) { options, _ in options.features.insert(.packedRing) },
        VirtIOKind("split, in order") { options, _ in options.features.insert(.inOrder) },
        VirtIOKind("split, in order, rings of 4", ring: 4) { options, _ in options.features.insert(.inOrder) },
        VirtIOKind("packed, in order") { options, _ in options.features.formUnion([.packedRing, .inOrder]) },
        VirtIOKind("packed, in order, rings of 4", ring: 4) { options, _ in
            options.features.formUnion([.packedRing, .inOrder])
        },
        VirtIOKind("legacy") { options, _ in options.isLegacy = true },
        VirtIOKind("legacy, not mergeable") { $0.isLegacy = true; $1.usesMergeableBuffers = false },
        VirtIOKind("legacy, header apart") { $0.isLegacy = true; $0.features.remove(.anyLayout); _ = $1 },
        VirtIOKind("split, queues of 2") { options, _ in options.queueSize = 2 },
        VirtIOKind("packed, queues of 2") { $0.features.insert(.packedRing); $0.queueSize = 2; _ = $1 },
        VirtIOKind("legacy, queues of 2") { $0.isLegacy = true; $0.queueSize = 2; _ = $1 },
        VirtIOKind("modern, the bare minimum") { options, _ in options.features = [.version1] },
    ]
}

/// A modelled device on a thread of its own, as the driver waits for its answers.
final class VirtIOBench {
    let space = IOAddressSpace()
    let model: ModelVirtIO
    private let thread: ModelThread

    init(_ options: ModelVirtIO.Options) throws {
        model = try ModelVirtIO(space: space, options)
        thread = ModelThread()
        thread.add(model)
    }

    deinit { thread.stop() }
}

/// Runs `body` until it is true, for a minute at most.
func eventually(_ body: () -> Bool) -> Bool {
    let end = ContinuousClock.now.advanced(by: .seconds(60))
    while ContinuousClock.now < end {
        if body() { return true }
    }
    return false
}

/// The bytes of the first `count` packets that a device receives; of fewer if they do not come.
func received(_ count: Int, by device: inout Device) -> [[UInt8]] {
    var batch = PacketBatch(capacity: 4)
    var seen: [[UInt8]] = []
    let isDone = eventually {
        device.receive(into: &batch)
        batch.forEach { packet in seen.append((0..<packet.count).map { packet.bytes[$0] }) }
        batch.dropAll()
        return seen.count == count
    }
    #expect(isDone)
    return seen
}
