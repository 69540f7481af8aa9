// refused: lifetime-dependent
import Ixy
import IxyHardware

/// The span escapes into the caller's variable.
func keep(_ packet: borrowing Packet, _ kept: inout RawSpan) { kept = packet.bytes }
