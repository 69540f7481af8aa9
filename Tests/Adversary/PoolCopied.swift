// refused: is borrowed and cannot be consumed
import Ixy

/// Two pools of one memory, from a borrowed one.
func copy(_ pool: borrowing PacketPool) -> PacketPool { pool }
