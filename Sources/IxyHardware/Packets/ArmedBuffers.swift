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

    /// Takes the buffer that the device has filled out of `slot`, as a packet of `count` bytes, and puts a fresh one
    /// in its place. Nil, and nothing changes, if the pool has none.
    ///
    /// Traps unless `count` is 0 to `bufferSize`: the caller has validated what the device said.
    @inlinable @inline(__always)
    public mutating func exchange(at slot: Int, count: Int) -> Packet? {
        precondition(count >= 0 && count <= limit, "the caller validates lengths")
        guard let fresh = source.take() else { return nil }
        // Sound: `slot & mask` is inside; the filled buffer is now the packet's alone, the fresh one the ring's.
        let filled = unsafe granules[slot & mask]
        unsafe granules[slot & mask] = fresh
        return unsafe Packet(core: core, granule: filled, length: UInt16(truncatingIfNeeded: count))
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
