// harmless
import Ixy
import IxyModels

/// An app keeps every packet that there is.
func poolExhausted() throws {
    var stage = try Stage()
    var kept: [Keeper] = []
    for _ in 0..<300 {
        let keeper = Keeper()
        stage.step()
        stage.left.receive(into: &keeper.batch)
        keeper.batch.forEach { packet in packet.fill(with: 1) }
        kept.append(keeper)
    }
    expect(stage.left.receiveQueues[0].counters.poolEmpty > 0, "the pool has no end")
    kept.removeAll()
    stage.play()
}

private final class Keeper {
    var batch = PacketBatch(capacity: 64)
}
