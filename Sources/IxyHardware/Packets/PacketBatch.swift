import IxyTrusted

/// Packets on their way between an app and queues, in order. Allocates once, when it is made.
///
/// It owns its packets, and spare ones behind them: sending exchanges packets with spare ones, receiving the other way round,
/// and dropping a packet makes it a spare one. All of them return to their pools when the batch goes out of scope.
@frozen
public struct PacketBatch: ~Copyable, Sendable {
    /// The packets, then the spare ones, whose contents mean nothing.
    @usableFromInline var packets: PacketStore
    @usableFromInline var filled = 0
    /// The most it can hold.
    public let capacity: Int

    /// An empty batch. Traps unless `capacity` is 1 to 65536.
    public init(capacity: Int) {
        precondition((1...65536).contains(capacity), "a batch holds 1 to 65536 packets")
        packets = PacketStore(capacity: capacity)
        self.capacity = capacity
    }

    /// Number of packets in it, without spare ones.
    @inlinable
    public var count: Int { filled }
    /// How many more packets fit.
    @inlinable
    public var room: Int { capacity &- filled }
    /// Whether there is none in it.
    @inlinable
    public var isEmpty: Bool { filled == 0 }

    /// Drops the first packet; the others move up. Traps if there is none.
    public mutating func dropFirst() {
        precondition(filled > 0, "the batch is empty")
        forgetFirst(1)
    }

    /// Lets `body` read and change each packet in turn.
    @inlinable @inline(__always)
    public mutating func forEach<Failure: Error>(_ body: (inout Packet) throws(Failure) -> Void) throws(Failure) {
        let count = filled
        var span = packets.span(from: 0, count)
        var index = 0
        while index < count {
            try body(&span[index])
            index &+= 1
        }
    }

    /// Drops all packets: they are spare ones now.
    @inlinable
    public mutating func dropAll() { filled = 0 }
}

// For the queues.
extension PacketBatch {
    /// How many spare packets there are.
    @inlinable @inline(__always)
    package var spareCount: Int { packets.count &- filled }

    /// The `count` packets from `first` on. Traps if there are fewer.
    @inlinable @inline(__always)
    @_lifetime(&self)
    package mutating func packets(from first: Int, _ count: Int) -> MutableSpan<Packet> {
        precondition(first <= filled && count <= filled &- first, "no such packets")
        return packets.span(from: first, count)
    }

    /// Lets `body` have the first packet; the first spare one if there is none. Traps if there is neither.
    @inlinable @inline(__always)
    package mutating func withFirst<Result>(_ body: (inout Packet) -> Result) -> Result { body(&packets[0]) }

    /// Lets `body` have the first spare packet. Traps if there is none.
    @inlinable @inline(__always)
    package mutating func withSpare<Result>(_ body: (inout Packet) -> Result) -> Result { body(&packets[filled]) }

    /// The next `count` places, which hold spare packets. Traps if there are fewer.
    @inlinable @inline(__always)
    @_lifetime(&self)
    package mutating func spares(_ count: Int) -> MutableSpan<Packet> {
        let first = filled
        return packets.span(from: first, count)
    }

    /// The first `count` spare packets are packets now.
    @inlinable @inline(__always)
    package mutating func takeSpares(_ count: Int) {
        precondition(count >= 0 && count <= packets.count &- filled, "no such places")
        filled &+= count
    }

    /// Makes spare packets, of `pool`, until there are `count` or the batch has no place for more, or the pool none.
    ///
    /// - Returns: how many there are.
    package mutating func addSpares(_ count: Int, from pool: borrowing PacketPool) -> Int {
        while packets.count < capacity, spareCount < count, let packet = pool.makePacket(count: 0) { packets.append(packet) }
        return spareCount
    }

    /// Puts `packet` in the place of the first spare one, which is dropped. Traps if there is none.
    package mutating func replaceSpare(_ packet: consuming Packet) {
        precondition(spareCount > 0, "no spare packet")
        packets[filled] = packet
    }

    /// The first `count` packets are spare ones now; the others move up.
    @inlinable @inline(__always)
    package mutating func forgetFirst(_ count: Int) {
        precondition(count >= 0 && count <= filled)
        if count < filled, count > 0 { moveUp(count) }
        filled &-= count
    }

    @inline(never) @usableFromInline
    mutating func moveUp(_ count: Int) {
        for index in count..<filled { packets.swapAt(index &- count, index) }
    }
}

extension PacketRing {
    /// Makes sure that the next spare packet of `batch` is one that the device can fill: of `pool`, or if that is empty any that the
    /// device reaches. So each ring's packets are of one pool, wherever the batch has been. False if there is none.
    package mutating func prepareSpare(of batch: inout PacketBatch, from pool: borrowing PacketPool) -> Bool {
        if batch.spareCount == 0 { _ = batch.addSpares(min(batch.room, 64), from: pool) }
        guard batch.spareCount > 0 else { return false }
        if !pool.owns(batch.spares(1)[0]), let packet = pool.makePacket(count: 0) { batch.replaceSpare(packet) }
        return admit(batch.spares(1)[0])
    }
}
