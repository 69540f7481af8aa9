// traps: Simultaneous accesses
import Ixy
import IxyModels

private final class Box {
    var batch = PacketBatch(capacity: 32)
}

/// A batch goes back to the device in its own turn.
func receiveInTurn() throws {
    var stage = try Stage()
    let box = Box()
    stage.receive(8, into: &box.batch)
    box.batch.forEach { packet in
        stage.right.transmit(&box.batch)
        packet.fill(with: 1)
    }
}
