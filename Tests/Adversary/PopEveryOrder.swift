// harmless
import Ixy
import IxyModels

/// Packets leave a batch at both ends, and come back in another order.
func popEveryOrder() throws {
    var stage = try Stage()
    var batch = PacketBatch(capacity: 32), other = PacketBatch(capacity: 64)
    for round in 0..<200 {
        stage.receive(8, into: &batch)
        for index in 0..<8 where index % 3 != round % 3 {
            if index % 2 == 0 { batch.dropFirst() } else if let packet = batch.popLast() { other.append(packet) }
        }
        if other.room < 16 { other.drain { packet in if packet.count > 0 { batch.room > 0 ? batch.append(packet) : () } } }
        stage.right.transmit(&batch)
        if round % 5 == 0 { batch.returnSpares() }
        batch.dropAll()
    }
    stage.play()
}
