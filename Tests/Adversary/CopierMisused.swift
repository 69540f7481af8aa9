// harmless
import Ixy
import IxyModels

/// A copier gets packets that are longer than its own, and batches without room.
func copierMisused() throws {
    var stage = try Stage(mtus: (1500, 9000))
    var copier = try stage.left.makeCopier(capacity: 8)
    let pool = try stage.right.makePool(capacity: 64)
    var source = PacketBatch(capacity: 32), target = PacketBatch(capacity: 16)
    for round in 0..<100 {
        pool.fill(&source, count: round % 2 == 0 ? pool.bufferSize : 60)
        copier.copy(&source, to: &target)
        stage.left.transmit(&target)
        if round % 3 == 0 { target.dropAll() }
        if round % 5 == 0 { source.dropAll() }
        stage.step()
    }
}
