// error: stored property 'kept' of 'Escapable'-conforming struct 'Keeper' has non-Escapable type 'Packet?'
// A processor has no place for a packet.
import Ixy
import IxyHardware

#if TWIN
struct Keeper: PacketProcessor {
    var length = 0
    mutating func process(_ packet: inout Packet) -> Verdict {
        length = packet.count
        return .drop
    }
}
#else
struct Keeper: PacketProcessor, ~Copyable {
    var kept: Packet?
    mutating func process(_ packet: inout Packet) -> Verdict {
        return .drop
    }
}
#endif
