// traps: Simultaneous accesses
import Ixy
import IxyModels

private final class Box {
    var batch = PacketBatch(capacity: 32)
}

/// A batch is emptied in its own turn, through an object.
func batchReentered() throws {
    var stage = try Stage()
    let box = Box()
    stage.receive(8, into: &box.batch)
    box.batch.forEach { packet in
        box.batch.dropAll()
        box.batch.returnSpares()
        packet.fill(with: 1)
    }
}
