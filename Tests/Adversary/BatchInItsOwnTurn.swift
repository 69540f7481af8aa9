// refused: overlapping accesses to 'batch'
import Ixy

/// Returns the packets' buffers while one of them is looked at.
func pull(_ batch: inout PacketBatch) {
    batch.forEach { packet in
        batch.dropAll()
        batch.returnSpares()
        packet[0] = 1
    }
}
