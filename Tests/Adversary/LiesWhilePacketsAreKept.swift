// harmless
import Ixy
import IxyModels

/// A device lies about everything while its packets are kept.
func liesWhilePacketsAreKept() throws {
    for packed in [false, true] {
        var stage = try VirtIOStage { if packed { $0.features.insert(.packedRing) } }
        var batch = PacketBatch(capacity: 16), kept = PacketBatch(capacity: 256)
        stage.receive(8, into: &batch)
        stage.model.tell(Lies(Lies.Kind.aboutQueues))
        for _ in 0..<3000 {
            stage.device.receive(into: &batch)
            batch.drain { packet in if kept.room > 0 { kept.append(packet) } }
            kept.forEach { packet in packet.fill(with: 9) }
            if kept.count > 100 { stage.device.transmit(&kept) }
        }
    }
}
