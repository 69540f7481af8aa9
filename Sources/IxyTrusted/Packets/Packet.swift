/// A network packet: one buffer of a pool, owned by exactly one place.
///
/// It cannot be copied. Whoever holds it may change its bytes, send it, hand it to another thread or drop it;
/// sending it consumes it, and dropping it returns the buffer to its pool, from whichever thread. The compiler
/// rejects a use after either.
///
/// Its bytes are changed through the packet itself, in network order: `packet[12]`, `packet.storeBigEndian(…)`. There is
/// no mutable span of them, because Swift 6.3 lets such a span be kept. `bytes` is for reading.
@safe @frozen
public struct Packet: ~Copyable, Sendable {
    @usableFromInline let pool: PoolMemory
    /// Changes only where two packets of one pool change places.
    @usableFromInline var offset: UInt32
    /// At most the pool's buffer size.
    @usableFromInline var length: UInt32

    /// The packet in the buffer at `offset`.
    ///
    /// Unsafe: the caller must own the buffer, and passes it on; `length` must not exceed it.
    @unsafe
    init(_ pool: PoolMemory, _ offset: UInt32, length: UInt32) {
        self.pool = pool
        self.offset = offset
        self.length = length
    }

    @inlinable
    deinit { pool.takeBack(offset) }

    /// Number of bytes, 0 to `capacity`, without the Ethernet frame check sequence.
    @inlinable
    public var count: Int { Int(length) }

    /// How many bytes the buffer can hold.
    @inlinable
    public var capacity: Int { pool.bufferSize }

    /// Makes the packet `newCount` bytes long. Bytes that are added hold whatever the buffer held.
    ///
    /// Traps unless `newCount` is 0 to `capacity`.
    @inlinable
    public mutating func resize(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= capacity, "the packet does not fit in its buffer")
        length = UInt32(truncatingIfNeeded: newCount)
    }

    /// The first byte.
    @unsafe @inlinable
    public var address: UnsafeMutableRawPointer {
        // Sound: offset and length lie inside of the pool's memory, which the packet holds and owns these bytes of.
        @inline(__always)
        get { unsafe pool.base + Int(offset) }
    }

    /// Where the device finds the first byte. For messages and tests: no operation of a device takes it.
    @inlinable
    package var deviceAddress: UInt64 { pool.deviceAddress(of: offset) }

    /// Whether its pool has room to say what is left to do with it, so that something may be. (`PacketOffload`)
    package var canCarryOffload: Bool { pool.carriesOffloads }

    /// Tells the pools of packets apart, without holding on to them.
    @inlinable @inline(__always)
    var poolID: UInt { pool.id }
}
