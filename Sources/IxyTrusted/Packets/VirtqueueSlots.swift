// Services of a ring for virtqueues only: descriptors that name a part of a packet or words of the ring's own, and packets that
// stay in their slots.
extension PacketRing {
    /// Tells the device of `count` bytes of the packet of `slot`, in the descriptor at `place`. Traps unless they are in its buffer
    /// or headroom, and the descriptor's word can tell a length.
    ///
    /// - Parameters:
    ///   - offset: where they begin, from the packet's first byte on.
    ///   - word: what the descriptor says beside address and length.
    package mutating func describe(_ place: Int, _ slot: Int, from offset: Int, count: Int, _ word: UInt64) {
        precondition(!format.isAdvanced && word & format.lengthMask == 0)
        let pool = packets[slot & mask].pool
        precondition(
            offset >= -pool.headroom && count >= 0 && offset <= pool.bufferSize && count <= pool.bufferSize - offset,
            "bytes that are not the packet's")
        write(place, packets[slot & mask].deviceAddress &+ UInt64(bitPattern: Int64(offset)), word | UInt64(count))
    }

    /// Tells the device of `count` bytes of `area` from `offset` on, to be read. Traps unless they are inside.
    package mutating func describeArea(_ place: Int, from offset: Int, count: Int, _ word: UInt64) {
        precondition(!format.isAdvanced && word & format.lengthMask == 0)
        precondition(offset >= 0 && count >= 0 && offset <= area.count && count <= area.count - offset, "bytes beyond the ring")
        write(place, area.deviceAddress(offset).value, word | UInt64(count))
    }

    /// `admit` for the packet of `slot`. Traps if the slot owns none.
    package mutating func admitSlot(_ slot: Int) -> Bool {
        let pool = packets[slot & mask].pool
        return admit(pool)
    }

    /// From here on packets of every pool need a check.
    package mutating func admitNone() {
        home = nil
        homeID = PacketRing.none
        isStraight = false
        homeCapacity = 0
        setUniform(uniformID)
    }

    /// The packet of a slot, to be read. Traps if the slot owns none.
    package func withPacket<Result>(_ slot: Int, _ body: (borrowing Packet) -> Result) -> Result { body(packets[slot & mask]) }

    /// Makes `bytes` the contents of the packet of `slot`. Traps if they do not fit.
    package mutating func write(_ bytes: [UInt8], to slot: Int) {
        packets[slot & mask].resize(to: bytes.count)
        for (index, byte) in bytes.enumerated() { packets[slot & mask][index] = byte }
    }
}
