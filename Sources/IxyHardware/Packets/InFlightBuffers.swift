/// The buffers of packets that lie in a transmit ring: the driver's own record of what the device still reads.
///
/// Slots are filled and released in ring order. Nothing of it is ever read back from memory that the device can write.
@safe
public struct InFlightBuffers: ~Copyable, Sendable {
    @usableFromInline
    nonisolated(unsafe) let granules: UnsafeMutablePointer<UInt32>
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
    private let ledger: Ledger

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

    /// Moves packets from the front of `batch` into the next slots. What does not fit stays.
    ///
    /// - Parameter describe: writes the descriptor for a slot, the device's address and the packet's length in bytes;
    ///   false if no descriptor can, which ends the call before that packet.
    /// - Returns: how many were moved; at most the free slots, one of which always stays free.
    @inlinable @inline(__always)
    public mutating func fill(
        from batch: inout PacketBatch, in ring: borrowing DescriptorRing,
        describe: (borrowing DescriptorRing.Slots, Int, UInt64, Int) -> Bool
    ) -> Int {
        // One slot stays free, or a full ring would look empty to the device (82599 §7.2.3.3).
        let limit = min(batch.count, mask &- count)
        guard limit > 0 else { return 0 }
        // Sound: the first `batch.count` packets are initialised, and `limit` is at most that.
        let packets = unsafe batch.packets
        if unsafe sink.core == nil {
            // Of packets with offloads it is not known whether they are finished.
            guard unsafe packets[0].core.pointee.space == space, unsafe packets[0].core.pointee.offloads == nil else {
                return 0
            }
            unsafe sink.adopt(packets[0].core)
        }
        guard let adopted = unsafe sink.core else { return 0 }
        // All that does not change is read once: a store to a descriptor could change it, for all the compiler knows.
        let slots = ring.slots
        // One mask serves both then.
        precondition(slots.mask == mask, "the ring and its buffers differ in size")
        let granules = unsafe granules, cores = unsafe cores, mask = mask
        let deltas = unsafe adopted.pointee.deviceDeltas, pageShift = unsafe adopted.pointee.pageShift
        let end = unsafe extent.pointee.end
        var strangers = 0
        var moved = 0
        while moved < limit {
            let slot = (end &+ moved) & mask
            let packet = unsafe packets + moved
            let core = unsafe packet.pointee.core, granule = unsafe packet.pointee.granule
            var address: UInt64
            if unsafe core == adopted {
                // Sound: as in `PoolCore.deviceAddress`, for the adopted pool.
                address = unsafe deltas[Int(granule &>> pageShift)] &+ UInt64(granule) &<< 6
                address &+= unsafe UInt64(packet.pointee.start)
            } else {
                // An address of another space would be some other memory to this device.
                guard unsafe core.pointee.space == space, unsafe core.pointee.offloads == nil else { break }
                address = unsafe packet.pointee.deviceAddress
                strangers &+= 1
            }
            guard describe(slots, slot, address, unsafe packet.pointee.count) else {
                unsafe strangers &-= core == adopted ? 0 : 1
                break
            }
            // Sound: `slot` is masked and free; from here on the record owns the buffer, and the batch forgets it below.
            unsafe granules[slot] = granule
            unsafe cores[slot] = core
            moved &+= 1
        }
        foreign &+= strangers
        unsafe extent.pointee.end = end &+ moved
        unsafe batch.forgetFirst(moved)
        return moved
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
            if unsafe cores[index] == sink.core {
                unsafe sink.accept(granules + index, count: 1)
            } else if let core = unsafe cores[index] {
                unsafe PoolCore.giveBack(granules[index], to: core)
                foreign -= 1
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
                if let core = unsafe cores[slot] { unsafe PoolCore.giveBack(granules[slot], to: core) }
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
