// refused: 'packet' used after consume
import Ixy

/// Looks at the packet when it is gone.
func use(_ packet: consuming Packet, _ batch: inout PacketBatch) {
    defer { print(packet.count) }
    batch.append(packet)
}
