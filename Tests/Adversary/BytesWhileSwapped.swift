// refused: overlapping accesses to 'left'
import Ixy

/// The packet under a span changes.
func exchange(_ left: inout Packet, _ right: inout Packet) -> UInt8 {
    let bytes = left.bytes
    swap(&left, &right)
    return bytes[0]
}
