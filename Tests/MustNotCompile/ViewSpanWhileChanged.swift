// error: overlapping accesses to 'packet'
// Nor can it while the packet of a pipeline is changed.
import Ixy

func change(_ packet: inout PacketView) -> UInt8 {
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
