import Ixy
import IxyModels
import Synchronization

/// Two modelled cards that share their memory, and the devices on them: what the adversaries play with.
struct Stage: ~Copyable {
    let space: IOAddressSpace
    let leftCard: ModelNIC
    let rightCard: ModelNIC
    let recorder = FrameRecorder()
    var left: Device
    var right: Device

    /// - Parameter mtus: what the left and the right device are opened for.
    init(ring: Int = 64, queues: Int = 1, mtus: (Int, Int) = (1500, 1500), frames: UInt64 = 100_000) throws {
        let space = IOAddressSpace()
        let leftCard = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        let rightCard = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 2))
        leftCard.attach(source: SequenceSource(count: frames))
        leftCard.setLossless(true)
        rightCard.attach(sink: recorder)
        var settings = DeviceSettings()
        settings.receiveRing = ring
        settings.transmitRing = ring
        settings.queues = queues
        settings.mtu = mtus.0
        let left = try Device.open(leftCard, address: "left", settings: settings)
        settings.mtu = mtus.1
        let right = try Device.open(rightCard, address: "right", settings: settings)
        self.space = space
        self.leftCard = leftCard
        self.rightCard = rightCard
        self.left = left
        self.right = right
        // The links come up.
        for _ in 0..<300 { step() }
    }

    /// Moves both cards on.
    func step(_ times: Int = 1) {
        for _ in 0..<times {
            leftCard.step()
            rightCard.step()
        }
    }

    /// Receives on the left until `batch` has `count` packets.
    mutating func receive(_ count: Int, into batch: inout PacketBatch) {
        for _ in 0..<10_000 where batch.count < count {
            step()
            left.receive(into: &batch)
        }
        precondition(batch.count >= count, "the stage is empty")
    }

    /// Receives on the left and sends on the right, so that every memory that was spoilt would show.
    mutating func play(_ rounds: Int = 50) {
        var batch = PacketBatch(capacity: 32)
        for _ in 0..<rounds {
            step()
            left.receive(into: &batch)
            batch.forEach { $0[48] &+= 1 }
            right.transmit(&batch)
            batch.dropAll()
        }
    }
}

/// A modelled VirtIO device and the driver on it.
struct VirtIOStage: ~Copyable {
    let space: IOAddressSpace
    let model: ModelVirtIO
    let thread: ModelThread
    var device: Device

    init(ring: Int = 64, frames: UInt64 = 100_000, _ change: (inout ModelVirtIO.Options) -> Void = { _ in }) throws {
        var options = ModelVirtIO.Options()
        change(&options)
        let space = IOAddressSpace()
        let model = try ModelVirtIO(space: space, options)
        model.attach(source: SequenceSource(count: frames), sink: FrameRecorder())
        model.setLossless(true)
        let thread = ModelThread([model])
        var settings = DeviceSettings()
        settings.receiveRing = ring
        settings.transmitRing = ring
        let device = try Device.open(model, address: "virtio", settings: settings)
        self.space = space
        self.model = model
        self.thread = thread
        self.device = device
    }

    deinit { thread.stop() }

    mutating func receive(_ count: Int, into batch: inout PacketBatch) {
        let end = ContinuousClock.now.advanced(by: .seconds(20))
        while batch.count < count, ContinuousClock.now < end { device.receive(into: &batch) }
        precondition(batch.count >= count, "the stage is empty")
    }
}

/// Ends the program unless `condition` holds: the adversary has found something.
func expect(_ condition: Bool, _ message: String, line: Int = #line) {
    guard !condition else { return }
    fatalError("FOUND at line \(line): \(message)")
}

/// Hands a value to a closure that might be called more than once.
final class Once<Value: ~Copyable & Sendable>: Sendable {
    private let value: Mutex<Value?>
    init(_ value: consuming Value) { self.value = Mutex(consume value) }
    func take() -> Value? {
        value.withLock { value -> sending Value? in value.take() }
    }
}

/// Whether no further device can be opened on `card`.
func isRefused(_ card: ModelNIC) -> Bool {
    do {
        _ = try Device.open(card, address: "second")
        return false
    } catch {
        return true
    }
}
