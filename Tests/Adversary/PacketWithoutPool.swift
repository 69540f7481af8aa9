// refused: inaccessible
import Ixy

/// Makes a packet of a buffer that others have.
func forge(_ pool: borrowing PacketPool) -> Packet {
    Packet(pool.memory, 3, length: 60)
}
