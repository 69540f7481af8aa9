// refused: cannot find type 'PacketRing' in scope
import Ixy

/// Reaches into the slots of a queue.
func reach(_ ring: inout PacketRing, _ packet: inout Packet) {
    ring.exchange(0, with: &packet)
}
