// error: stored property 'kept' of 'Escapable'-conforming struct 'Keeper' has non-Escapable type 'PacketView?'
// A processor has no place for a packet.
import Ixy

#if TWIN
struct Keeper: PacketProcessor {
    var length = 0
    mutating func process(_ packet: inout PacketView) -> Verdict {
        length = packet.count
        return .drop
    }
}
#else
struct Keeper: PacketProcessor, ~Copyable {
    var kept: PacketView?
    mutating func process(_ packet: inout PacketView) -> Verdict {
        return .drop
    }
}
#endif
