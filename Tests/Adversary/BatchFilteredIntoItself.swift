// refused: overlapping accesses to 'batch'
import Ixy

/// Takes packets out of a batch that is being filtered.
func pull(_ batch: inout PacketBatch) {
    batch.filter { _ in batch.popLast() == nil }
}
