// harmless
import Ixy
import IxyModels

/// VirtIO queues go on after their device has stopped, and when it is gone.
func virtIOQueueAfterStop() throws {
    var batch = PacketBatch(capacity: 16)
    var input: ReceiveQueue?, output: TransmitQueue?
    do {
        var stage = try VirtIOStage()
        stage.receive(8, into: &batch)
        input = stage.device.takeReceiveQueue()
        output = stage.device.takeTransmitQueue()
        try stage.device.stop()
        for _ in 0..<100 {
            _ = output?.transmit(&batch)
            _ = input?.receive(into: &batch)
            batch.forEach { packet in packet.fill(with: 6) }
        }
    }
    for _ in 0..<100 {
        _ = output?.transmit(&batch)
        _ = input?.receive(into: &batch)
        _ = input?.rejoin()
        _ = output?.rejoin()
    }
}
