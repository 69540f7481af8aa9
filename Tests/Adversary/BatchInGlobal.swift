// refused: is not concurrency-safe
import Ixy

/// Every thread reaches it.
var batch = PacketBatch(capacity: 32)
