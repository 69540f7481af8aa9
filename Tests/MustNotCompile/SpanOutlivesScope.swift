// error: lifetime-dependent variable 'kept' escapes its scope
// A span cannot be stored where it outlives the packet.
import Ixy

func first(_ pool: borrowing PacketPool) -> UInt8 {
    #if TWIN
    guard let packet = pool.makePacket(count: 64) else { return 0 }
    let bytes = packet.bytes
    return bytes[0]
    #else
    var kept = RawSpan()
    do {
        guard let packet = pool.makePacket(count: 64) else { return 0 }
        let bytes = packet.bytes
        kept = bytes
    }
    return kept[0]
    #endif
}
