// harmless
import Ixy
import IxyModels

/// A queue of a device that has stopped rings the bell of the one that was opened on the same card afterwards.
func queueOfFormerDevice() throws {
    var stage = try Stage()
    guard var former = stage.right.takeTransmitQueue(), var input = stage.left.takeReceiveQueue() else { return }
    let pool = try stage.right.makePool(capacity: 256)
    try stage.right.stop()
    try stage.left.stop()
    stage.right = try Device.open(stage.rightCard, address: "right")
    stage.left = try Device.open(stage.leftCard, address: "left")
    stage.step(300)
    var batch = PacketBatch(capacity: 32)
    for _ in 0..<100 {
        pool.fill(&batch, count: 60)
        former.transmit(&batch)
        stage.step()
        batch.dropAll()
        input.receive(into: &batch)
        batch.forEach { packet in packet.fill(with: 2) }
        stage.right.receive(into: &batch)
    }
    stage.play()
}
