// error: cannot assign value of type 'RawSpan' to type 'MutableRawSpan'
// Nor is there one of a pipeline's packet.
import Ixy

#if TWIN
func keep(_ packet: inout PacketView, _ value: UInt8) { packet[0] = value }
#else
func keep(_ packet: inout PacketView, _ kept: inout MutableRawSpan) { kept = packet.bytes }
#endif
