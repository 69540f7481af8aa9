// refused: inaccessible due to 'internal' protection level
import Ixy
import IxyHardware

/// Tells the device of slots that are not filled.
func ring(_ queue: borrowing IXGBE.TransmitQueue) { queue.tail.write(63) }
