/// The buffers that lie in a receive ring for the device to fill: one in each slot, known only to the driver.
///
/// This is the driver's own record; nothing of it is ever read back from memory that the device can write.
@safe
public struct ArmedBuffers: ~Copyable, Sendable {
    @usableFromInline
    nonisolated(unsafe) let granules: UnsafeMutablePointer<UInt32>
    @usableFromInline
    nonisolated(unsafe) let core: UnsafeMutablePointer<PoolCore>
    @usableFromInline
    let mask: Int
    @usableFromInline
    let limit: Int
    @usableFromInline
    var source: BufferSource
    private let ledger: Ledger

    /// Takes a buffer from `pool` for each of `count` slots.
    ///
    /// - Parameter count: a power of two.
    /// - Throws: `.poolEmpty`.
    public init(count: Int, pool: borrowing PacketPool) throws(HardwareError) {
        precondition(count > 0 && count & (count - 1) == 0)
        mask = count - 1
        unsafe core = pool.core
        limit = pool.bufferSize
        source = pool.makeSource()
        ledger = unsafe Ledger(slots: count, core: pool.core)
        unsafe granules = ledger.granules
        for slot in 0..<count {
            guard let granule = source.take() else { throw .poolEmpty(capacity: pool.capacity) }
            // Sound: `slot < count`; the ledger returns what it holds.
            unsafe ledger.granules[slot] = granule
            unsafe ledger.count = slot + 1
        }
    }

    /// Bytes that a device may write into each buffer.
    @inlinable
    public var bufferSize: Int { limit }

    /// The device's address of the buffer in `slot`.
    @inlinable @inline(__always)
    public func deviceAddress(at slot: Int) -> UInt64 {
        // Sound: `slot & mask` is inside.
        unsafe PoolCore.deviceAddress(of: granules[slot & mask], core)
    }

    /// Takes the buffers that the device has filled out of the slots from `first` on, as packets at the end of `batch`,
    /// and puts fresh ones in their places.
    ///
    /// It ends at `limit` packets, when the batch is full, when the pool is empty, or when `length` says so.
    /// - Parameters:
    ///   - length: reads and validates the descriptor of a slot: the packet's length in bytes, or a negative number to
    ///     end before that slot. Traps if it is above `bufferSize`: the caller validates what the device says.
    ///   - arm: gives a slot, with the buffer at the device's address, to the device.
    /// - Returns: how many packets were added.
    @inlinable @inline(__always)
    public mutating func exchange(
        from first: Int, limit: Int, in ring: borrowing DescriptorRing, into batch: inout PacketBatch,
        length: (borrowing DescriptorRing.Slots, Int) -> Int,
        arm: (borrowing DescriptorRing.Slots, Int, UInt64) -> Void
    ) -> Int {
        // All that does not change is read once: a store to a descriptor could change it, for all the compiler knows.
        let slots = ring.slots
        // One mask serves both then.
        precondition(slots.mask == mask, "the ring and its buffers differ in size")
        let granules = unsafe granules, core = unsafe core, mask = mask, bufferSize = bufferSize
        let deltas = unsafe core.pointee.deviceDeltas, pageShift = unsafe core.pointee.pageShift
        let limit = min(limit, batch.room)
        var moved = 0
        while moved < limit {
            if source.left == 0 {
                guard source.reload() else { break }
            }
            let run = min(limit &- moved, source.left)
            // Sound: the magazine holds `left` buffers, which are ours; the batch has room for `run` packets.
            let fresh = unsafe source.granules + (source.left &- 1)
            let places = unsafe batch.packets + batch.filled
            var done = 0
            while done < run {
                let slot = (first &+ moved &+ done) & mask
                let count = length(slots, slot)
                guard count >= 0 else { break }
                precondition(count <= bufferSize, "the caller validates lengths")
                // Sound: `slot` is masked and `done < run`; the filled buffer is now the packet's alone, the fresh one
                // the ring's.
                let filled = unsafe granules[slot]
                let granule = unsafe fresh[0 &- done]
                unsafe granules[slot] = granule
                arm(slots, slot, unsafe deltas[Int(granule &>> pageShift)] &+ UInt64(granule) &<< 6)
                unsafe (places + done).initialize(
                    to: Packet(core: core, granule: filled, length: UInt16(truncatingIfNeeded: count)))
                done &+= 1
            }
            source.left &-= done
            batch.filled &+= done
            moved &+= done
            guard done == run else { break }
        }
        return moved
    }

    /// Keeps the buffers out of the pool as long as it lives: until the device cannot write into them any more.
    public var keeper: any AnyObject & Sendable { ledger }

    /// Owns the record, and returns the buffers once neither the queue nor the device needs it.
    @safe
    final class Ledger: Sendable {
        nonisolated(unsafe) let granules: UnsafeMutablePointer<UInt32>
        nonisolated(unsafe) let core: UnsafeMutablePointer<PoolCore>
        /// Slots that hold a buffer: all, once the ring is set up. Only the initialiser of `ArmedBuffers` writes it.
        nonisolated(unsafe) var count = 0

        init(slots: Int, core: UnsafeMutablePointer<PoolCore>) {
            unsafe granules = .allocate(capacity: slots)
            unsafe self.core = core
            unsafe granules.initialize(repeating: 0, count: slots)
        }

        deinit {
            for slot in 0..<(unsafe count) {
                // Sound: these buffers are out of the pool, so its core lives; each returns once.
                unsafe PoolCore.giveBack(granules[slot], to: core)
            }
            unsafe granules.deallocate()
        }
    }
}
