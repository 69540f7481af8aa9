// harmless
import Ixy
import IxyModels

/// Two devices on one card, each of which believes that it is alone.
func openedTwice() throws {
    var stage = try Stage()
    var twin = try Device.open(stage.leftCard, address: "twin")
    stage.step(300)
    var batch = PacketBatch(capacity: 32)
    for round in 0..<300 {
        stage.step()
        twin.receive(into: &batch)
        stage.left.receive(into: &batch)
        batch.forEach { packet in packet.fill(with: 3) }
        if round == 100 {
            try twin.stop()
            twin = try Device.open(stage.leftCard, address: "twin")
        }
        if round == 200 { _ = stage.left.recover() }
        stage.right.transmit(&batch)
        batch.dropAll()
    }
}
