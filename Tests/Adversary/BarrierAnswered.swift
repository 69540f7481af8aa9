// refused: inaccessible due to 'internal' protection level
import Ixy
import IxyHardware

/// A queue runs on although its device is being reset.
func runOn(_ queue: inout IXGBE.ReceiveQueue) {
    queue.participant.runs = 2
}
