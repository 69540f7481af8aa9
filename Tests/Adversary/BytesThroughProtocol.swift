// refused: lifetime-dependent
import Ixy

/// The same where the kind of packet is not known.
func keep(_ packet: borrowing some PacketContents & ~Copyable & ~Escapable, _ kept: inout RawSpan) {
    kept = packet.bytes
}
