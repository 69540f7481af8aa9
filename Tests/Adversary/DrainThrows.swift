// harmless
import Ixy
import IxyModels

private struct Enough: Error {}

/// A loop over a batch ends half-way.
func drainThrows() throws {
    var stage = try Stage()
    var batch = PacketBatch(capacity: 32), kept = PacketBatch(capacity: 32)
    for round in 0..<200 {
        stage.receive(8, into: &batch)
        try? batch.drain { packet in
            guard kept.count < round % 9, kept.room > 0 else { throw Enough() }
            kept.append(packet)
        }
        expect(batch.isEmpty, "packets are left in a batch that was drained")
        try? kept.forEach { packet in
            packet.resize(to: 3)
            throw Enough()
        }
        stage.right.transmit(&kept)
        kept.dropAll()
    }
    stage.play()
}
