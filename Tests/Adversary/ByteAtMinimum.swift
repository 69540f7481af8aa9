// traps: beyond the packet's end
import Ixy
import IxyModels

/// Writes where the packet is not.
func byteAtMinimum() throws {
    var stage = try Stage()
    var batch = PacketBatch(capacity: 8)
    stage.receive(1, into: &batch)
    guard var packet = batch.popLast() else { return }
    packet[.min] = 1
}
