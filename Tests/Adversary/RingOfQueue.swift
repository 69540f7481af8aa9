// refused: 'ixgbe' is inaccessible due to 'internal' protection level
import Ixy

/// Takes the ring out of a queue.
func reach(_ queue: inout TransmitQueue) {
    queue.ixgbe?.next = 17
    queue.ixgbe?.ring.reword(3, 0)
}
