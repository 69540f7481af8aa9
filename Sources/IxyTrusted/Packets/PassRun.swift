public import Synchronization

/// Slots of a ring that a device has filled, and slots of another ring from which packets are sent, for a loop that passes packets
/// from one to the other. All packets of both rings are of one pool, so that they change places without a look at it.
@safe @frozen @usableFromInline
package struct PassRun: ~Copyable, ~Escapable {
    @usableFromInline let filled: UnsafeMutablePointer<Descriptor>
    @usableFromInline let filledPackets: UnsafeMutablePointer<Packet>
    @usableFromInline let sent: UnsafeMutablePointer<Descriptor>
    @usableFromInline let sentPackets: UnsafeMutablePointer<Packet>
    /// Number of slots of each.
    @usableFromInline package let count: Int
    /// The pool's first packet, and by how much the device's addresses are more, for each of the devices; see `SlotRun.straight`.
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let straight: Int
    @usableFromInline let delta: UInt64
    @usableFromInline let bufferSize: Int
    @usableFromInline let capacity: Int
    @usableFromInline let perByte: UInt64

    /// Up to `limit` slots of `input` from `first` on, and as many of `output` from `place` on: to either ring's end at most. None
    /// unless all packets of both are of one pool. Traps unless both have advanced descriptors.
    ///
    /// - Parameter isStraight: as for `PacketRing.run`.
    @inlinable @inline(__always)
    @_lifetime(&input, &output)
    package init(
        _ input: inout PacketRing, from first: Int, to output: inout PacketRing, from place: Int, limit: Int, isStraight: Bool
    ) {
        precondition(input.format.isAdvanced && output.format.isAdvanced && input.bufferSize > 0 && output.bufferSize == 0)
        let slot = first & input.mask, target = place & output.mask
        let isUniform = input.uniformID == output.uniformID && input.uniformID == input.homeID && input.isStraight == isStraight
        let pieces = min(input.packets.count &- slot, output.packets.count &- target, limit)
        count = isUniform ? max(0, pieces) : 0
        // Sound: `count` slots from `slot` and from `target` on own packets, all of the home pool, which both devices reach. The rings
        // are borrowed while the run lives.
        unsafe filled = input.descriptors + slot
        unsafe filledPackets = input.packets.base + slot
        unsafe sent = output.descriptors + target
        unsafe sentPackets = output.packets.base + target
        unsafe base = input.homeBase
        straight = isStraight ? 1 : 0
        delta = input.homeDelta
        bufferSize = input.bufferSize
        capacity = input.homeCapacity
        perByte = output.perByte
    }

    @inlinable @inline(__always)
    func check(_ index: Int) { precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such slot") }

    /// Reads the word of a filled descriptor; everything the device wrote before it is visible afterwards.
    @inlinable @inline(__always)
    package func load(_ index: Int) -> UInt64 {
        check(index)
        // Sound: inside, here and below.
        return unsafe filled[index].word.load(ordering: .acquiring)
    }

    /// The device's address of the packet with this granule.
    @inlinable @inline(__always)
    func address(_ granule: UInt32, _ packet: borrowing Packet) -> UInt64 {
        straight == 1 ? delta &+ UInt64(granule) &<< 6 : packet.pool.deviceAddress(of: granule)
    }

    /// Lets `body` look at the packet that the device has filled, then sends it from slot `place`, if `body` says 0, and gives the
    /// packet that was sent from there before to the first device, to be filled; if it says less, the same packet once more.
    ///
    /// - Parameters:
    ///   - excess: how many bytes more than one the device has filled, as it says.
    ///   - command: what the descriptor says beside address and length. Traps if it has bits of the length.
    /// - Returns: what became of it.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    package mutating func pass(
        _ index: Int, excess: UInt64, at place: Int, _ lengths: LengthRange, command: UInt64,
        _ body: (inout PacketView) -> Int
    ) -> Passage {
        check(index)
        check(place)
        precondition(command & DescriptorFormat.advanced.lengthMask == 0)
        guard excess < UInt64(truncatingIfNeeded: bufferSize) else { return .bad }
        let granule = unsafe filledPackets[index].granule
        // Sound: the slot owns the packet; the view ends with the call.
        var view = unsafe PacketView(
            base + Int(granule) &<< 6, length: UInt32(truncatingIfNeeded: excess &+ 1), capacity: capacity)
        let target = body(&view)
        let length = view.length
        if target < 0 {
            unsafe give(index, address(granule, filledPackets[index]))
            return .dropped
        }
        guard target == 0, UInt64(length) &- lengths.shortest <= lengths.span else {
            unsafe filledPackets[index].length = length
            return .other(target)
        }
        unsafe sent[place].address = unsafe address(granule, filledPackets[index])
        unsafe sent[place].word.store(DescriptorFormat.advanced.word(UInt64(length), perByte, command), ordering: .releasing)
        let spare = unsafe sentPackets[place].granule
        unsafe give(index, address(spare, sentPackets[place]))
        // Sound: both are packets of one pool, and each buffer still has one owner.
        unsafe sentPackets[place].granule = granule
        unsafe sentPackets[place].length = length
        unsafe filledPackets[index].granule = spare
        return .sent(UInt64(length))
    }

    /// Gives the packet at `address` to the first device, to be filled.
    @inlinable @inline(__always)
    func give(_ index: Int, _ address: UInt64) {
        unsafe filled[index].address = address
        unsafe filled[index].word.store(0, ordering: .releasing)
    }
}

/// What became of a packet that was looked at in a ring.
@frozen @usableFromInline
package enum Passage {
    /// It is in the output's slot, with so many bytes.
    case sent(UInt64)
    /// The device has it again.
    case dropped
    /// It is still in its slot, and this is where it is to go.
    case other(Int)
    /// The device says something impossible, and nobody has looked at it.
    case bad
}

extension PacketRing {
    /// Exchanges all packets that are not of `pool` for such as are, so that the ring passes packets to others of that pool.
    ///
    /// - Throws: `.poolEmpty`; `.invalid` if the device does not reach the pool.
    package mutating func makeUniform(_ pool: borrowing PacketPool) throws(HardwareError) {
        for slot in 0..<count where slot >= packets.count || packets[slot].pool !== pool.memory {
            guard var packet = pool.makePacket(count: 0) else { throw .poolEmpty(capacity: pool.capacity) }
            guard admit(packet) else {
                throw .invalid(what: "a pool that the device does not reach", remedy: "use devices that share memory")
            }
            if slot < packets.count { swap(&packets[slot], &packet) } else { packets.append(packet) }
        }
        _ = admitSlot(0)
        uniformID = homeID
    }
}
