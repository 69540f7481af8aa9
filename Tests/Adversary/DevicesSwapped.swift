// harmless
import Ixy
import IxyModels

/// Devices change places while their queues are elsewhere.
func devicesSwapped() throws {
    var stage = try Stage()
    var queue = stage.left.takeReceiveQueue()
    swap(&stage.left, &stage.right)
    var batch = PacketBatch(capacity: 32)
    for _ in 0..<50 {
        stage.step()
        _ = queue?.receive(into: &batch)
        stage.left.transmit(&batch)
        batch.dropAll()
    }
    try stage.right.stop()
    _ = queue?.receive(into: &batch)
}
