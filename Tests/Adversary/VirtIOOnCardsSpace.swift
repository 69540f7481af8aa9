// harmless
import Ixy
import IxyModels

/// Packets without headroom, of a card, are sent by a VirtIO device in the same space, and end in its slots.
func virtIOOnCardsSpace() throws {
    var stage = try Stage(mtus: (1500, 9000))
    let model = try ModelVirtIO(space: stage.space, ModelVirtIO.Options())
    model.attach(source: SequenceSource(count: 10_000), sink: FrameRecorder())
    let thread = ModelThread([model])
    defer { thread.stop() }
    var device = try Device.open(model, address: "virtio")
    let large = try stage.right.makePool(capacity: 32)
    var batch = PacketBatch(capacity: 32)
    for _ in 0..<300 {
        stage.step()
        stage.left.receive(into: &batch)
        large.fill(&batch, upTo: 4, count: 9000)
        device.transmit(&batch)
        batch.dropAll()
        device.receive(into: &batch)
        batch.forEach { packet in packet.fill(with: 8) }
        stage.right.transmit(&batch)
    }
    try device.stop()
}
