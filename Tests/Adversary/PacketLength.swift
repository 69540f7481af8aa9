// refused: inaccessible due to 'internal' protection level
import Ixy

/// Makes a packet longer than its buffer.
func stretch(_ packet: inout Packet) {
    packet.length = 65535
}
