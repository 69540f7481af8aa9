// traps: the batch is full
import Ixy
import IxyModels

/// Puts more packets into a batch than it holds.
func appendToFull() throws {
    let stage = try Stage()
    let pool = try stage.left.makePool(capacity: 8)
    var batch = PacketBatch(capacity: 2)
    while let packet = pool.makePacket(count: 60) { batch.append(packet) }
}
