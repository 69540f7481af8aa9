// error: lifetime-dependent variable 'kept' escapes its scope
// Nor can a span of the bytes of a pipeline's packet.
import Ixy

#if TWIN
func keep(_ packet: borrowing PacketView, _ kept: inout UInt8) { kept = packet.bytes[0] }
#else
func keep(_ packet: inout PacketView, _ kept: inout RawSpan) { kept = packet.bytes }
#endif
