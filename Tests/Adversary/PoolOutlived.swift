// harmless
import Ixy
import IxyModels

/// Packets outlive pool, devices and cards.
func poolOutlived() throws {
    var kept = PacketBatch(capacity: 64)
    let space: IOAddressSpace
    do {
        var stage = try Stage()
        space = stage.space
        let pool = try stage.left.makePool(capacity: 16)
        pool.fill(&kept, upTo: 16, count: 1000)
        var batch = PacketBatch(capacity: 32)
        stage.receive(20, into: &batch)
        batch.drain { packet in if kept.room > 0 { kept.append(packet) } }
    }
    kept.forEach { packet in packet.fill(with: 7) }
    expect(space.mappedCount > 0, "packets without memory")
    kept.dropAll()
    kept.returnSpares()
    expect(space.mappedCount == 0, "memory without packets")
}
