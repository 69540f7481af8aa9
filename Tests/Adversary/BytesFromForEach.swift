// refused: lifetime-dependent
import Ixy

/// The span outlives the packet's turn.
func keep(_ batch: inout PacketBatch) -> UInt8 {
    var kept = RawSpan()
    batch.forEach { packet in kept = packet.bytes }
    batch.dropAll()
    return kept[0]
}
