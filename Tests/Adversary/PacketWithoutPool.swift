// refused: inaccessible
import Ixy
import IxyHardware

/// Makes a packet of a buffer that others have.
func forge(_ pool: borrowing PacketPool) -> Packet {
    Packet(pool.memory, 3, length: 60)
}
