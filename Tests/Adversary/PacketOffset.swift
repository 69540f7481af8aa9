// refused: inaccessible due to 'internal' protection level
import Ixy

/// Makes two packets of one buffer.
func alias(_ left: inout Packet, _ right: borrowing Packet) {
    left.offset = right.offset
}
