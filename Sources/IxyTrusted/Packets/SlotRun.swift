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
    @usableFromInline let powerOfTwo: UInt64
    /// The ring's area. (Not a `SharedWords`, as one that cannot be copied has to be destroyed.)
    @usableFromInline let area: UnsafeMutableRawPointer
    @usableFromInline let areaCount: Int

    /// `count` slots of `ring` from `slot` on.
    ///
    /// Unsafe: they must own packets, and must be the run's alone as long as it lives.
    @unsafe @inlinable @inline(__always)
    @_lifetime(immortal)
    init(_ ring: borrowing PacketRing, from slot: Int, count: Int, isPlain: Bool, _ format: DescriptorFormat) {
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
        powerOfTwo = ring.powerOfTwo
        unsafe area = ring.area.base
        areaCount = ring.area.count
    }

    @inlinable @inline(__always)
    func check(_ index: Int) { precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such slot") }

    /// Reads the word of a descriptor; everything the device wrote before it is visible afterwards.
    @inlinable @inline(__always)
    package func load(_ index: Int) -> UInt64 {
        check(index)
        // Sound: inside.
        return unsafe descriptors[index].word.load(ordering: .acquiring)
    }

    /// Words of the ring's area, see `SharedWords`, for as long as the run lives.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    package func words32(from offset: Int, count: Int) -> Span<Atomic<UInt32>> {
        // Sound: the ring's words, which is borrowed as long as the run lives.
        unsafe _overrideLifetime(SharedWords.words32(area, areaCount, from: offset, count: count), copying: self)
    }

    /// Puts `packet`, of the home pool, into slot `index` in exchange for the one that is there, and writes the descriptor.
    @inlinable @inline(__always)
    func exchange(_ index: Int, with packet: inout Packet, word: UInt64) {
        let offset = packet.offset
        let address = plain == 1 ? delta &+ UInt64(offset) : packet.deviceAddress
        // Sound: the caller has checked the index. In a plain ring both packets are of one pool.
        unsafe descriptors[index].address = address &- UInt64(truncatingIfNeeded: format.header)
        unsafe descriptors[index].word.store(word, ordering: .releasing)
        if plain == 1 {
            packet.offset = unsafe packets[index].offset
            unsafe packets[index].offset = offset
        } else {
            unsafe swap(&packets[index], &packet)
        }
    }

    /// Takes the packet that the device has filled out of slot `index`, and gives it `packet` to fill.
    ///
    /// - Parameters:
    ///   - excess: how many bytes more than one the device has filled, as it says.
    ///   - word: what the descriptor says beside the address. Traps if it names more bytes than the buffer has.
    /// - Returns: false, and nothing was done, if that is more than the buffer's size, or if `packet` is of another pool.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    package mutating func receive(_ index: Int, excess: UInt64, into packet: inout Packet, word: UInt64) -> Bool {
        check(index)
        guard packet.poolID == home, excess < UInt64(truncatingIfNeeded: bufferSize) else { return false }
        precondition(format.isHarmless(word, bufferSize))
        fill(index, excess, &packet, word)
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

    /// `receive` for the four slots from `index` on, whose descriptors share a cache line, with advanced descriptors.
    ///
    /// - Parameter excess: reads out of a descriptor's word what `receive` is told.
    /// - Returns: the sum of what `excess` has said; nil, and nothing was done, unless `receive` would take all four; it may be nil
    ///   all the same if one has more bytes than a power of two that fits into the buffer.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    @_lifetime(spares: copy spares)
    package mutating func receiveFour(
        _ index: Int, into spares: inout MutableSpan<Packet>, excess: (UInt64) -> UInt64
    ) -> UInt64? {
        precondition(index >= 0 && index <= count &- 4 && index <= spares.count &- 4 && format.isAdvanced, "no such slots")
        // Sound: inside, as just checked.
        let first = unsafe excess(descriptors[index].word.load(ordering: .acquiring))
        let second = unsafe excess(descriptors[index &+ 1].word.load(ordering: .acquiring))
        let third = unsafe excess(descriptors[index &+ 2].word.load(ordering: .acquiring))
        let fourth = unsafe excess(descriptors[index &+ 3].word.load(ordering: .acquiring))
        guard first | second | third | fourth < powerOfTwo else { return nil }
        guard spares[index].poolID == home, spares[index + 1].poolID == home, spares[index + 2].poolID == home,
            spares[index + 3].poolID == home
        else { return nil }
        fill(index, first, &spares[index], 0)
        fill(index + 1, second, &spares[index + 1], 0)
        fill(index + 2, third, &spares[index + 2], 0)
        fill(index + 3, fourth, &spares[index + 3], 0)
        return first &+ second &+ third &+ fourth
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
        precondition(command & format.lengthMask == 0)
        if !format.isAdvanced { packet.clearHeader(format.header) }
        exchange(index, with: &packet, word: format.word(UInt64(length), perByte, command))
        if plain == 1 {
            // Sound: the slot's own packet, which has as much room.
            unsafe packets[index].length = length
        }
        return true
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
    @inlinable @inline(__always)
    @_lifetime(&self)
    package mutating func run(from first: Int, count: Int, isPlain: Bool = true, _ format: DescriptorFormat) -> SlotRun {
        precondition(format == self.format)
        let slot = first & mask
        if !isPlain { becomePlain(at: slot) }
        let limit = packets.count > slot ? min(count, packets.count &- slot) : 0
        precondition(limit >= 0)
        // Sound: `limit` descriptors and packets from `slot` on are there, if any; the ring is borrowed while the run lives.
        let run = unsafe SlotRun(self, from: slot, count: limit, isPlain: isPlain, format)
        return unsafe _overrideLifetime(run, mutating: &self)
    }

    /// The slot `place` of a plain ring, for one packet. Traps if the slot owns none.
    @inlinable @inline(__always)
    @_lifetime(&self)
    package mutating func run(at place: Int, _ format: DescriptorFormat) -> SlotRun {
        let slot = place & mask
        precondition(format == self.format && slot < packets.count)
        // Sound: as for `run(from:count:)`.
        let run = unsafe SlotRun(self, from: slot, count: 1, isPlain: true, format)
        return unsafe _overrideLifetime(run, mutating: &self)
    }

    /// Sees once a round whether all packets are of the home pool by now. Until it is seen packets of that pool may come and stay.
    @inline(never) @usableFromInline
    mutating func becomePlain(at slot: Int) {
        guard homeID != uniformID else { return }
        setUniform(slot == 0 && packets.areAll(of: homeID) ? homeID : PacketRing.none)
    }
}
