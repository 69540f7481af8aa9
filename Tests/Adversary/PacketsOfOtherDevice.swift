// harmless
import Ixy
import IxyModels

/// Packets of each device's pool are sent on the other.
func packetsOfOtherDevice() throws {
    var stage = try Stage()
    let left = try stage.left.makePool(capacity: 128), right = try stage.right.makePool(capacity: 128)
    var batch = PacketBatch(capacity: 32), other = PacketBatch(capacity: 32)
    for round in 0..<300 {
        left.fill(&batch, upTo: 10, count: 60)
        right.fill(&batch, upTo: 10, count: 60)
        right.fill(&other, upTo: 20, count: 60)
        stage.right.transmit(&batch)
        stage.left.transmit(&other)
        if round % 3 == 0 { swap(&batch, &other) }
        stage.left.receive(into: &other)
        other.forEach { packet in packet.fill(with: 7) }
        batch.dropAll()
        other.dropAll()
        stage.step()
    }
}
