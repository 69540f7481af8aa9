// refused: lifetime-dependent
import Ixy

/// A lifetime of one's own, which says nothing of the packet.
struct Holder: ~Escapable {
    let bytes: RawSpan

    @_lifetime(immortal)
    init(_ packet: borrowing Packet) { bytes = packet.bytes }
}
