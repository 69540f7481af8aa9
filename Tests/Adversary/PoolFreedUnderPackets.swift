// harmless
import Ixy
import IxyModels

/// Finding 2: of 200 packets 144 are sent, pool and queue are dropped, and 56 are still held.
func poolFreedUnderPackets() throws {
    var stage = try Stage(ring: 256)
    let before = stage.space.mappedCount
    var batch = PacketBatch(capacity: 256), kept = PacketBatch(capacity: 56)
    do {
        let pool = try stage.right.makePool(capacity: 256)
        pool.fill(&batch, upTo: 200, count: 60)
    }
    for _ in 0..<56 { if let packet = batch.popLast() { kept.append(packet) } }
    var queue = stage.right.takeTransmitQueue()
    let sent = queue?.transmit(&batch)
    expect(sent == 144, "not all packets were sent")
    stage.step(20)
    queue = nil
    batch.returnSpares()
    try stage.right.stop()
    kept.forEach { packet in packet.fill(with: 9) }
    expect(stage.space.mappedCount > 0, "the packets' memory was unmapped")
    kept.dropAll()
    kept.returnSpares()
    expect(stage.space.mappedCount < before + 1, "the memory stays mapped")
}
