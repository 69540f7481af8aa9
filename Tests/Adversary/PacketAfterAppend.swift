// refused: 'packet' used after consume
import Ixy

/// The batch owns the packet.
func use(_ packet: consuming Packet, _ batch: inout PacketBatch) {
    batch.append(packet)
    packet[0] = 1
}
