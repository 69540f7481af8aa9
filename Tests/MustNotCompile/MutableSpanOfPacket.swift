// error: cannot assign value of type 'RawSpan' to type 'MutableRawSpan'
// There is no mutable span of a packet's bytes. Swift 6.3 lets one that depends on `&self` leave by another parameter, where it
// would write into whatever packet comes next.
import Ixy

#if TWIN
func keep(_ packet: inout Packet, _ value: UInt8) { packet[0] = value }
#else
func keep(_ packet: inout Packet, _ kept: inout MutableRawSpan) { kept = packet.bytes }
#endif
