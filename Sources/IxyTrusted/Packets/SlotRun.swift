public import Synchronization

/// Slots of a ring, one after the other without a turn, for a loop: everything that is the same for all of them is checked once.
@safe @frozen @usableFromInline
package struct SlotRun: ~Copyable, ~Escapable {
    @usableFromInline let descriptors: UnsafeMutablePointer<Descriptor>
    @usableFromInline let packets: UnsafeMutablePointer<Packet>
    /// Number of slots.
    @usableFromInline package let count: Int
    @usableFromInline let home: ObjectIdentifier
    /// 1 if all packets lie in one piece for the device, and `delta` leads there; else 0. A number, because Swift 6.3 does not see
    /// that a constant `Bool` stays one.
    @usableFromInline let straight: Int
    @usableFromInline let delta: UInt64
    @usableFromInline let format: DescriptorFormat
    @usableFromInline let perByte: UInt64
    @usableFromInline let bufferSize: Int

    /// Unsafe: `count` descriptors and as many packets must be there as long as this value lives, which has them for itself.
    @unsafe @inlinable @inline(__always)
    @_lifetime(immortal)
    init(
        _ descriptors: UnsafeMutablePointer<Descriptor>, _ packets: UnsafeMutablePointer<Packet>, count: Int,
        home: ObjectIdentifier, isStraight: Bool, delta: UInt64, format: DescriptorFormat, perByte: UInt64, bufferSize: Int
    ) {
        // Sound: as above.
        unsafe self.descriptors = descriptors
        unsafe self.packets = packets
        self.count = count
        self.home = home
        straight = isStraight ? 1 : 0
        self.delta = delta
        self.format = format
        self.perByte = perByte
        self.bufferSize = bufferSize
    }

    @inlinable @inline(__always)
    func check(_ index: Int) { precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such slot") }

    /// Reads the word of a descriptor; everything the device wrote before it is visible afterwards.
    @inlinable @inline(__always)
    package func load(_ index: Int) -> UInt64 {
        check(index)
        // Sound: inside, here and below.
        return unsafe descriptors[index].word.load(ordering: .acquiring)
    }

    /// Writes the address of the packet of slot `index`, and the word.
    @inlinable @inline(__always)
    func write(_ index: Int, _ address: UInt64, _ word: UInt64) {
        // Sound: all callers have checked the index.
        unsafe descriptors[index].address = address
        unsafe descriptors[index].word.store(word, ordering: .releasing)
    }

    /// The device's address of the header before `packet`, which is of the home pool.
    @inlinable @inline(__always)
    func address(_ packet: borrowing Packet) -> UInt64 {
        (straight == 1 ? delta &+ UInt64(packet.granule) &<< 6 : packet.deviceAddress) &- UInt64(truncatingIfNeeded: format.header)
    }

    /// Asks the processor for the lines of all descriptors, to write into them.
    ///
    /// A processor has room for some dozens of stores that wait for their lines. If each line gets several, with others between,
    /// it waits for few lines at a time; after one store into each line, it waits for all of them at once.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    package mutating func claim() {
        var index = 0
        while index < count {
            // Sound: inside.
            unsafe descriptors[index].address = straight == 1
                ? delta &+ UInt64(packets[index].granule) &<< 6 : packets[index].deviceAddress
            index &+= 4
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
        write(index, address(packet), word)
        // Sound: inside; the slot owned a packet, and owns one.
        unsafe swap(&packets[index], &packet)
        packet.length = UInt32(truncatingIfNeeded: excess &+ 1)
        // Sound: a prefetch reads nothing.
        unsafe prefetch(packet.address)
        return true
    }

    /// Gives `packet` to the device, to be sent from slot `index`, and takes the packet out that was sent from there before.
    ///
    /// - Parameter command: what the descriptor says beside address and length. Traps if it has bits of the length.
    /// - Returns: false, and nothing was done, if its length is not one of `lengths`, or if it is of another pool.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    package mutating func send(_ index: Int, _ packet: inout Packet, _ lengths: LengthRange, command: UInt64) -> Bool {
        check(index)
        let length = UInt64(packet.length)
        guard packet.poolID == home, length &- lengths.shortest <= lengths.span else { return false }
        precondition(command & format.lengthMask == 0)
        if !format.isAdvanced { packet.clearHeader(format.header) }
        write(index, address(packet), format.word(length, perByte, command))
        // Sound: as in `receive`.
        unsafe swap(&packets[index], &packet)
        return true
    }
}

/// The lengths that a frame may have.
@frozen @usableFromInline
package struct LengthRange: Sendable {
    @usableFromInline let shortest: UInt64
    /// The longest one minus the shortest one.
    @usableFromInline let span: UInt64

    /// From `lengths.lowerBound` to `lengths.upperBound` bytes. Traps unless these are 0 to 65535.
    @inlinable @inline(__always)
    package init(_ lengths: ClosedRange<Int>) {
        shortest = UInt64(UInt16(lengths.lowerBound))
        span = UInt64(UInt16(lengths.upperBound) - UInt16(lengths.lowerBound))
    }
}

extension PacketRing {
    /// Up to `count` slots from `first` on: to the ring's end at most, and only such as own a packet.
    ///
    /// - Parameters:
    ///   - isStraight: whether the loop is for a pool in one piece for the device, as nearly all are. No packet is exchanged where
    ///     the ring's pool is of the other kind: see `PacketRing.isStraight`.
    ///   - format: what the ring was made with, said again so that a loop knows it when it is compiled. Traps if it is another.
    @inlinable @inline(__always)
    @_lifetime(&self)
    package mutating func run(
        from first: Int, count: Int, isStraight straight: Bool = true, _ format: DescriptorFormat
    ) -> SlotRun {
        precondition(format == self.format)
        if homeID != uniformID { uniformID = PacketRing.none }
        let slot = first & mask
        let limit = packets.count > slot ? min(count, packets.count &- slot) : 0
        precondition(limit >= 0)
        // Sound: `limit` descriptors and packets from `slot` on are there, if any; the ring is borrowed while the run lives.
        let run = unsafe SlotRun(
            descriptors + slot, packets.base + slot, count: limit,
            home: isStraight == straight ? homeID : PacketRing.none, isStraight: straight, delta: homeDelta,
            format: format, perByte: perByte, bufferSize: bufferSize)
        return unsafe _overrideLifetime(run, mutating: &self)
    }
}
