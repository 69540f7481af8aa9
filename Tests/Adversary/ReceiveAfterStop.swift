// traps: bounds check
import Ixy
import IxyModels

/// A device without queues receives.
func receiveAfterStop() throws {
    var stage = try Stage()
    var batch = PacketBatch(capacity: 8)
    try stage.left.stop()
    stage.left.receive(into: &batch)
}
