// traps: Simultaneous accesses
import Ixy
import IxyModels

private final class Box {
    var batch = PacketBatch(capacity: 32)
}

/// A batch is drained while it is drained.
func batchDrainedTwice() throws {
    var stage = try Stage()
    let box = Box()
    stage.receive(8, into: &box.batch)
    box.batch.drain { first in
        box.batch.drain { second in print(first.count, second.count) }
    }
}
