// harmless
import Ixy
import IxyModels

/// The card still reads the packets of a queue that is gone.
func queueDroppedWhileSending() throws {
    var stage = try Stage()
    var batch = PacketBatch(capacity: 32)
    do {
        let pool = try stage.right.makePool(capacity: 64)
        pool.fill(&batch, upTo: 32, count: 1000)
    }
    guard var queue = stage.right.takeTransmitQueue() else { return }
    queue.transmit(&batch)
    _ = consume queue
    batch.returnSpares()
    stage.step(50)
    expect(stage.recorder.frames.allSatisfy { $0.count == 1000 }, "other frames than those were sent")
}
