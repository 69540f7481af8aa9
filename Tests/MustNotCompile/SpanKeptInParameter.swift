// error: lifetime-dependent variable 'kept' escapes its scope
// A span of a packet's bytes cannot leave by another parameter: the packet may be sent before the span is read. This is the
// hole of Swift 6.3 that mutable spans had, for which there are none.
import Ixy

#if TWIN
func keep(_ packet: borrowing Packet, _ kept: inout UInt8) { kept = packet.bytes[0] }
#else
func keep(_ packet: inout Packet, _ kept: inout RawSpan) { kept = packet.bytes }
#endif
