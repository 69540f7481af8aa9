// harmless
import Ixy
import IxyModels
import Synchronization

private enum Choice: ~Copyable {
    case none
    case one(Packet)
    case two(Packet, Packet)
}

private final class Node {
    var packet: Packet?
    var next: Node?
}

/// Packets lie in choices, in objects that hold each other, and behind locks.
func packetsInTypes() throws {
    let stage = try Stage()
    let pool = try stage.left.makePool(capacity: 64)
    var choice = Choice.none
    for _ in 0..<20 {
        guard let left = pool.makePacket(count: 60), let right = pool.makePacket(count: 60) else { continue }
        switch consume choice {
        case .none: choice = .one(left)
        case .one(let packet): choice = .two(packet, left)
        case .two(let first, _): choice = .two(right, first)
        }
    }
    let first = Node(), second = Node()
    (first.next, second.next) = (second, first)
    first.packet = pool.makePacket(count: 60)
    swap(&first.packet, &second.packet)
    let lock = Mutex<Packet?>(pool.makePacket(count: 60))
    lock.withLock { packet in
        packet?.fill(with: 1)
        packet = nil
    }
    _ = consume choice
    second.packet = nil
    first.next = nil
    expect(pool.free == pool.capacity, "a packet was lost")
}
