// traps: Simultaneous accesses
import Ixy
import IxyModels

private final class Box {
    var batch = PacketBatch(capacity: 32)
}

/// A batch loses its packets while it is filtered.
func batchFilteredTwice() throws {
    var stage = try Stage()
    let box = Box()
    stage.receive(8, into: &box.batch)
    box.batch.filter { packet in
        _ = box.batch.popLast()
        return packet.count > 0
    }
}
