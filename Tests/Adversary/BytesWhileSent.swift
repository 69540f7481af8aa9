// refused: overlapping accesses to 'packet'
import Ixy

/// Copies a packet's bytes onto themselves.
func copy(_ packet: inout Packet) {
    packet.copy(packet.bytes, at: 1)
}
