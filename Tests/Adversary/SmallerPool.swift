// harmless
import Ixy
import IxyModels

/// Spare packets with less room than the ring's, which a device must not fill.
func smallerPool() throws {
    var stage = try Stage(mtus: (9000, 1500))
    let pool = try stage.right.makePool(capacity: 64)
    stage.leftCard.attach(source: SequenceSource(count: 10_000, size: 8000))
    var batch = PacketBatch(capacity: 32)
    for _ in 0..<100 {
        pool.fill(&batch, count: 60)
        batch.dropAll()
        stage.step()
        stage.left.receive(into: &batch)
        batch.forEach { packet in
            expect(packet.count <= packet.capacity, "a packet is longer than its buffer")
            packet.fill(with: 10)
        }
        stage.right.transmit(&batch)
        batch.dropAll()
    }
}
