// refused: cannot assign value of type 'RawSpan' to type 'MutableRawSpan'
import Ixy

/// There is no mutable span of a packet, because Swift 6.3 lets such a span be kept.
func keep(_ packet: inout Packet, _ kept: inout MutableRawSpan) { kept = packet.bytes }
