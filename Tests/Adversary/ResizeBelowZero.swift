// traps: the packet does not fit in its buffer
import Ixy
import IxyModels

/// Writes where the packet is not.
func resizeBelowZero() throws {
    var stage = try Stage()
    var batch = PacketBatch(capacity: 8)
    stage.receive(1, into: &batch)
    guard var packet = batch.popLast() else { return }
    packet.resize(to: -1)
}
