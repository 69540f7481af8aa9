// refused: missing reinitialization of inout parameter 'packet' after consume
import Ixy

/// Takes a packet out of a batch that keeps it.
func keep(_ batch: inout PacketBatch, _ other: inout PacketBatch) {
    batch.filter { packet in
        other.append(packet)
        return true
    }
}
