// harmless
import Ixy
import IxyModels

/// Packets go from a packed ring to a split one and back, and lose their headroom on the way.
func virtIOPacketsMixed() throws {
    var split = try VirtIOStage(), packed = try VirtIOStage { $0.features.insert(.packedRing) }
    let pool = try split.device.makePool(capacity: 64)
    var batch = PacketBatch(capacity: 16)
    for _ in 0..<300 {
        packed.device.receive(into: &batch)
        pool.fill(&batch, upTo: 4, count: 60)
        batch.forEach { packet in packet.fill(with: 7) }
        split.device.transmit(&batch)
        packed.device.transmit(&batch)
        batch.dropAll()
        split.device.receive(into: &batch)
        split.device.transmit(&batch)
    }
}
