// harmless
import Ixy
import IxyModels

/// Each device has the other's queues.
func queuesSwapped() throws {
    var stage = try Stage()
    swap(&stage.left.receiveQueues, &stage.right.receiveQueues)
    swap(&stage.left.transmitQueues, &stage.right.transmitQueues)
    stage.play(20)
    var batch = PacketBatch(capacity: 32)
    stage.step(5)
    stage.right.receive(into: &batch)
    stage.left.transmit(&batch)
    try stage.left.stop()
    stage.step(20)
    batch.forEach { packet in packet.fill(with: 5) }
    try stage.right.stop()
}
