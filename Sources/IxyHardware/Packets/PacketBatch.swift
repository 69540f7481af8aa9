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

    /// Adds a packet at the end. Traps if the batch is full.
    public mutating func append(_ packet: consuming Packet) {
        precondition(filled < capacity, "the batch is full")
        var packet = packet
        if filled < packets.count {
            // The spare packet that is there goes to the end, if there is room.
            swap(&packets[filled], &packet)
            if packets.count < capacity { packets.append(packet) }
        } else {
            packets.append(packet)
        }
        filled &+= 1
    }

    /// Takes the last packet out, or nil if there is none.
    public mutating func popLast() -> Packet? {
        guard filled > 0 else { return nil }
        filled &-= 1
        packets.swapAt(filled, packets.count &- 1)
        return packets.removeLast()
    }

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

    /// Takes all packets out, in order. If `body` throws, the packet it was given is its own, and the rest is dropped.
    public mutating func drain<Failure: Error>(_ body: (consuming Packet) throws(Failure) -> Void) throws(Failure) {
        for index in 0..<filled / 2 { packets.swapAt(index, filled - 1 - index) }
        defer { filled = 0 }
        while let packet = popLast() { try body(packet) }
    }

    /// Keeps the packets for which `isIncluded` says so and drops the others. The order stays.
    public mutating func filter(_ isIncluded: (inout Packet) -> Bool) {
        var kept = 0
        for index in 0..<filled where isIncluded(&packets[index]) {
            packets.swapAt(kept, index)
            kept &+= 1
        }
        filled = kept
    }

    /// Drops all packets: they are spare ones now.
    @inlinable
    public mutating func dropAll() { filled = 0 }

    /// Returns the spare packets to their pools.
    public mutating func returnSpares() {
        while spareCount > 0 { _ = packets.removeLast() }
    }
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

    /// Takes the first packet out; the others move up. Traps if there is none.
    package mutating func takeFirst() -> Packet {
        precondition(filled > 0, "the batch is empty")
        forgetFirst(1)
        packets.swapAt(filled, packets.count - 1)
        return packets.removeLast()
    }

    /// Takes a spare packet out that does for whoever wants one of `pool`; nil if there is none.
    mutating func takeSpare(for pool: borrowing PacketPool) -> Packet? {
        for index in stride(from: packets.count - 1, through: filled, by: -1) where pool.canUse(packets[index]) {
            packets.swapAt(index, packets.count - 1)
            return packets.removeLast()
        }
        return nil
    }
}

extension PacketPool {
    /// The same with a spare packet of `batch`, of whichever pool, if it has one with as much room: sending leaves there what was
    /// sent before, while a ring keeps what is sent now.
    ///
    /// Traps unless `count` is 0 to `bufferSize`.
    public func makePacket(count: Int, reusing batch: inout PacketBatch) -> Packet? {
        precondition(count >= 0 && count <= bufferSize, "the packet does not fit in a buffer of the pool")
        guard var packet = batch.takeSpare(for: self) else { return makePacket(count: count) }
        packet.resize(to: count)
        packet.setOffload(PacketOffload())
        return packet
    }

    /// Appends up to `batch.room` packets of `count` bytes each; spare packets of the batch come first.
    ///
    /// - Returns: how many; fewer than asked for if the pool ran empty.
    @discardableResult
    public func fill(_ batch: inout PacketBatch, upTo limit: Int = .max, count: Int) -> Int {
        precondition(count >= 0 && count <= bufferSize, "the packet does not fit in a buffer of the pool")
        let wanted = min(limit, batch.room)
        var made = 0
        while made < wanted {
            guard let packet = makePacket(count: count, reusing: &batch) else { break }
            batch.append(packet)
            made += 1
        }
        return made
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
