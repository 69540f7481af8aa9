public import Synchronization

/// What was put into a transmit ring.
@frozen
public struct Departures: Sendable {
    /// Packets, and their bytes.
    public var count = 0
    public var bytes = 0

    @inlinable @inline(__always)
    init() {}
}

/// The buffers of packets that lie in a transmit ring: the driver's own record of what the device still reads.
///
/// Slots are filled and released in ring order. Nothing of it is ever read back from memory that the device can write.
@safe
public struct InFlightBuffers: ~Copyable, Sendable {
    @usableFromInline
    nonisolated(unsafe) let granules: UnsafeMutablePointer<UInt32>
    /// The pool of each buffer in the ring that is not of the sink's pool; nil for the others.
    @usableFromInline
    nonisolated(unsafe) let cores: UnsafeMutablePointer<UnsafeMutablePointer<PoolCore>?>
    @usableFromInline
    nonisolated(unsafe) let extent: UnsafeMutablePointer<Extent>
    @usableFromInline
    let mask: Int
    /// The addresses that the device understands.
    @usableFromInline
    let space: ObjectIdentifier
    /// Packets in the ring that are not of the sink's pool.
    @usableFromInline
    var foreign: Int = 0
    @usableFromInline
    var sink = BufferSink()
    let ledger: Ledger

    /// The slots in use, as running numbers: `first ..< end`.
    @usableFromInline
    struct Extent {
        @usableFromInline var first: Int
        @usableFromInline var end: Int
    }

    /// An empty record. Traps unless `count` is a power of two.
    ///
    /// - Parameter mapper: makes memory reachable for the device. Packets in memory of another one are not sent.
    public init(count: Int, mapper: any DMAMapper) {
        space = mapper.space
        precondition(count > 0 && count & (count - 1) == 0)
        mask = count - 1
        ledger = Ledger(slots: count)
        unsafe granules = ledger.granules
        unsafe cores = ledger.cores
        unsafe extent = ledger.extent
    }

    /// Packets in the ring.
    @inlinable
    public var count: Int { unsafe extent.pointee.end &- extent.pointee.first }
    /// The slot that is released next.
    @inlinable
    public var firstSlot: Int { unsafe extent.pointee.first & mask }
    /// The slot that is filled next.
    @inlinable
    public var nextSlot: Int { unsafe extent.pointee.end & mask }

    /// Moves packets from the front of `batch` into the next slots, and writes their descriptors: the device's address in
    /// the first word, a command in the second. What does not fit stays.
    ///
    /// It ends before a packet that has none of `lengths`, or that the device cannot reach.
    /// - Parameters:
    ///   - interval: after every so many packets of a call, `report` is set in the command.
    ///   - command: the second word for a packet of that length.
    /// - Returns: how many were moved; at most the free slots, one of which always stays free.
    @inlinable @inline(__always)
    public mutating func fill(
        from batch: inout PacketBatch, in ring: borrowing DescriptorRing, lengths: FrameLengths,
        every interval: Int, report: UInt64, command: (UInt32) -> UInt64
    ) -> Departures {
        precondition(ring.mask == mask && interval > 0, "the ring and its buffers differ in size")
        var departures = Departures()
        let end = unsafe extent.pointee.end
        // One slot stays free, or a full ring would look empty to the device (82599 §7.2.3.3).
        let first = unsafe extent.pointee.first
        let limit = min(batch.count, mask &- (end &- first))
        let packets = unsafe batch.packets
        while departures.count < limit {
            let moved = departures.count, slot = (end &+ moved) & mask
            let run = min(limit &- moved, mask &+ 1 &- slot)
            // Sound: `moved` is less than `batch.count`, so the packet is initialised. So are `run` packets from it on, and
            // from `slot` on there are as many slots, all free.
            let core = unsafe packets[moved].core
            if unsafe core != sink.core {
                // An address of another space would be some other memory to this device.
                // And of packets with offloads it is not known whether they are finished.
                guard unsafe core.pointee.space == space, unsafe core.pointee.offloads == nil else { break }
                if unsafe sink.core == nil { unsafe adopt(core) }
            }
            let done: Int
            if let delta = unsafe core.pointee.commonDelta {
                done = unsafe move(run, slot, ring, packets + moved, core, lengths, &departures, command) { granule in
                    delta &+ UInt64(granule) &<< 6
                }
            } else {
                let deltas = unsafe core.pointee.deviceDeltas, pageShift = unsafe core.pointee.pageShift
                done = unsafe move(run, slot, ring, packets + moved, core, lengths, &departures, command) { granule in
                    // Sound: as in `PoolCore.deviceAddress`.
                    unsafe deltas[Int(granule &>> pageShift)] &+ UInt64(granule) &<< 6
                }
            }
            if unsafe core != sink.core { unsafe note(done, slot, core) }
            departures.count &+= done
            // The run may have come to a packet of another pool, or to one that cannot be sent.
            if done < run, unsafe packets[moved &+ done].core == core { break }
        }
        let moved = departures.count
        guard moved > 0 else { return departures }
        var reporting = interval
        while reporting < moved {
            // Sound: the packet is still in the batch, and its descriptor not yet the device's.
            let word = unsafe command(UInt32(packets[reporting &- 1].length)) | report
            ring.store(word, 1, of: end &+ reporting &- 1)
            reporting &+= interval
        }
        // The last one is always reported, or the buffers of a small batch would stay out until the next interval.
        let last = unsafe UInt32(packets[moved &- 1].length)
        ring.store(command(last) | report, 1, of: end &+ moved &- 1)
        unsafe extent.pointee.end = end &+ moved
        unsafe batch.forgetFirst(moved)
        return departures
    }

    /// The same for the most common case: all packets of `batch` are of the pool that was adopted, whose memory is in one
    /// piece for the device, and none of them needs a report but the last one. If it is another, nothing or not all is
    /// moved.
    @inlinable @inline(__always)
    public mutating func fillAtOnce(
        from batch: inout PacketBatch, in ring: borrowing DescriptorRing, lengths: FrameLengths,
        every interval: Int, report: UInt64, command: (UInt32) -> UInt64
    ) -> Departures {
        precondition(ring.mask == mask, "the ring and its buffers differ in size")
        var departures = Departures()
        let end = unsafe extent.pointee.end, first = unsafe extent.pointee.first
        let count = batch.count, slot = end & mask
        guard count <= interval, count <= mask &- (end &- first), count <= mask &+ 1 &- slot, let core = unsafe sink.core,
            let delta = unsafe core.pointee.commonDelta
        else { return departures }
        let packets = unsafe batch.packets
        // Sound: `count` packets are initialised, and from `slot` on there are as many slots, all free.
        let moved = unsafe move(count, slot, ring, packets, core, lengths, &departures, command) { granule in
            delta &+ UInt64(granule) &<< 6
        }
        departures.count = moved
        guard moved > 0 else { return departures }
        let last = unsafe UInt32(packets[moved &- 1].length)
        ring.store(command(last) | report, 1, of: end &+ moved &- 1)
        unsafe extent.pointee.end = end &+ moved
        unsafe batch.forgetFirst(moved)
        return departures
    }

    /// One run of `fill`, of packets of one pool. Returns how many were moved.
    ///
    /// Unsafe: there are `run` packets from `packets` on and as many free slots from `slot` on, and the caller forgets the
    /// packets that were moved.
    @unsafe @inlinable @inline(__always)
    func move(
        _ run: Int, _ slot: Int, _ ring: borrowing DescriptorRing, _ packets: UnsafeMutablePointer<Packet>,
        _ core: UnsafeMutablePointer<PoolCore>, _ lengths: FrameLengths, _ departures: inout Departures,
        _ command: (UInt32) -> UInt64, address: (UInt32) -> UInt64
    ) -> Int {
        // All that does not change is read once: a store to a descriptor could change it, for all the compiler knows.
        let words = unsafe ring.words + slot &* 2
        let granules = unsafe granules + slot
        var bytes = departures.bytes
        var index = 0
        @inline(__always) func moveOne() -> Bool {
            // Sound: `index < run`; from here on the record owns the buffer.
            let packet = unsafe packets + index
            let count = unsafe UInt32(packet.pointee.length)
            guard unsafe packet.pointee.core == core, lengths.contains(count) else { return false }
            let granule = unsafe packet.pointee.granule
            let start = unsafe UInt64(packet.pointee.start)
            unsafe words[index &* 2].store(address(granule) &+ start, ordering: .relaxed)
            unsafe words[index &* 2 &+ 1].store(command(count), ordering: .relaxed)
            unsafe granules[index] = granule
            bytes &+= Int(count)
            index &+= 1
            return true
        }
        // Four at a time save a count and a look at the end for each.
        let fours = run & ~3
        moving: do {
            while index < fours { guard moveOne(), moveOne(), moveOne(), moveOne() else { break moving } }
            while index < run { guard moveOne() else { break moving } }
        }
        departures.bytes = bytes
        return index
    }

    /// The pool whose buffers go home 64 at a time.
    @inline(never) @usableFromInline
    mutating func adopt(_ core: UnsafeMutablePointer<PoolCore>) {
        unsafe sink.adopt(core)
        unsafe ledger.adopted = core
    }

    /// Notes that the `count` slots from `slot` on hold buffers of another pool than the adopted one.
    @inline(never) @usableFromInline
    mutating func note(_ count: Int, _ slot: Int, _ core: UnsafeMutablePointer<PoolCore>) {
        // Sound: the slots are inside, as the caller has made sure.
        unsafe (cores + slot).update(repeating: core, count: count)
        foreign += count
    }

    /// Returns the buffers of the `released` oldest slots to their pools. Traps if there are fewer.
    @inlinable
    public mutating func release(_ released: Int) {
        precondition(released >= 0 && released <= count, "more released than sent")
        var first = unsafe extent.pointee.first
        var left = released
        while left > 0 {
            let slot = first & mask
            let run = min(left, mask &+ 1 &- slot)
            if foreign == 0 {
                // Sound: `slot ..< slot + run` is inside and in use; the sink adopted their pool.
                unsafe sink.accept(granules + slot, count: run)
            } else {
                releaseMixed(slot, run)
            }
            first &+= run
            left &-= run
        }
        unsafe extent.pointee.first = first
    }

    /// Returns all buffers to their pools and begins with slot 0 again. The device must have been reset.
    public mutating func restart() {
        release(count)
        // Sound: no slot is in use, so the numbers may start anew.
        unsafe extent.initialize(to: Extent(first: 0, end: 0))
    }

    @inline(never) @usableFromInline
    mutating func releaseMixed(_ slot: Int, _ run: Int) {
        for index in slot..<slot + run {
            // Sound: as in `release`; each buffer goes to the pool it came from.
            if let core = unsafe cores[index] {
                unsafe cores[index] = nil
                unsafe PoolCore.giveBack(granules[index], to: core)
                foreign -= 1
            } else {
                unsafe sink.accept(granules + index, count: 1)
            }
        }
    }

    /// Keeps the buffers out of their pools as long as it lives: until the device cannot read them any more.
    public var keeper: any AnyObject & Sendable { ledger }

    /// Owns the record, and returns the buffers once neither the queue nor the device needs it.
    @safe
    final class Ledger: Sendable {
        nonisolated(unsafe) let granules: UnsafeMutablePointer<UInt32>
        nonisolated(unsafe) let cores: UnsafeMutablePointer<UnsafeMutablePointer<PoolCore>?>
        nonisolated(unsafe) let extent: UnsafeMutablePointer<Extent>
        let slots: Int
        /// The pool of buffers whose slot has none in `cores`. Only the record's owner writes it, before the first of them.
        nonisolated(unsafe) var adopted: UnsafeMutablePointer<PoolCore>?
        /// Who has the ring's buffers now, and is kept as long as this ledger would have kept them.
        nonisolated(unsafe) var heir: SlotBuffers.Ledger?

        /// The record, which is empty, is no longer used. The caller is the only one that uses it.
        func handOver(to heir: SlotBuffers.Ledger) {
            // Sound: other threads hold this ledger, but look at it only in `deinit`.
            unsafe self.heir = heir
        }

        init(slots: Int) {
            self.slots = slots
            unsafe granules = .allocate(capacity: slots)
            unsafe granules.initialize(repeating: 0, count: slots)
            unsafe cores = .allocate(capacity: slots)
            unsafe cores.initialize(repeating: nil, count: slots)
            unsafe extent = .allocate(capacity: 1)
            unsafe extent.initialize(to: Extent(first: 0, end: 0))
        }

        deinit {
            for number in unsafe extent.pointee.first..<extent.pointee.end {
                // Sound: these buffers are out of their pools, whose cores therefore live; each returns once.
                let slot = number & (slots - 1)
                if let core = unsafe cores[slot] ?? adopted { unsafe PoolCore.giveBack(granules[slot], to: core) }
            }
            unsafe granules.deallocate()
            unsafe cores.deallocate()
            unsafe extent.deallocate()
        }
    }
}

extension PacketBatch {
    /// Removes the first `moved` packets without returning their buffers: a ring owns these now.
    ///
    /// Unsafe: the caller has taken over exactly these buffers.
    @unsafe @inlinable @inline(__always)
    mutating func forgetFirst(_ moved: Int) {
        let left = count &- moved
        if left > 0 {
            // Sound: the packets are moved down bit by bit; no deinit runs on either place.
            unsafe UnsafeMutableRawPointer(packets).copyMemory(
                from: UnsafeRawPointer(packets + moved), byteCount: left &* MemoryLayout<Packet>.stride)
        }
        filled = left
    }
}
