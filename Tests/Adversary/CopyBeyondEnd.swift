// traps: beyond the packet's end
import Ixy
import IxyModels

/// Writes where the packet is not.
func copyBeyondEnd() throws {
    var stage = try Stage()
    var batch = PacketBatch(capacity: 8)
    stage.receive(1, into: &batch)
    guard var packet = batch.popLast() else { return }
    packet.copy([UInt8](repeating: 1, count: 61).span.rawBytes, at: 0)
}
