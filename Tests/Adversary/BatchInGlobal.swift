// refused: is not concurrency-safe
import Ixy
import IxyHardware

/// Every thread reaches it.
var batch = PacketBatch(capacity: 32)
