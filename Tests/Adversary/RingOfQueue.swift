// refused: inaccessible due to 'internal' protection level
import Ixy
import IxyHardware

/// Takes the ring out of a queue.
func reach(_ queue: inout IXGBE.TransmitQueue) {
    queue.next = 17
    queue.ring.reword(3, 0)
}
