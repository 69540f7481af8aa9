// harmless
import Ixy
import IxyModels

/// Queues go on after their device has stopped.
func queueAfterStop() throws {
    var stage = try Stage()
    guard var input = stage.left.takeReceiveQueue(), var output = stage.right.takeTransmitQueue() else { return }
    var batch = PacketBatch(capacity: 32)
    stage.step(5)
    try stage.left.stop()
    try stage.right.stop()
    let pool = try stage.right.makePool(capacity: 64)
    for _ in 0..<200 {
        input.receive(into: &batch)
        batch.forEach { packet in packet[0] = 1 }
        pool.fill(&batch, count: 60)
        output.transmit(&batch)
        stage.step()
    }
    input.wait(milliseconds: 1)
    expect(stage.recorder.count == 0, "a stopped device sends")
}
