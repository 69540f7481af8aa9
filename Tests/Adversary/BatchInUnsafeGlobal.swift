// refused: unsafe
import Ixy

/// Every thread reaches it, and the author says that it does not matter.
nonisolated(unsafe) var batch = PacketBatch(capacity: 32)

func use() { batch.dropAll() }
