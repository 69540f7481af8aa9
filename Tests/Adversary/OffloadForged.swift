// harmless
import Ixy
import IxyModels

/// Work that no packet can have is left to a device.
func offloadForged() throws {
    var stage = try VirtIOStage { $0.leavesWork = true }
    let pool = try stage.device.makePool(capacity: 64)
    var batch = PacketBatch(capacity: 16)
    for round in 0..<500 {
        pool.fill(&batch, count: 60)
        batch.forEach { packet in
            var offload = PacketOffload()
            offload.needsChecksum = true
            offload.checksumStart = UInt16(truncatingIfNeeded: round &* 7919)
            offload.checksumOffset = UInt16(truncatingIfNeeded: round &* 104_729)
            offload.segmentation = round % 2 == 0 ? .tcp4 : .tcp6
            offload.segmentSize = UInt16(round % 3)
            offload.headerLength = .max
            packet.setOffload(offload)
            packet.resize(to: round % 61)
        }
        stage.device.transmit(&batch)
        batch.dropAll()
    }
}
