public import Synchronization

/// A ring of descriptors in memory that a device reaches, whose slots own packets.
///
/// A slot's packet and the address in its descriptor change together, so that the device is never told of memory other than
/// that of a packet which the slot owns. Slots are filled once, in order, and own a packet from then on: each operation takes
/// one in and gives one out. Behind the descriptors lie words of the device's own, see `area`.
///
/// When a ring is dropped, its packets stay with its keeper, because the device may still reach them.
@safe @frozen @usableFromInline
package struct PacketRing: ~Copyable, Sendable {
    @usableFromInline nonisolated(unsafe) let descriptors: UnsafeMutablePointer<Descriptor>
    /// Number of descriptors minus one.
    @usableFromInline package let mask: Int
    @usableFromInline let format: DescriptorFormat
    @usableFromInline let perByte: UInt64
    /// Bytes that a device may write into each packet, without the header; 0 for a ring from which it only reads.
    @usableFromInline package let bufferSize: Int
    /// One more than how many bytes the longest frame has more than the shortest one; 0 if none is received.
    @usableFromInline let most: UInt64
    /// The packets of the slots. All slots own one, or those from some number on not yet.
    @usableFromInline var packets: PacketStore
    /// The pool whose packets need no check: the device reaches them, and they have room for header and buffer.
    @usableFromInline var home: PoolMemory?
    /// Its identity, or that of nothing.
    @usableFromInline var homeID = PacketRing.none
    /// The device's address of its packet with offset 0, if its memory is in one piece for the device; else it means nothing.
    @usableFromInline var homeDelta: UInt64 = 0
    var isStraight = false
    /// Its first packet, and how many bytes each can have.
    @usableFromInline nonisolated(unsafe) var homeBase: UnsafeMutableRawPointer
    @usableFromInline var homeCapacity = 0
    /// The pool of which all slots own a packet, or nothing: then packets change places with those of another such ring.
    @usableFromInline private(set) var uniformID = PacketRing.none
    /// The home pool's identity if all slots own a packet of it and it lies in one piece for the device, or that of nothing.
    @usableFromInline private(set) var plainID = PacketRing.none
    /// Bytes that the packets can have of a plain ring of advanced descriptors for packets to be sent; of all others, the largest number.
    @usableFromInline private(set) var plainCapacity = UInt32.max
    /// Bytes that the packets can have which the slots got first, and how many slots own one of at least twice as many.
    var usualSize = 0
    @usableFromInline package internal(set) var largeCount = 0
    /// The words behind the descriptors.
    @usableFromInline package let area: SharedWords
    @usableFromInline package let keeper: Keeper

    /// The identity of no pool.
    @inlinable static var none: UInt { 0 }

    /// Number of descriptors; a power of two.
    @inlinable package var count: Int { mask &+ 1 }

    /// The bytes that a ring takes.
    package static func byteCount(descriptors count: Int, area: Int) -> Int { count * 16 + area }

    /// A ring of `count` descriptors, all zero, and of slots that own no packet yet.
    ///
    /// - Parameters:
    ///   - area: bytes of the words behind the descriptors, a multiple of 4.
    ///   - bufferSize: bytes that the device may write into a packet; 0 if it only reads.
    /// - Throws: `.invalid` unless `count` is a power of two from 1 to 32768; what `arena` throws.
    package init(count: Int, format: DescriptorFormat, area: Int, bufferSize: Int, in arena: inout DMAArena) throws(HardwareError) {
        guard (1...32768).contains(count), count & (count - 1) == 0 else {
            throw .invalid(what: "a ring of \(count) descriptors", remedy: "use a power of two up to 32768")
        }
        precondition(area >= 0 && area % 4 == 0 && (0...65535).contains(bufferSize))
        let range = try arena.take(count: PacketRing.byteCount(descriptors: count, area: area))
        mask = count - 1
        self.format = format
        perByte = format.perByte
        self.bufferSize = bufferSize
        most = UInt64(max(0, bufferSize - (format.shortest - 1)))
        packets = PacketStore(capacity: count)
        keeper = Keeper(range)
        // Sound: the arena gave out these bytes once, 4096-aligned and zeroed (a valid descriptor); the keeper keeps them.
        let base = unsafe range.memory.memory.base + range.offset
        unsafe homeBase = base
        unsafe descriptors = base.assumingMemoryBound(to: Descriptor.self)
        self.area = unsafe SharedWords(base + count * 16, count: area, deviceAddress: range.deviceAddress + UInt64(count * 16))
    }

    deinit {
        keeper.keep(packets)
    }

    /// Where the descriptors are, for the device.
    package var deviceAddress: RingAddress {
        RingAddress(value: keeper.range.deviceAddress, byteCount: count * 16, bufferSize: bufferSize)
    }

    /// Keeps the memory of a ring, and once the ring is dropped its packets, until the device has been stopped.
    @usableFromInline
    package final class Keeper: Sendable {
        let range: DMARange
        private let packets = Mutex<PacketStore?>(nil)

        init(_ range: DMARange) { self.range = range }

        func keep(_ left: consuming PacketStore) {
            var left: PacketStore? = left
            packets.withLock { $0 = left.take() }
        }
    }
}

// One slot at a time, of whichever pool its packet is.
extension PacketRing {
    /// Whether the device reaches packets of the pool of `packet`, and they have room for what the device writes.
    package func reaches(_ packet: borrowing Packet) -> Bool { reaches(packet.pool) }

    func reaches(_ pool: PoolMemory) -> Bool {
        pool.space == keeper.range.memory.space && pool.bufferSize >= bufferSize
    }

    /// Whether packets of the pool of `packet` need no check any more: the device reaches them, and they have room for header
    /// and buffer.
    @inline(never) @usableFromInline
    package mutating func admit(_ packet: borrowing Packet) -> Bool { admit(packet.pool) }

    mutating func admit(_ pool: PoolMemory) -> Bool {
        guard reaches(pool), pool.headroom >= format.header, !isLarge(pool) else { return false }
        home = pool
        homeID = pool.id
        isStraight = pool.isStraight
        homeDelta = pool.deviceAddress(of: 0)
        // Sound: the pool is held as `home`.
        unsafe homeBase = pool.base
        homeCapacity = pool.bufferSize
        setUniform(uniformID)
        return true
    }

    /// Whether all slots own a packet of the home pool, which lies in one piece for the device.
    @inlinable package var isPlain: Bool { plainID != PacketRing.none }

    /// Whether all packets are of the home pool.
    @inlinable var isUniform: Bool { uniformID == homeID && homeID != PacketRing.none }

    /// Says of which pool all packets are, and with it whether the ring is plain.
    mutating func setUniform(_ pool: UInt) {
        uniformID = pool
        plainID = isStraight && isUniform ? homeID : PacketRing.none
        plainCapacity = isPlain && format.isAdvanced && bufferSize == 0 ? UInt32(homeCapacity) : .max
    }

    /// Whether the pool's buffers are much larger than the ring's usual ones. It has few of them, which must not stay in a ring.
    private func isLarge(_ pool: PoolMemory) -> Bool { usualSize > 0 && pool.bufferSize >= 2 * usualSize }

    /// Returns the packet of `slot`, which the device does not use any more, if it is a large one; the slot gets one of `pool` then.
    package mutating func returnLarge(_ slot: Int, _ pool: borrowing PacketPool) {
        guard isLarge(packets[slot & mask].pool), var packet = pool.makePacket(count: 0) else { return }
        exchange(slot, with: &packet)
    }

    /// Lets the next slots own packets of `pool`, until `count` do.
    ///
    /// - Throws: `.poolEmpty`.
    package mutating func fill(_ count: Int, from pool: borrowing PacketPool) throws(HardwareError) {
        while packets.count < count {
            guard let packet = pool.makePacket(count: 0), admit(packet) else { throw .poolEmpty(capacity: pool.capacity) }
            fill(packet)
        }
    }

    /// Lets the next slot that owns no packet own this one. Traps if there is none, or if the device does not reach it.
    package mutating func fill(_ packet: consuming Packet) {
        precondition(packets.count < count && reaches(packet), "no slot for such a packet")
        if packets.count == 0 { usualSize = packet.capacity }
        let pool = packets.count == 0 || uniformID == packet.poolID ? packet.poolID : PacketRing.none
        packets.append(packet)
        setUniform(pool)
    }

    /// Takes the packet out of `slot`, and puts `packet` in. The descriptor is void then: tell the device of the new packet
    /// before it is told of the slot. Traps if the device does not reach it.
    package mutating func exchange(_ slot: Int, with packet: inout Packet) {
        precondition(reaches(packet), "a packet that the device does not reach")
        if packet.poolID != uniformID { setUniform(PacketRing.none) }
        if isLarge(packet.pool) { largeCount += 1 }
        if isLarge(packets[slot & mask].pool) { largeCount -= 1 }
        swap(&packets[slot & mask], &packet)
    }

    /// Asks the processor for the first bytes of the packet of `slot`.
    @inlinable @inline(__always)
    package func expectPacket(_ slot: Int) {
        // Sound: a prefetch reads nothing.
        unsafe prefetch(packets[slot & mask].address)
    }

    /// Asks the processor for the lines of the descriptors of `count` slots from `first` on, as far as the ring's end, to write into
    /// them: one of each line gets the address of its slot's own packet anew. Does nothing unless the ring is plain.
    @inline(never) @usableFromInline
    package mutating func claim(_ count: Int, from first: Int) {
        var slot = first & mask
        let end = isPlain ? slot + min(count, packets.count - slot) : 0
        while slot < end {
            // Sound: inside, as all slots of a plain ring own a packet; and the device may be told of it at any time.
            unsafe descriptors[slot].address = homeDelta &+ UInt64(packets.base[slot].offset) &- UInt64(truncatingIfNeeded: format.header)
            slot &+= 4
        }
    }

    /// Reads the word of a descriptor; everything the device wrote before it is visible afterwards.
    @inlinable @inline(__always)
    package func load(_ slot: Int) -> UInt64 {
        // Sound: masked.
        unsafe descriptors[slot & mask].word.load(ordering: .acquiring)
    }

    mutating func write(_ place: Int, _ address: UInt64, _ word: UInt64) {
        // Sound: masked.
        unsafe descriptors[place & mask].address = address
        unsafe descriptors[place & mask].word.store(word, ordering: .releasing)
    }

    /// Gives the packet of `slot` to a device whose descriptors tell no length, to be filled. Traps with others.
    package mutating func arm(_ slot: Int) {
        precondition(format.isAdvanced && bufferSize > 0)
        write(slot, packets[slot & mask].deviceAddress, 0)
    }

    /// Gives the packet of `slot` to the device, to be sent.
    ///
    /// - Parameter command: what the descriptor says beside address and length.
    package mutating func offer(_ slot: Int, _ command: UInt64) {
        precondition(format.isAdvanced && bufferSize == 0)
        write(slot, packets[slot & mask].deviceAddress, word(slot, command))
    }

    /// Says something else beside address and length of a packet that is to be sent.
    @inlinable @inline(__always)
    package func reword(_ slot: Int, _ command: UInt64) {
        // Sound: masked.
        unsafe descriptors[slot & mask].word.store(word(slot, command), ordering: .relaxed)
    }

    @inlinable @inline(__always)
    func word(_ slot: Int, _ command: UInt64) -> UInt64 {
        // The second word of an advanced descriptor to be filled is an address, too.
        precondition(command & format.lengthMask == 0 && bufferSize == 0)
        return format.word(UInt64(packets[slot & mask].length), perByte, command)
    }

    /// All descriptors and the words behind them are zero, as at the start. The device must have been reset.
    package mutating func clear() {
        for slot in 0..<count {
            // Sound: inside of the ring.
            unsafe descriptors[slot].address = 0
            unsafe descriptors[slot].word.store(0, ordering: .relaxed)
        }
        area.clear()
    }
}
