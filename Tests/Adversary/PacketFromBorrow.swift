// refused: cannot be consumed
import Ixy

/// Makes an owner of a borrower.
func own(_ packet: borrowing Packet, _ batch: inout PacketBatch) {
    batch.append(packet)
}
