/// The buffers of packets that a device reads, each by the number under which it was lent: running numbers, of which a
/// ring shows the low bits.
///
/// Numbers are given in order, and mostly come back in order: then a run of them costs little. A device may return
/// them in any order all the same; a number is free again once all before it are back. This is the driver's own record;
/// nothing of it is ever read back from memory that the device can write.
@safe
public struct LentBuffers: ~Copyable, Sendable {
    @usableFromInline
    nonisolated(unsafe) let granules: UnsafeMutablePointer<UInt32>
    @usableFromInline
    nonisolated(unsafe) let extent: UnsafeMutablePointer<Extent>
    @usableFromInline
    let mask: Int
    /// The addresses that the device understands.
    let space: ObjectIdentifier
    /// Numbers in use that stand for something else than a buffer of the sink's pool.
    @usableFromInline
    var special = 0
    @usableFromInline
    var sink = BufferSink()
    private let ledger: Ledger

    /// The numbers in use: `first ..< end`.
    @usableFromInline
    struct Extent {
        @usableFromInline var first = 0
        @usableFromInline var end = 0
    }

    /// What a number in use stands for.
    enum Mark: UInt8 {
        /// A buffer of the sink's pool.
        case plain
        /// A buffer of another pool.
        case foreign
        /// A buffer whose header lies elsewhere, of any pool. It takes this number and the next.
        case first
        case second
        /// What came back while an older number is still in use.
        case returned
    }

    /// A record of which no number is in use. Traps unless `count` is a power of two up to 32768.
    ///
    /// - Parameter mapper: makes memory reachable for the device. Packets in memory of another one are not lent.
    public init(count: Int, mapper: any DMAMapper) {
        space = mapper.space
        precondition((1...32768).contains(count) && count & (count - 1) == 0)
        mask = count - 1
        ledger = Ledger(count)
        unsafe granules = ledger.granules
        unsafe extent = ledger.extent
    }

    /// Numbers that are free.
    @inlinable public var room: Int { mask &+ 1 &- count }
    /// Numbers that can be given before a ring begins anew.
    @inlinable public var run: Int { min(room, mask &+ 1 &- end & mask) }
    /// Numbers in use: one for each packet, or two for one whose header lies elsewhere, and those that wait for an older
    /// one to come back.
    @inlinable public var count: Int { unsafe extent.pointee.end &- extent.pointee.first }
    /// The oldest number in use, if there is any.
    @inlinable public var first: Int { unsafe extent.pointee.first }
    /// The number that is given next.
    @inlinable public var end: Int { unsafe extent.pointee.end }
    /// Whether all numbers in use are packets of one pool that have their headers before them.
    @inlinable public var isPlain: Bool { special == 0 }

    /// Lends packets from the front of `batch` under the next numbers, all with their header right before them.
    ///
    /// It ends at the cursor's end, or before a packet that is not of the sink's pool, has no room for its header, or is
    /// shorter than an Ethernet header. Traps if the cursor goes beyond the free numbers, or the record's last slot.
    /// - Parameters:
    ///   - cursor: the place in the ring of the next number.
    ///   - headerCount: bytes of the device's header, 10 or 12, which are set to zero before each packet.
    ///   - describe: writes a descriptor: the device's address of the header, and the packet's length without it.
    /// - Returns: how many packets were lent, and their bytes.
    @inlinable @inline(__always)
    public mutating func lend<Cursor: SlotCursor & ~Escapable>(
        from batch: inout PacketBatch, headerCount: Int, along cursor: consuming Cursor,
        describe: (borrowing Cursor, UInt64, Int) -> Void
    ) -> (packets: Int, bytes: Int) {
        precondition(headerCount == 10 || headerCount == 12, "a VirtIO header has 10 or 12 bytes")
        precondition(cursor.left <= run, "no such numbers")
        cursor.narrow(to: batch.count)
        guard cursor.left > 0 else { return (0, 0) }
        // Sound: the batch is not empty.
        if unsafe sink.core == nil { unsafe adopt(batch.packets[0].core) }
        guard let adopted = unsafe sink.core, unsafe adopted.pointee.headroom >= headerCount else { return (0, 0) }
        // Most pools are in one piece for the device.
        if let delta = unsafe adopted.pointee.commonDelta {
            return unsafe lend(from: &batch, headerCount, along: cursor, of: adopted, describe) { _, place in
                delta &+ UInt64(truncatingIfNeeded: place)
            }
        }
        let deltas = unsafe adopted.pointee.deviceDeltas, pageShift = unsafe adopted.pointee.pageShift
        return unsafe lend(from: &batch, headerCount, along: cursor, of: adopted, describe) { granule, place in
            // Sound: there is an entry for every page that a granule of this pool can lie in.
            unsafe deltas[Int(granule &>> pageShift)] &+ UInt64(truncatingIfNeeded: place)
        }
    }

    /// As above, for as many packets as the cursor has places.
    @unsafe @inlinable @inline(__always)
    mutating func lend<Cursor: SlotCursor & ~Escapable>(
        from batch: inout PacketBatch, _ headerCount: Int, along cursor: consuming Cursor,
        of adopted: UnsafeMutablePointer<PoolCore>, _ describe: (borrowing Cursor, UInt64, Int) -> Void,
        address: (UInt32, Int) -> UInt64
    ) -> (packets: Int, bytes: Int) {
        // All that does not change is read once: a store to a descriptor could change it, for all the compiler knows.
        let end = unsafe extent.pointee.end
        let granules = unsafe granules + (end & mask)
        let packets = unsafe batch.packets
        let base = unsafe adopted.pointee.base - headerCount
        var moved = 0
        var bytes = 0
        @inline(__always) @_lifetime(cursor: copy cursor) func lendOne(_ cursor: inout Cursor) -> Bool {
            // Sound: the batch has as many packets as the cursor had places.
            let packet = unsafe packets + moved
            let count = unsafe packet.pointee.count
            guard unsafe packet.pointee.core == adopted, count >= LentBuffers.shortest else { return false }
            let granule = unsafe packet.pointee.granule
            let place = unsafe Int(granule) &<< 6 &+ Int(packet.pointee.start)
            // Before the descriptor, which may be the device's as soon as it is written.
            // Sound: the bytes before a packet are headroom, of which there are as many as the header has.
            unsafe LentBuffers.zeroHeader(at: base + place, count: headerCount)
            describe(cursor, address(granule, place &- headerCount), count)
            // Sound: the slot is inside and free; the record owns the buffer from here on, and the batch forgets it below.
            unsafe granules[moved] = granule
            bytes &+= count
            moved &+= 1
            cursor.advance()
            return true
        }
        // Four at a time save a count and a look at the end for each.
        lending: do {
            while cursor.left >= 4 {
                guard lendOne(&cursor), lendOne(&cursor), lendOne(&cursor), lendOne(&cursor) else { break lending }
            }
            while cursor.left > 0 { guard lendOne(&cursor) else { break lending } }
        }
        unsafe extent.pointee.end = end &+ moved
        unsafe batch.forgetFirst(moved)
        return (moved, bytes)
    }

    /// Bytes of an Ethernet header, which every frame has.
    @inlinable static var shortest: Int { 14 }

    /// The pool of the first packet is taken for the usual one, if the device can reach it.
    @inline(never) @usableFromInline
    mutating func adopt(_ core: UnsafeMutablePointer<PoolCore>) {
        // A packet that may have work left is looked at one by one.
        guard unsafe core.pointee.space == space, unsafe core.pointee.offloads == nil else { return }
        unsafe ledger.usual.pointee = core
        unsafe sink.adopt(core)
    }

    /// Zeros 10 or 12 bytes, as two words that overlap.
    @unsafe @inlinable @inline(__always)
    static func zeroHeader(at place: UnsafeMutableRawPointer, count: Int) {
        // Sound: the caller has made sure of `count` bytes, which are 10 or 12.
        unsafe place.storeBytes(of: 0, as: UInt64.self)
        unsafe (place + (count - 4)).storeBytes(of: 0, as: UInt32.self)
    }

    /// Returns the buffers of the oldest `returned` numbers to their pool. Traps if there are fewer, or unless the record
    /// is plain.
    @inlinable @inline(__always)
    public mutating func release(_ returned: Int) {
        precondition(returned >= 0 && returned <= count && special == 0, "more released than lent")
        let first = unsafe extent.pointee.first
        let slot = first & mask
        let run = min(returned, mask &+ 1 &- slot)
        // Sound: both runs are inside and in use, and all plain: the sink adopted their pool.
        if run > 0 { unsafe sink.accept(granules + slot, count: run) }
        if returned > run { unsafe sink.accept(granules, count: returned &- run) }
        unsafe extent.pointee.first = first &+ returned
    }

    /// Keeps the buffers out of their pools as long as it lives: until the device cannot read them any more.
    public var keeper: any AnyObject & Sendable { ledger }

    /// Owns the record, and returns the buffers once neither the queue nor the device needs it.
    @safe
    final class Ledger: Sendable {
        nonisolated(unsafe) let granules: UnsafeMutablePointer<UInt32>
        /// The pool of each buffer that is not plain.
        nonisolated(unsafe) let cores: UnsafeMutablePointer<UnsafeMutablePointer<PoolCore>?>
        nonisolated(unsafe) let marks: UnsafeMutablePointer<Mark>
        nonisolated(unsafe) let extent: UnsafeMutablePointer<Extent>
        /// The pool of all plain buffers.
        nonisolated(unsafe) let usual: UnsafeMutablePointer<UnsafeMutablePointer<PoolCore>?>
        let count: Int

        init(_ count: Int) {
            self.count = count
            unsafe granules = .allocate(capacity: count)
            unsafe granules.initialize(repeating: 0, count: count)
            unsafe cores = .allocate(capacity: count)
            unsafe cores.initialize(repeating: nil, count: count)
            unsafe marks = .allocate(capacity: count)
            unsafe marks.initialize(repeating: .plain, count: count)
            unsafe extent = .allocate(capacity: 1)
            unsafe extent.initialize(to: Extent())
            unsafe usual = .allocate(capacity: 1)
            unsafe usual.initialize(to: nil)
        }

        /// The pool of the buffer in `slot`; nil if there is no buffer.
        func core(of slot: Int) -> UnsafeMutablePointer<PoolCore>? {
            // Sound: the slot is below `count`.
            switch unsafe marks[slot] {
            case .plain: unsafe usual.pointee
            case .foreign, .first: unsafe cores[slot]
            case .second, .returned: nil
            }
        }

        deinit {
            for number in unsafe extent.pointee.first..<extent.pointee.end {
                // Sound: a buffer that is lent is out of its pool, whose core therefore lives; each returns once.
                let slot = number & (count - 1)
                if let core = unsafe core(of: slot) { unsafe PoolCore.giveBack(granules[slot], to: core) }
            }
            unsafe granules.deallocate()
            unsafe cores.deallocate()
            unsafe marks.deallocate()
            unsafe extent.deallocate()
            unsafe usual.deallocate()
        }
    }
}

// What is not as it is nearly always.
extension LentBuffers {
    /// How a packet was lent.
    @frozen
    public struct Loan: Sendable {
        /// Its number.
        public let number: Int
        /// Its header must lie elsewhere, as there is no room before it: it has the next number, too.
        public let isApart: Bool
        /// The device's address of the packet's first byte.
        public let address: UInt64
        public let count: Int
    }

    /// What became of the first packet of a batch.
    public enum Lending: Sendable {
        case lent(Loan)
        /// It waits for numbers to come back.
        case noRoom
        /// It is shorter than an Ethernet header, in memory which the device cannot reach, or has work left that the device
        /// does not do.
        case impossible
    }

    /// Lends the first packet of `batch`, of whatever kind. Traps if there is none.
    ///
    /// - Parameters:
    ///   - headerCount: as for `lend`.
    ///   - isApart: the header always lies elsewhere.
    ///   - header: what the device's header says of work that is left with the packet: its first 8 bytes, and the two after
    ///     them; nil if the device does not do that.
    public mutating func lendFirst(
        of batch: inout PacketBatch, headerCount: Int, isApart: Bool,
        header: (PacketOffload) -> (word: UInt64, offset: UInt16)? = { _ in nil }
    ) -> Lending {
        precondition(!batch.isEmpty && (headerCount == 10 || headerCount == 12))
        // Sound: the batch has a first packet.
        let packet = unsafe batch.packets
        let core = unsafe packet.pointee.core, granule = unsafe packet.pointee.granule
        // An address of another space would be some other memory to this device.
        guard unsafe core.pointee.space == space, unsafe packet.pointee.count >= LentBuffers.shortest else {
            return .impossible
        }
        let offload = unsafe packet.pointee.offload
        let isUnfinished = !offload.isFinished
        let isApart = unsafe isApart || core.pointee.headroom + Int(packet.pointee.start) < headerCount
        // A header that lies elsewhere says nothing.
        guard let written = isUnfinished ? header(offload) : (0, 0), !isUnfinished || !isApart else { return .impossible }
        guard room >= (isApart ? 2 : 1) else { return .noRoom }
        if unsafe sink.core == nil { unsafe adopt(core) }
        let number = end, slot = number & mask
        let loan = unsafe Loan(
            number: number, isApart: isApart, address: packet.pointee.deviceAddress, count: packet.pointee.count)
        if !isApart {
            // Sound: there are so many bytes before the packet.
            let place = unsafe packet.pointee.address - headerCount
            unsafe LentBuffers.zeroHeader(at: place, count: headerCount)
            unsafe place.storeBytes(of: written.word, as: UInt64.self)
            unsafe (place + 8).storeBytes(of: written.offset, as: UInt16.self)
        }
        // Sound: the slots are masked and free; the record owns the buffer from here on, and the batch forgets it.
        unsafe granules[slot] = granule
        unsafe ledger.cores[slot] = core
        if isApart {
            unsafe ledger.marks[slot] = .first
            unsafe ledger.marks[(slot + 1) & mask] = .second
            special += 2
        } else if unsafe core != sink.core {
            unsafe ledger.marks[slot] = .foreign
            special += 1
        }
        unsafe extent.pointee.end = number + (isApart ? 2 : 1)
        unsafe batch.forgetFirst(1)
        return .lent(loan)
    }

    /// Returns the buffer of the number that is `offset` behind the oldest one to its pool.
    ///
    /// - Parameter offset: any number at all, as it follows from what the device wrote.
    /// - Returns: how many numbers came back: 1, 2, or 0 if no packet is lent under that number.
    @discardableResult
    public mutating func takeBack(offset: Int) -> Int {
        guard offset >= 0, offset < count else { return 0 }
        let slot = (first + offset) & mask
        let mark = unsafe ledger.marks[slot]
        guard let core = unsafe ledger.core(of: slot) else { return 0 }
        if unsafe core == sink.core {
            unsafe sink.accept(granules + slot, count: 1)
        } else {
            unsafe PoolCore.giveBack(granules[slot], to: core)
        }
        if mark == .plain { special += 1 }
        unsafe ledger.marks[slot] = .returned
        if mark == .first { unsafe ledger.marks[(slot + 1) & mask] = .returned }
        // Sound: masked, and in use as long as there is one.
        while count > 0, unsafe ledger.marks[first & mask] == .returned {
            unsafe ledger.marks[first & mask] = .plain
            special -= 1
            unsafe extent.pointee.first += 1
        }
        return mark == .first ? 2 : 1
    }

    /// Returns all buffers to their pools, and begins with number 0 again. The device must have been reset.
    public mutating func restart() {
        while count > 0 { _ = takeBack(offset: 0) }
        // Sound: no number is in use, so they may start anew.
        unsafe extent.pointee = Extent()
    }
}
