// refused: cannot find 'Notifier' in scope
import Ixy

/// A register of any offset is written as if it were a queue's notification.
func write(_ file: Int32) { Notifier(port: 0x3820, of: file, queue: 7).notify() }
