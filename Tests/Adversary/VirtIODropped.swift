// harmless
import Ixy
import IxyModels

/// Devices, queues and pools end in every order while the model goes on.
func virtIODropped() throws {
    for order in 0..<6 {
        var stage: VirtIOStage? = try VirtIOStage()
        var batch: PacketBatch? = PacketBatch(capacity: 16)
        var queue: TransmitQueue?
        stage?.receive(4, into: &batch!)
        queue = stage?.device.takeTransmitQueue()
        _ = queue?.transmit(&batch!)
        for step in 0..<3 {
            switch (order + step * (order % 2 + 1)) % 3 {
            case 0: stage = nil
            case 1: batch = nil
            default: queue = nil
            }
        }
    }
}
