// refused: cannot use mutating member on immutable value
import Ixy

/// Takes a queue out of a device that others look at.
func take(_ device: borrowing Device) -> ReceiveQueue? { device.takeReceiveQueue() }
