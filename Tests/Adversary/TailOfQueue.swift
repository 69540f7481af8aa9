// refused: 'ixgbe' is inaccessible due to 'internal' protection level
import Ixy

/// Tells the device of slots that are not filled.
func ring(_ queue: borrowing TransmitQueue) { queue.ixgbe?.tail.write(63) }
