// refused: implicit conversion to 'Packet?' is consuming
import Ixy

/// Keeps a packet of a batch, which owns it.
func keep(_ batch: inout PacketBatch) -> Packet? {
    var kept: Packet?
    batch.forEach { packet in kept = packet }
    return kept
}
