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
    let ledger: Ledger

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

    /// Keeps the buffers out of the pool as long as it lives: until the device cannot write into them any more.
    public var keeper: any AnyObject & Sendable { ledger }

    /// Owns the record, and returns the buffers once neither the queue nor the device needs it.
    @safe
    final class Ledger: Sendable {
        nonisolated(unsafe) let granules: UnsafeMutablePointer<UInt32>
        nonisolated(unsafe) let core: UnsafeMutablePointer<PoolCore>
        /// Slots that hold a buffer: all, once the ring is set up. Only the initialiser of `ArmedBuffers` writes it.
        nonisolated(unsafe) var count = 0
        /// Who has the buffers now, and is kept as long as this ledger would have kept them.
        nonisolated(unsafe) var heir: SlotBuffers.Ledger?

        /// The buffers change hands. The caller is the only one that uses the record.
        func handOver(to heir: SlotBuffers.Ledger) {
            // Sound: other threads hold this ledger, but look at it only in `deinit`.
            unsafe self.heir = heir
            unsafe count = 0
        }

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
