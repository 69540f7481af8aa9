// error: 'packet' used after consume
// error: overlapping accesses to 'packet', but deinitialization requires exclusive access
// A span of a packet's bytes cannot be read once the packet is sent. (Swift 6.3 wants the span's scope to end before the
// packet is sent, even where the span is not used again.)
import Ixy

func send(_ packet: consuming Packet, into batch: inout PacketBatch) -> UInt8 {
    #if TWIN
    let first: UInt8
    do {
        let bytes = packet.bytes
        first = bytes[0]
    }
    batch.append(packet)
    return first
    #else
    let bytes = packet.bytes
    batch.append(packet)
    return bytes[0]
    #endif
}
