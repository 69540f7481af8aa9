// harmless
import Ixy
import IxyModels
import Synchronization

private final class Exchange: Sendable {
    let batch = Mutex(PacketBatch(capacity: 64))
}

/// Four tasks take packets from one pool, change them, exchange them and drop them.
func packetsOverThreads() async throws {
    let exchange = Exchange()
    let space: IOAddressSpace
    do {
        let stage = try Stage()
        space = stage.space
        let pool = Pool(try stage.left.makePool(capacity: 256))
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask {
                    for round in 0..<2000 {
                        var packet = pool.pool.makePacket(count: 64)
                        packet?.fill(with: UInt8(number))
                        exchange.batch.withLock { batch in
                            if batch.room == 0 { batch.dropAll() }
                            if let packet = packet.take() { batch.append(packet) }
                            if round % 50 == 0 { batch.returnSpares() }
                        }
                        let other = exchange.batch.withLock { $0.popLast() }
                        if let other { expect(other[0] == other[63], "two tasks have one packet") }
                    }
                }
            }
        }
    }
    exchange.batch.withLock { batch in
        batch.dropAll()
        batch.returnSpares()
    }
    expect(space.mappedCount == 0, "a packet was lost")
}

private final class Pool: Sendable {
    let pool: PacketPool
    init(_ pool: consuming PacketPool) { self.pool = pool }
}
