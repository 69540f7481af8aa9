import IxyTrusted

// Packets that come into a batch and leave it one by one, in an app's hands.
extension PacketBatch {
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

    /// Returns the spare packets to their pools.
    public mutating func returnSpares() {
        while spareCount > 0 { _ = packets.removeLast() }
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
