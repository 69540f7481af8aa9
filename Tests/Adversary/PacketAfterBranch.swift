// refused: 'packet' used after consume
import Ixy

/// Only sometimes is the packet still there.
func use(_ packet: consuming Packet, _ batch: inout PacketBatch, _ isSent: Bool) -> Int {
    if isSent { batch.append(packet) }
    return packet.count
}
