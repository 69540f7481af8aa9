// traps: beyond the packet's end
import Ixy
import IxyModels

/// Writes where the packet is not.
func wordOfEmpty() throws {
    var stage = try Stage()
    var batch = PacketBatch(capacity: 8)
    stage.receive(1, into: &batch)
    guard var packet = batch.popLast() else { return }
    packet.resize(to: 0)
    packet.storeBigEndian(UInt16(1), at: 0)
}
