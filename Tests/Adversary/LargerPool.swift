// harmless
import Ixy
import IxyModels

/// Spare packets with more room than the ring's, and longer ones than the device sends.
func largerPool() throws {
    var stage = try Stage(mtus: (1500, 9000))
    let pool = try stage.right.makePool(capacity: 64)
    var batch = PacketBatch(capacity: 32)
    for _ in 0..<100 {
        pool.fill(&batch, count: pool.bufferSize)
        stage.left.transmit(&batch)
        batch.dropAll()
        stage.step()
        stage.left.receive(into: &batch)
        batch.forEach { packet in
            packet.resize(to: packet.capacity)
            packet.fill(with: 9)
        }
        stage.right.transmit(&batch)
        batch.dropAll()
    }
    expect(stage.leftCard.violations.isEmpty, "the card was told of what it cannot do")
}
