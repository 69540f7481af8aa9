// refused: lifetime-dependent
import Ixy

/// The span escapes into the caller's variable.
func keep(_ packet: borrowing Packet, _ kept: inout RawSpan) { kept = packet.bytes }
