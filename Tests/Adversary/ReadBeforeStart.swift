// traps: bounds check
import Ixy
import IxyModels

/// Reads before the packet's bytes.
func readBeforeStart() throws {
    var stage = try Stage()
    var batch = PacketBatch(capacity: 8)
    stage.receive(1, into: &batch)
    guard let packet = batch.popLast() else { return }
    print(packet.bytes.bigEndian(UInt64.self, at: -8))
}
