/// A network packet: one buffer of a pool, owned by exactly one place.
///
/// It cannot be copied. Whoever holds it may change its bytes, send it, hand it to another thread or drop it;
/// sending it consumes it, and dropping it returns the buffer to its pool, from whichever thread. The compiler
/// rejects a use after either.
@safe @frozen
public struct Packet: ~Copyable, Sendable {
    @usableFromInline
    nonisolated(unsafe) let core: UnsafeMutablePointer<PoolCore>
    @usableFromInline
    let granule: UInt32
    @usableFromInline
    var length: UInt16
    /// Bytes of the buffer before the packet's first byte.
    @usableFromInline
    var start: UInt16

    /// The packet in the buffer at `granule`, which the caller owns and now passes on.
    ///
    /// Unsafe: `length` must not exceed the buffer.
    @unsafe @inlinable @inline(__always)
    init(core: UnsafeMutablePointer<PoolCore>, granule: UInt32, length: UInt16) {
        unsafe self.core = core
        self.granule = granule
        self.length = length
        start = 0
    }

    /// Puts the packet in the buffer at `granule`, with its first byte at the buffer's, at `place`: `length` is 16 bits wide.
    /// In two stores instead of four, as a processor has room for few that wait for a cache line.
    ///
    /// Unsafe: as in `init`; and `place` must be that of a packet which is not initialised.
    @unsafe @inlinable @inline(__always)
    static func put(
        at place: UnsafeMutableRawPointer, core: UnsafeMutablePointer<PoolCore>, granule: UInt32, length: UInt64
    ) {
        // Sound: a packet has 16 bytes, and these are its fields in their order, the lowest byte of each first.
        unsafe place.storeBytes(of: UInt64(UInt(bitPattern: core)).littleEndian, as: UInt64.self)
        unsafe (place + 8).storeBytes(of: (length &<< 32 | UInt64(granule)).littleEndian, as: UInt64.self)
    }

    @inlinable
    deinit {
        // Sound: this packet owned the buffer, and a deinit runs once.
        unsafe PoolCore.giveBack(granule, to: core)
    }

    /// Number of bytes, 0 to `capacity`, without the Ethernet frame check sequence.
    @inlinable
    public var count: Int { Int(length) }

    /// How many bytes the buffer can hold from the packet's first byte on.
    @inlinable
    public var capacity: Int { unsafe core.pointee.bufferSize - Int(start) }

    /// Makes the packet `newCount` bytes long. Bytes that are added hold whatever the buffer held.
    ///
    /// Traps unless `newCount` is 0 to `capacity`.
    @inlinable
    public mutating func resize(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= capacity, "the packet does not fit in its buffer")
        length = UInt16(truncatingIfNeeded: newCount)
    }

    /// The packet's bytes, to read and write. The span cannot outlive the packet, nor be kept while it is sent.
    @inlinable
    public var bytes: MutableRawSpan {
        @_lifetime(&self)
        @inline(__always)
        mutating get {
            // Sound: granule, start and length lie inside the pool's memory (see `init` and `resize`); the packet owns
            // these bytes and keeps the pool alive; the lifetime is bound to the packet's.
            let span = unsafe MutableRawSpan(_unsafeStart: address, byteCount: Int(length))
            return unsafe _overrideLifetime(span, mutating: &self)
        }
        @_lifetime(&self)
        @inline(__always)
        _modify {
            // Sound: as above.
            var span = unsafe MutableRawSpan(_unsafeStart: address, byteCount: Int(length))
            yield &span
        }
    }

    /// The packet's bytes, to read only.
    @inlinable
    public var readOnlyBytes: RawSpan {
        @_lifetime(borrow self)
        @inline(__always)
        get {
            // Sound: as in `bytes`.
            let span = unsafe RawSpan(_unsafeStart: address, byteCount: Int(length))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    @inlinable @inline(__always)
    var address: UnsafeMutableRawPointer {
        unsafe core.pointee.base + (Int(granule) &<< 6 &+ Int(start))
    }

    /// Where the device finds the first byte.
    @inlinable @inline(__always)
    public var deviceAddress: UInt64 {
        unsafe PoolCore.deviceAddress(of: granule, core) &+ UInt64(start)
    }

    /// Gives up the packet without returning its buffer: a ring owns it from now on.
    @unsafe @inlinable @inline(__always)
    consuming func relinquish() {
        discard self
    }
}

extension PoolCore {
    /// The device's address of a buffer.
    @inlinable @inline(__always)
    static func deviceAddress(of granule: UInt32, _ core: UnsafeMutablePointer<PoolCore>) -> UInt64 {
        // Sound: `deviceDeltas` has an entry for every page that a granule of this pool can lie in.
        let delta = unsafe core.pointee.deviceDeltas[Int(granule &>> core.pointee.pageShift)]
        return delta &+ UInt64(granule) &<< 6
    }
}
