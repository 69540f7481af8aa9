// refused: 'ixgbe' is inaccessible due to 'internal' protection level
import Ixy

/// A queue runs on although its device is being reset.
func runOn(_ queue: inout ReceiveQueue) {
    queue.ixgbe?.participant.runs = 2
}
