public import Synchronization

// Passing packets on where they lie, in two loops: a `TakeRun` moves those that have arrived from the slots of one ring to those
// of another one, and a `ShowRun` shows them there and sends them. All packets of both rings are of one pool, so that they change
// places without a look at it.

/// Slots of a ring that a device has filled, and as many slots of another ring that are to send the packets.
@safe @frozen @usableFromInline
package struct TakeRun: ~Copyable, ~Escapable {
    @usableFromInline let descriptors: UnsafeMutablePointer<Descriptor>
    @usableFromInline let packets: UnsafeMutablePointer<Packet>
    @usableFromInline let targets: UnsafeMutablePointer<Packet>
    /// Number of slots of each.
    @usableFromInline package let count: Int
    /// See `SlotRun`.
    @usableFromInline let plain: Int
    @usableFromInline let delta: UInt64
    @usableFromInline let bufferSize: UInt64

    /// Up to `limit` slots of `input` from `first` on, and as many of `output` from `place` on: to either ring's end at most. None
    /// unless all packets of both are of one pool.
    ///
    /// - Parameter isPlain: as for `PacketRing.run`.
    @inlinable @inline(__always)
    @_lifetime(&input, &output)
    package init(
        _ input: inout PacketRing, from first: Int, to output: inout PacketRing, from place: Int, limit: Int, isPlain: Bool
    ) {
        let slot = first & input.mask, target = place & output.mask
        let isUniform = input.isPlain == isPlain && (isPlain || input.isUniform) && input.uniformID == output.uniformID
        count = max(0, min(input.packets.count &- slot, output.packets.count &- target, isUniform ? limit : 0))
        // Sound: `count` slots from `slot` and from `target` on own packets, all of the home pool, which both devices reach. The rings
        // are borrowed while the run lives.
        unsafe descriptors = input.descriptors + slot
        unsafe packets = input.packets.base + slot
        unsafe targets = output.packets.base + target
        plain = isPlain ? 1 : 0
        delta = input.homeDelta
        bufferSize = UInt64(truncatingIfNeeded: input.bufferSize)
    }

    /// Reads the word of a filled descriptor; everything the device wrote before it is visible afterwards.
    @inlinable @inline(__always)
    package func load(_ index: Int) -> UInt64 {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such slot")
        // Sound: inside.
        return unsafe descriptors[index].word.load(ordering: .acquiring)
    }

    /// Takes the packet that the device has filled out of slot `index`, and gives the one of the other ring's slot to the device.
    ///
    /// - Parameter excess: how many bytes more than one the device has filled, as it says.
    /// - Returns: false, and nothing was done, if that is more than the buffer's size.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    package mutating func take(_ index: Int, excess: UInt64) -> Bool {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such slot")
        guard excess < bufferSize else { return false }
        pass(index, excess)
        return true
    }

    /// `load` of the four slots from `index` on.
    @inlinable @inline(__always)
    package func loadFour(_ index: Int) -> FourWords {
        precondition(index >= 0 && index <= count &- 4, "no such slots")
        // Sound: inside.
        return FourWords { unsafe descriptors[index &+ $0].word.load(ordering: .acquiring) }
    }

    /// `take` for the four slots from `index` on, whose descriptors share a cache line.
    ///
    /// - Parameter excess: what `take` is told, for each.
    /// - Returns: as `SlotRun.receiveFour`.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    package mutating func takeFour(_ index: Int, excess: FourWords) -> Bool {
        precondition(index >= 0 && index <= count &- 4, "no such slots")
        guard excess.union < bufferSize else { return false }
        pass(index, excess.first)
        pass(index &+ 1, excess.second)
        pass(index &+ 2, excess.third)
        pass(index &+ 3, excess.fourth)
        return true
    }

    /// The rest of `take`, after its checks.
    @inlinable @inline(__always)
    func pass(_ index: Int, _ excess: UInt64) {
        // Sound: inside. Both are packets of one pool, which exchange their buffers, so that each still has one owner.
        let filled = unsafe packets[index].offset, spare = unsafe targets[index].offset
        unsafe packets[index].offset = spare
        unsafe targets[index].offset = filled
        unsafe targets[index].length = UInt32(truncatingIfNeeded: excess &+ 1)
        unsafe descriptors[index].address = plain == 1 ? delta &+ UInt64(spare) : packets[index].deviceAddress
        unsafe descriptors[index].word.store(0, ordering: .releasing)
    }
}

/// Slots of a ring whose packets are shown, and then sent or kept as spare ones.
@safe @frozen @usableFromInline
package struct ShowRun: ~Copyable, ~Escapable {
    @usableFromInline let descriptors: UnsafeMutablePointer<Descriptor>
    @usableFromInline let packets: UnsafeMutablePointer<Packet>
    /// Number of slots.
    @usableFromInline package let count: Int
    /// The pool's first packet, the most bytes that each can have, and see `SlotRun`.
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let capacity: Int
    @usableFromInline let lengths: LengthRange
    @usableFromInline let plain: Int
    @usableFromInline let delta: UInt64
    @usableFromInline let perByte: UInt64

    /// The `count` slots of `ring` from `first` on. Traps unless they are there, without a turn, and own packets of one pool; and
    /// unless the ring is one of advanced descriptors for packets to be sent.
    ///
    /// - Parameter isPlain: whether the loop is for a ring that `sendsPlain`. Traps if it does not.
    @inlinable @inline(__always)
    @_lifetime(&ring)
    package init(_ ring: inout PacketRing, from first: Int, count: Int, _ lengths: LengthRange, isPlain: Bool) {
        let slot = first & ring.mask
        precondition(isPlain ? ring.sendsPlain(lengths) : ring.format.isAdvanced && ring.bufferSize == 0 && ring.isUniform)
        precondition(count >= 0 && count <= ring.packets.count &- slot, "no such slots")
        // Sound: as just checked; the ring is borrowed while the run lives.
        unsafe descriptors = ring.descriptors + slot
        unsafe packets = ring.packets.base + slot
        self.count = count
        unsafe base = ring.homeBase
        capacity = ring.homeCapacity
        self.lengths = lengths
        plain = isPlain ? 1 : 0
        delta = ring.homeDelta
        perByte = ring.perByte
    }

    /// Lets `body` look at the packet of slot `index`, and gives it to the device from slot `place`, to be sent, if `body` says 0.
    ///
    /// - Parameter command: what the descriptor says beside address and length. Traps if it has bits of the length.
    /// - Returns: what became of it.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    package mutating func show(_ index: Int, at place: Int, command: UInt64, _ body: (inout PacketView) -> Int) -> Passage {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such slot")
        precondition(command & DescriptorFormat.advanced.lengthMask == 0)
        // Sound: both slots are inside, here and below, and own their packets; the view ends with the call.
        let offset = unsafe packets[index].offset
        var view = unsafe PacketView(base + Int(offset), length: packets[index].length, capacity: capacity)
        let target = body(&view)
        let length = view.length
        let isSendable = plain == 1 ? length >= lengths.shortest : length &- lengths.shortest <= lengths.span
        guard target == 0, isSendable else {
            unsafe packets[index].length = length
            return target < 0 ? .dropped : .other(target)
        }
        // A packet before it was dropped, or goes elsewhere: they exchange their buffers.
        if place != index {
            precondition(UInt(bitPattern: place) < UInt(bitPattern: index), "no such slot")
            unsafe packets[index].offset = packets[place].offset
            unsafe packets[place].offset = offset
        }
        unsafe packets[place].length = length
        unsafe descriptors[place].address = plain == 1 ? delta &+ UInt64(offset) : packets[place].deviceAddress
        unsafe descriptors[place].word.store(DescriptorFormat.advanced.word(UInt64(length), perByte, command), ordering: .releasing)
        return .sent(UInt64(length))
    }
}

/// The outcome for a packet that was shown.
@frozen @usableFromInline
package enum Passage {
    /// It is sent, with so many bytes.
    case sent(UInt64)
    /// It is a spare one.
    case dropped
    /// It is still in its slot, and this is where it is to go; to 0, if it cannot be sent.
    case other(Int)
}

extension PacketRing {
    /// Whether the ring is a plain one of advanced descriptors for packets to be sent, which have no room for more bytes than
    /// `lengths`.
    @inlinable @inline(__always)
    package func sendsPlain(_ lengths: LengthRange) -> Bool { plainCapacity <= lengths.shortest &+ lengths.span }

    /// `exchange` with the packet of a slot of another ring, whose device must reach the one that it gets.
    package mutating func exchange(_ slot: Int, with other: inout PacketRing, _ place: Int) {
        let pool = packets[slot & mask].pool
        precondition(other.reaches(pool), "a packet that the device does not reach")
        if pool !== other.packets[place & other.mask].pool { other.setUniform(PacketRing.none) }
        exchange(slot, with: &other.packets[place & other.mask])
    }

    /// Exchanges all packets that are not of `pool` for such as are, so that the ring passes packets to others of that pool.
    ///
    /// - Throws: `.poolEmpty`; `.invalid` if the device does not reach the pool, and if it has such packets to fill: what it has been
    ///   told of cannot be taken back.
    package mutating func makeUniform(_ pool: borrowing PacketPool) throws(HardwareError) {
        usualSize = pool.bufferSize
        for slot in 0..<count where slot >= packets.count || packets[slot].pool !== pool.memory {
            guard bufferSize == 0 || slot >= packets.count else {
                throw .invalid(
                    what: "a pipeline from a queue that has received into packets of other pools",
                    remedy: "make the pipeline before you receive with such a batch")
            }
            guard var packet = pool.makePacket(count: 0) else { throw .poolEmpty(capacity: pool.capacity) }
            guard admit(packet) else {
                throw .invalid(what: "a pool that the device does not reach", remedy: "use devices that share memory")
            }
            if slot < packets.count { exchange(slot, with: &packet) } else { fill(packet) }
        }
        guard admitSlot(0) else {
            throw .invalid(what: "a pool without room for the device's header", remedy: "use a pool that the device has made")
        }
        setUniform(pool.memory.id)
        largeCount = 0
    }
}
