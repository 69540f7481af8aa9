public import Synchronization

/// Slots of a ring, one after the other without a turn, for a loop: everything that is the same for all of them is checked once.
@safe @frozen @usableFromInline
package struct SlotRun: ~Copyable, ~Escapable {
    @usableFromInline let descriptors: UnsafeMutablePointer<Descriptor>
    @usableFromInline let packets: UnsafeMutablePointer<Packet>
    /// Number of slots.
    @usableFromInline package let count: Int
    @usableFromInline let home: UInt
    /// 1 in a plain ring (`PacketRing.isPlain`): then packets change places by their offsets alone, `delta` leads to the device's
    /// address of each, and `base` to its bytes; else 0. A number, because Swift 6.3 does not see that a constant `Bool` stays one.
    @usableFromInline let plain: Int
    @usableFromInline let delta: UInt64
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let format: DescriptorFormat
    @usableFromInline let perByte: UInt64
    @usableFromInline let bufferSize: Int
    /// As in the ring, or one less.
    @usableFromInline let most: UInt64
    /// The ring's area. (Not a `SharedWords`, as one that cannot be copied has to be destroyed.)
    @usableFromInline let area: UnsafeMutableRawPointer
    @usableFromInline let areaCount: Int

    /// `count` slots of `ring` from `slot` on.
    ///
    /// Unsafe: they must own packets, and must be the run's alone as long as it lives.
    @unsafe @inlinable @inline(__always)
    @_lifetime(immortal)
    init(_ ring: borrowing PacketRing, from slot: Int, count: Int, isPlain: Bool, _ format: DescriptorFormat, leavesRoom: Bool) {
        // Sound: as above.
        unsafe descriptors = ring.descriptors + slot
        unsafe packets = ring.packets.base + slot
        self.count = count
        home = isPlain ? ring.plainID : ring.isPlain ? PacketRing.none : ring.homeID
        plain = isPlain ? 1 : 0
        delta = ring.homeDelta
        unsafe base = ring.homeBase
        self.format = format
        perByte = ring.perByte
        bufferSize = ring.bufferSize
        most = ring.most &- (leavesRoom && ring.most > 0 ? 1 : 0)
        unsafe area = ring.area.base
        areaCount = ring.area.count
    }

    /// Whether there are four slots from `index` on.
    @inlinable @inline(__always)
    package func hasFour(_ index: Int) -> Bool { count >= 4 && UInt(bitPattern: index) <= UInt(bitPattern: count &- 4) }

    @inlinable @inline(__always)
    func check(_ index: Int) { precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such slot") }

    /// Reads the word of a descriptor; everything the device wrote before it is visible afterwards.
    @inlinable @inline(__always)
    package func load(_ index: Int) -> UInt64 {
        check(index)
        // Sound: inside.
        return unsafe descriptors[index].word.load(ordering: .acquiring)
    }

    /// Puts `packet`, of the home pool, into slot `index` in exchange for the one that is there, and writes the descriptor.
    @inlinable @inline(__always)
    func exchange(_ index: Int, with packet: inout Packet, word: UInt64, clearing header: Int = 0) {
        let offset = packet.offset
        if header > 0 {
            // Sound: the packet is of the home pool, and so is the headroom before it, which has 32 bytes if it has some.
            unsafe ((plain == 1 ? base + Int(offset) : packet.address) - 16).storeBytes(of: .zero, as: SIMD16<UInt8>.self)
        }
        let address = plain == 1 ? delta &+ UInt64(offset) : packet.deviceAddress
        // Sound: the caller has checked the index. In a plain ring both packets are of one pool.
        if plain == 1 {
            packet.offset = unsafe packets[index].offset
            unsafe packets[index].offset = offset
        } else {
            unsafe swap(&packets[index], &packet)
        }
        unsafe descriptors[index].address = address &- UInt64(truncatingIfNeeded: format.header)
        unsafe descriptors[index].word.store(word, ordering: .releasing)
    }

    /// Takes the packet that the device has filled out of slot `index`, and gives it `packet` to fill.
    ///
    /// - Parameters:
    ///   - excess: how many bytes more than one the device has filled, as it says.
    ///   - command: as for `DescriptorFormat.wordToFill`.
    /// - Returns: false, and nothing was done, if that is more than the buffer's size, or if `packet` is of another pool.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    package mutating func receive(_ index: Int, excess: UInt64, into packet: inout Packet, command: UInt64) -> Bool {
        check(index)
        guard packet.poolID == home, excess < UInt64(truncatingIfNeeded: bufferSize) else { return false }
        fill(index, excess, &packet, format.wordToFill(bufferSize, command))
        return true
    }

    /// The rest of `receive`, after its checks.
    @inlinable @inline(__always)
    func fill(_ index: Int, _ excess: UInt64, _ packet: inout Packet, _ word: UInt64) {
        exchange(index, with: &packet, word: word)
        packet.length = UInt32(truncatingIfNeeded: excess &+ 1)
        // Sound: a prefetch reads nothing.
        unsafe prefetch(plain == 1 ? base + Int(packet.offset) : packet.address)
    }

    /// `load` of the four slots from `index` on.
    @inlinable @inline(__always)
    package func loadFour(_ index: Int) -> FourWords {
        precondition(hasFour(index), "no such slots")
        // Sound: inside.
        return FourWords { unsafe descriptors[index &+ $0].word.load(ordering: .acquiring) }
    }

    /// `receive` for the four slots from `index` on, whose descriptors share a cache line.
    ///
    /// - Parameters:
    ///   - rest: for each, how many bytes more than the format's `shortest` the device has filled, as it says.
    ///   - command: what `receive` is told for the first one, and `step` by how much more for each next one.
    /// - Returns: false, and nothing was done, unless `receive` would take all four; it may be false all the same if together they have
    ///   bits of a number that is too large.
    @_transparent @inlinable
    @_lifetime(self: copy self)
    @_lifetime(spares: copy spares)
    package mutating func receiveFour(
        _ index: Int, rest: FourWords, into spares: inout MutableSpan<Packet>, command: UInt64, step: UInt64
    ) -> Bool {
        precondition(hasFour(index) && index <= spares.count &- 4, "no such slots")
        // Sound: the four spare packets are there, as was just checked, here and below.
        guard rest.union < most, unsafe areHome(spares, index) else { return false }
        let excess = UInt64(truncatingIfNeeded: format.shortest &- 1)
        unsafe fill(index, rest.first &+ excess, &spares[unchecked: index], format.wordToFill(bufferSize, command))
        unsafe fill(index &+ 1, rest.second &+ excess, &spares[unchecked: index &+ 1], format.wordToFill(bufferSize, command &+ step))
        unsafe fill(index &+ 2, rest.third &+ excess, &spares[unchecked: index &+ 2], format.wordToFill(bufferSize, command &+ 2 &* step))
        unsafe fill(index &+ 3, rest.fourth &+ excess, &spares[unchecked: index &+ 3], format.wordToFill(bufferSize, command &+ 3 &* step))
        return true
    }

    /// Whether the four packets from `index` on are of the home pool.
    ///
    /// Unsafe: they must be there.
    @unsafe @_transparent @inlinable
    func areHome(_ packets: borrowing MutableSpan<Packet>, _ index: Int) -> Bool {
        // Sound: as above.
        unsafe packets[unchecked: index].poolID == home && packets[unchecked: index &+ 1].poolID == home
            && packets[unchecked: index &+ 2].poolID == home && packets[unchecked: index &+ 3].poolID == home
    }

    /// Gives `packet` to the device, to be sent from slot `index`, and takes the packet out that was sent from there before.
    ///
    /// - Parameter command: what the descriptor says beside address and length. Traps if it has bits of the length.
    /// - Returns: false, and nothing was done, if its length is not one of `lengths`, or if it is of another pool.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    package mutating func send(_ index: Int, _ packet: inout Packet, _ lengths: LengthRange, command: UInt64) -> Bool {
        check(index)
        let length = packet.length
        guard packet.poolID == home, length &- lengths.shortest <= lengths.span else { return false }
        put(index, &packet, UInt64(length), command)
        return true
    }

    /// The rest of `send`, after its checks.
    @inlinable @inline(__always)
    func put(_ index: Int, _ packet: inout Packet, _ length: UInt64, _ command: UInt64) {
        precondition(command & format.lengthMask == 0)
        // Sound: the slot's packet gets the other one's buffer, which has as much room.
        if plain == 1 { unsafe packets[index].length = UInt32(truncatingIfNeeded: length) }
        exchange(index, with: &packet, word: format.word(length, perByte, command), clearing: format.header)
    }

    /// `send` for the four slots from `index` on.
    ///
    /// - Parameters:
    ///   - command: what `send` is told for the first one, and `step` by how much more for each next one.
    /// - Returns: how many bytes they have; nil, and nothing was done, unless `send` would take all four. It may be nil all the same, as
    ///   for `receiveFour`.
    @_transparent @inlinable
    @_lifetime(self: copy self)
    @_lifetime(others: copy others)
    package mutating func sendFour(
        _ index: Int, _ others: inout MutableSpan<Packet>, _ lengths: LengthRange, command: UInt64, step: UInt64
    ) -> UInt64? {
        precondition(hasFour(index) && index <= others.count &- 4, "no such slots")
        // Sound: the four packets are there, as was just checked, here and below.
        let all = FourWords { unsafe UInt64(others[unchecked: index &+ $0].length) }
        let bytes = all.sum, shortest = UInt64(lengths.shortest)
        guard all.map({ length, _ in length &- shortest }).union <= UInt64(lengths.span), unsafe areHome(others, index) else { return nil }
        unsafe put(index, &others[unchecked: index], all.first, command)
        unsafe put(index &+ 1, &others[unchecked: index &+ 1], all.second, command &+ step)
        unsafe put(index &+ 2, &others[unchecked: index &+ 2], all.third, command &+ 2 &* step)
        unsafe put(index &+ 3, &others[unchecked: index &+ 3], all.fourth, command &+ 3 &* step)
        return bytes
    }
}

/// The lengths that a frame may have.
@frozen @usableFromInline
package struct LengthRange: Sendable {
    @usableFromInline let shortest: UInt32
    /// The longest one minus the shortest one.
    @usableFromInline let span: UInt32

    /// From `lengths.lowerBound` to `lengths.upperBound` bytes. Traps unless these are 0 to 65535.
    @inlinable @inline(__always)
    package init(_ lengths: ClosedRange<Int>) {
        shortest = UInt32(UInt16(lengths.lowerBound))
        span = UInt32(UInt16(lengths.upperBound) - UInt16(lengths.lowerBound))
    }
}

extension PacketRing {
    /// Up to `count` slots from `first` on: to the ring's end at most, and only such as own a packet.
    ///
    /// - Parameters:
    ///   - isPlain: whether the loop is for a plain ring, as nearly all are. No packet is exchanged where the ring is of the other
    ///     kind.
    ///   - format: what the ring was made with, said again so that a loop knows it when it is compiled. Traps if it is another.
    ///   - leavesRoom: `receiveFour` takes no packet that is filled to its end.
    @inlinable @inline(__always)
    @_lifetime(&self)
    package mutating func run(
        from first: Int, count: Int, isPlain: Bool = true, _ format: DescriptorFormat, leavesRoom: Bool = false
    ) -> SlotRun {
        precondition(format == self.format)
        let slot = first & mask
        if !isPlain { becomePlain(at: slot) }
        let limit = packets.count > slot ? min(count, packets.count &- slot) : 0
        precondition(limit >= 0)
        // Sound: `limit` descriptors and packets from `slot` on are there, if any; the ring is borrowed while the run lives.
        let run = unsafe SlotRun(self, from: slot, count: limit, isPlain: isPlain, format, leavesRoom: leavesRoom)
        return unsafe _overrideLifetime(run, mutating: &self)
    }

    /// The slot `place` of a plain ring, for one packet. Traps if the slot owns none.
    @inlinable @inline(__always)
    @_lifetime(&self)
    package mutating func run(at place: Int, _ format: DescriptorFormat) -> SlotRun {
        let slot = place & mask
        precondition(format == self.format && slot < packets.count)
        // Sound: as for `run(from:count:)`.
        let run = unsafe SlotRun(self, from: slot, count: 1, isPlain: true, format, leavesRoom: false)
        return unsafe _overrideLifetime(run, mutating: &self)
    }

    /// Sees once a round whether all packets are of the home pool by now. Until it is seen packets of that pool may come and stay.
    @inline(never) @usableFromInline
    mutating func becomePlain(at slot: Int) {
        guard homeID != uniformID else { return }
        setUniform(slot == 0 && packets.areAll(of: homeID) ? homeID : PacketRing.none)
    }
}
