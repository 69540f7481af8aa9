// harmless
import Ixy
import IxyModels

/// Queues receive and send on tasks of their own, beside the model's thread, while the device is stopped under them.
func deviceOverThreads() async throws {
    var stage = try Stage(queues: 2)
    let thread = ModelThread([stage.leftCard, stage.rightCard])
    defer { thread.stop() }
    guard let input = stage.left.takeReceiveQueue(), let output = stage.right.takeTransmitQueue() else { return }
    let worker = Task { [input = Once(input), output = Once(output)] in
        guard var input = input.take(), var output = output.take() else { return }
        var batch = PacketBatch(capacity: 32)
        for _ in 0..<3000 {
            input.receive(into: &batch)
            batch.forEach { packet in packet.fill(with: 1) }
            output.transmit(&batch)
            if batch.room == 0 { batch.dropAll() }
        }
    }
    var batch = PacketBatch(capacity: 32)
    for _ in 0..<500 {
        stage.left.receive(into: &batch)
        stage.right.transmit(&batch)
        batch.dropAll()
    }
    try stage.left.stop()
    try stage.right.stop()
    await worker.value
}
