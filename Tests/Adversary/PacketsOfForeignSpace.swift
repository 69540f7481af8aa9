// harmless
import Ixy
import IxyModels

/// Packets in memory that the device does not reach.
func packetsOfForeignSpace() throws {
    var stage = try Stage(), foreign = try Stage()
    var batch = PacketBatch(capacity: 32)
    for _ in 0..<50 {
        foreign.receive(20, into: &batch)
        stage.right.transmit(&batch)
        stage.step()
        stage.left.receive(into: &batch)
        batch.forEach { packet in packet.fill(with: 8) }
        foreign.right.transmit(&batch)
        batch.dropAll()
    }
    expect(stage.right.transmitQueues[0].counters.unsendable > 0, "a card has sent what it does not reach")
    expect(stage.rightCard.violations.isEmpty && foreign.rightCard.violations.isEmpty, "a card reached other memory")
}
