// traps: bounds check
import Ixy
import IxyModels

/// Reads behind the packet's bytes.
func readBeyondEnd() throws {
    var stage = try Stage()
    var batch = PacketBatch(capacity: 8)
    stage.receive(1, into: &batch)
    guard let packet = batch.popLast() else { return }
    print(packet.bytes.bigEndian(UInt32.self, at: packet.count - 3))
}
