// refused: overlapping accesses to 'packet'
import Ixy

/// The bytes change under a span of them.
func change(_ packet: inout Packet) -> UInt8 {
    let bytes = packet.bytes
    packet.resize(to: 0)
    return bytes[59]
}
