// harmless
import Ixy
import IxyModels

/// Queues go on when device and card are gone.
func queueAfterDevice() throws {
    var batch = PacketBatch(capacity: 32)
    var input: ReceiveQueue?, output: TransmitQueue?
    do {
        var stage = try Stage()
        stage.step(5)
        input = stage.left.takeReceiveQueue()
        output = stage.right.takeTransmitQueue()
    }
    for _ in 0..<200 {
        _ = input?.receive(into: &batch)
        batch.forEach { packet in packet.fill(with: 1) }
        _ = output?.transmit(&batch)
        _ = output?.rejoin()
        _ = input?.rejoin()
    }
}
