/// The buffers of packets that a device reads, by the number under which they were lent: it may return them in any order.
///
/// This is the driver's own record; nothing of it is ever read back from memory that the device can write.
@safe
public struct LentBuffers: ~Copyable, Sendable {
    @usableFromInline
    nonisolated(unsafe) let granules: UnsafeMutablePointer<UInt32>
    /// The pool of each buffer that is lent; nil for a number that is free, or the second one of a packet.
    @usableFromInline
    nonisolated(unsafe) let cores: UnsafeMutablePointer<UnsafeMutablePointer<PoolCore>?>
    /// Free numbers, a stack of `freeCount`.
    @usableFromInline
    nonisolated(unsafe) let free: UnsafeMutablePointer<UInt16>
    /// The second number that a packet took, or `none`.
    @usableFromInline
    nonisolated(unsafe) let seconds: UnsafeMutablePointer<UInt16>
    @usableFromInline
    var freeCount: Int
    @usableFromInline
    let mask: Int
    /// The addresses that the device understands.
    @usableFromInline
    let space: ObjectIdentifier
    @usableFromInline
    var sink = BufferSink()
    private let ledger: Ledger

    @inlinable static var none: UInt16 { .max }

    /// A record of `count` free numbers, from 0 on. Traps unless it is a power of two up to 32768.
    ///
    /// - Parameter mapper: makes memory reachable for the device. Packets in memory of another one are not lent.
    public init(count: Int, mapper: any DMAMapper) {
        space = mapper.space
        precondition((1...32768).contains(count) && count & (count - 1) == 0)
        mask = count - 1
        ledger = Ledger(count)
        unsafe granules = ledger.granules
        unsafe cores = ledger.cores
        unsafe free = ledger.free
        unsafe seconds = ledger.seconds
        freeCount = count
    }

    /// Numbers that are free.
    @inlinable public var room: Int { freeCount }
    /// Numbers that are lent: one for each packet, or two for one whose header lies elsewhere.
    @inlinable public var count: Int { mask &+ 1 &- freeCount }

    /// Whether the device can reach the first packet of `batch`; true if there is none.
    public func reachesFirst(of batch: borrowing PacketBatch) -> Bool {
        // Sound: the first packet is initialised if there is one.
        unsafe batch.isEmpty || batch.packets[0].core.pointee.space == space
    }

    /// What `lend` tells of a packet: its numbers, and where the device finds it.
    @frozen
    public struct Loan: Sendable {
        public let id: UInt16
        /// The number of the packet's second descriptor; meaningless unless `isApart`.
        public let second: UInt16
        /// The packet's header must lie elsewhere, as there is no room before it.
        public let isApart: Bool
        /// The device's address of the packet's first byte.
        public let address: UInt64
        public let count: Int

        @inlinable @inline(__always)
        init(id: UInt16, second: UInt16, isApart: Bool, address: UInt64, count: Int) {
            self.id = id
            self.second = second
            self.isApart = isApart
            self.address = address
            self.count = count
        }
    }

    /// Lends packets from the front of `batch` to the device. What finds no number, or what the ring refuses, stays.
    ///
    /// - Parameters:
    ///   - headerCount: bytes of the device's header, 10 or 12, which are set to zero before each packet that has the room.
    ///   - isApart: the header always lies elsewhere.
    /// - Returns: how many were lent.
    @discardableResult
    @inlinable @inline(__always)
    public mutating func lend<Ring: LendingRing & ~Copyable>(
        from batch: inout PacketBatch, headerCount: Int, isApart: Bool, in ring: inout Ring
    ) -> Int {
        precondition(headerCount == 10 || headerCount == 12, "a VirtIO header has 10 or 12 bytes")
        let limit = batch.count
        guard limit > 0, freeCount > 0 else { return 0 }
        // Sound: the first `batch.count` packets are initialised, and `limit` is that.
        let packets = unsafe batch.packets
        if unsafe sink.core == nil {
            guard unsafe packets[0].core.pointee.space == space else { return 0 }
            unsafe sink.adopt(packets[0].core)
        }
        let granules = unsafe granules, cores = unsafe cores, free = unsafe free, seconds = unsafe seconds
        var left = freeCount
        var moved = 0
        while moved < limit, left > 0 {
            let packet = unsafe packets + moved
            let core = unsafe packet.pointee.core, granule = unsafe packet.pointee.granule
            // An address of another space would be some other memory to this device.
            if unsafe core != sink.core, unsafe core.pointee.space != space { break }
            let start = unsafe Int(packet.pointee.start)
            let parts = unsafe isApart || core.pointee.headroom &+ start < headerCount ? 2 : 1
            guard left >= parts else { break }
            // Sound: `free` holds `left` numbers, all of them below `mask + 1`.
            let id = unsafe free[left &- 1]
            let second = unsafe parts == 2 ? free[left &- 2] : LentBuffers.none
            let loan = unsafe Loan(
                id: id, second: second, isApart: parts == 2,
                address: PoolCore.deviceAddress(of: granule, core) &+ UInt64(start), count: packet.pointee.count)
            // Before the descriptor, which may be the device's as soon as it is written.
            if parts == 1 { unsafe LentBuffers.zeroHeader(before: packet.pointee.address, count: headerCount) }
            guard ring.describe(loan) else { break }
            // Sound: the record owns the buffer from here on, and the batch forgets it below.
            unsafe granules[Int(id)] = granule
            unsafe cores[Int(id)] = core
            unsafe seconds[Int(id)] = second
            left &-= parts
            moved &+= 1
        }
        freeCount = left
        unsafe batch.forgetFirst(moved)
        return moved
    }

    /// Zeros 10 or 12 bytes, as two words that overlap.
    @unsafe @inlinable @inline(__always)
    static func zeroHeader(before packet: UnsafeMutableRawPointer, count: Int) {
        // Sound: the caller has made sure of `count` bytes of headroom, which is 10 or 12.
        unsafe (packet - count).storeBytes(of: 0, as: UInt64.self)
        unsafe (packet - 4).storeBytes(of: 0, as: UInt32.self)
    }

    /// Returns the buffer that was lent as `id` to its pool.
    ///
    /// - Parameter id: any number at all, as the device wrote it.
    /// - Returns: how many numbers are free again: 1, 2, or 0 if that number is not lent.
    @discardableResult
    @inlinable @inline(__always)
    public mutating func takeBack(_ id: UInt32) -> Int {
        guard id <= UInt32(truncatingIfNeeded: mask) else { return 0 }
        let slot = Int(truncatingIfNeeded: id)
        // Sound: `slot` is at most `mask`, as just checked.
        guard let core = unsafe cores[slot] else { return 0 }
        unsafe cores[slot] = nil
        if unsafe core == sink.core {
            unsafe sink.accept(granules + slot, count: 1)
        } else {
            unsafe PoolCore.giveBack(granules[slot], to: core)
        }
        // Sound: fewer than `mask + 1` numbers were free, as this one was lent.
        unsafe free[freeCount] = UInt16(truncatingIfNeeded: slot)
        freeCount &+= 1
        let second = unsafe seconds[slot]
        guard second != LentBuffers.none else { return 1 }
        unsafe free[freeCount] = second
        freeCount &+= 1
        return 2
    }

    /// Returns all buffers to their pools. The device must have been reset.
    public mutating func takeBackAll() {
        for id in 0...mask { _ = takeBack(UInt32(id)) }
    }

    /// Keeps the buffers out of their pools as long as it lives: until the device cannot read them any more.
    public var keeper: any AnyObject & Sendable { ledger }

    /// Owns the record, and returns the buffers once neither the queue nor the device needs it.
    @safe
    final class Ledger: Sendable {
        nonisolated(unsafe) let granules: UnsafeMutablePointer<UInt32>
        nonisolated(unsafe) let cores: UnsafeMutablePointer<UnsafeMutablePointer<PoolCore>?>
        nonisolated(unsafe) let free: UnsafeMutablePointer<UInt16>
        nonisolated(unsafe) let seconds: UnsafeMutablePointer<UInt16>
        let count: Int

        init(_ count: Int) {
            self.count = count
            unsafe granules = .allocate(capacity: count)
            unsafe granules.initialize(repeating: 0, count: count)
            unsafe cores = .allocate(capacity: count)
            unsafe cores.initialize(repeating: nil, count: count)
            unsafe free = .allocate(capacity: count)
            // The lowest number is on top.
            for slot in 0..<count { unsafe (free + slot).initialize(to: UInt16(count - 1 - slot)) }
            unsafe seconds = .allocate(capacity: count)
            unsafe seconds.initialize(repeating: LentBuffers.none, count: count)
        }

        deinit {
            for id in 0..<count {
                // Sound: a buffer that is lent is out of its pool, whose core therefore lives; each returns once.
                if let core = unsafe cores[id] { unsafe PoolCore.giveBack(granules[id], to: core) }
            }
            unsafe granules.deallocate()
            unsafe cores.deallocate()
            unsafe free.deallocate()
            unsafe seconds.deallocate()
        }
    }
}

/// A transmit ring whose device returns buffers in any order.
public protocol LendingRing: ~Copyable {
    /// Writes a packet's descriptors; false if none can, which ends the call before that packet.
    mutating func describe(_ loan: LentBuffers.Loan) -> Bool
}
