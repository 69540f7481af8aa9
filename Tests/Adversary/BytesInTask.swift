// refused: escap
import Ixy

/// Another thread reads the bytes later.
func later(_ packet: borrowing Packet) {
    let bytes = packet.bytes
    Task { print(bytes[0]) }
}
