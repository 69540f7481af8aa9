// harmless
import Ixy
import IxyModels

/// Each device stops the other's card.
func driversSwapped() throws {
    var stage = try Stage()
    var batch = PacketBatch(capacity: 32)
    stage.receive(20, into: &batch)
    stage.right.transmit(&batch)
    swap(&stage.left.driver, &stage.right.driver)
    try stage.left.stop()
    stage.step(20)
    stage.right.receive(into: &batch)
    batch.forEach { packet in packet.fill(with: 4) }
    try stage.right.stop()
    stage.step(20)
}
