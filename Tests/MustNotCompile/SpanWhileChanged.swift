// error: overlapping accesses to 'packet'
// A span of a packet's bytes cannot be read while the packet is changed.
import Ixy

func change(_ packet: inout Packet) -> UInt8 {
    #if TWIN
    let first = packet.bytes[0]
    packet[0] = 1
    return first
    #else
    let bytes = packet.bytes
    packet[0] = 1
    return bytes[0]
    #endif
}
