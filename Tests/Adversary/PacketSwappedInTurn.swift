// harmless
import Ixy
import IxyModels

/// A packet of another pool takes the place of one in a batch, in its own turn.
func packetSwappedInTurn() throws {
    var stage = try Stage(mtus: (1500, 9000))
    let pool = try stage.right.makePool(capacity: 128)
    var batch = PacketBatch(capacity: 32), kept = PacketBatch(capacity: 128)
    for _ in 0..<100 {
        stage.step()
        stage.left.receive(into: &batch)
        batch.forEach { packet in
            guard var other = pool.makePacket(count: 9000) else { return }
            swap(&packet, &other)
            if kept.room > 0 { kept.append(other) }
        }
        batch.filter { packet in
            if let other = kept.popLast() { packet = other }
            return packet.count < 100
        }
        stage.left.transmit(&batch)
        batch.dropAll()
        if kept.room < 32 { kept.dropAll() }
    }
}
