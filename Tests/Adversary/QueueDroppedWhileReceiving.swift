// harmless
import Ixy
import IxyModels

/// The card still fills the packets of a queue that is gone.
func queueDroppedWhileReceiving() throws {
    var stage = try Stage()
    guard var queue = stage.left.takeReceiveQueue() else { return }
    var batch = PacketBatch(capacity: 32)
    stage.step(3)
    queue.receive(into: &batch)
    _ = consume queue
    stage.step(100)
    batch.forEach { packet in packet.fill(with: 1) }
    try stage.left.stop()
    stage.step(20)
}
