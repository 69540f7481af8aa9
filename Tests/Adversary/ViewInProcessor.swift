// refused: has non-Escapable type 'PacketView?'
import Ixy

/// A processor that keeps a view for its next turn.
struct Keeper: PacketProcessor, ~Copyable {
    var kept: PacketView?
    mutating func process(_ packet: inout PacketView) -> Verdict { .send }
}
