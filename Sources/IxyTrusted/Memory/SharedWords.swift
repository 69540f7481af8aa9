public import Synchronization

/// Where a device finds the descriptors of a ring: an opaque value, which only rings give and only registers and messages take, so
/// that no device can be told of descriptors that somebody has made up.
@frozen
package struct RingAddress: Sendable, Equatable {
    package let value: UInt64
    /// Bytes of its descriptors, and of the buffers that a device fills.
    package let byteCount, bufferSize: Int
}

/// Where a device finds words of a ring's own, which name no memory: an opaque value like `RingAddress`.
@frozen
package struct WordAddress: Sendable, Equatable {
    package let value: UInt64
}

/// Words that a driver and its device both write, each in one access, and of which none names memory.
///
/// Offsets are in bytes and checked; a word is read once, never half.
@safe @frozen @usableFromInline
package struct SharedWords: ~Copyable, Sendable {
    @usableFromInline nonisolated(unsafe) let base: UnsafeMutableRawPointer
    /// Length in bytes.
    @usableFromInline let count: Int
    private let start: UInt64

    /// Unsafe: `count` bytes at `base`, aligned to 16 and initialized, must live as long as whoever holds this value uses it, and
    /// be used as words only.
    @unsafe
    init(_ base: UnsafeMutableRawPointer, count: Int, deviceAddress: UInt64) {
        // A word of 64 bits has to fit, so that `place` needs one comparison.
        precondition(count >= 8)
        // Sound: as above.
        unsafe self.base = base
        self.count = count
        start = deviceAddress
    }

    /// Where the device finds the word at `offset`.
    package func deviceAddress(_ offset: Int) -> WordAddress {
        precondition(offset >= 0 && offset < count)
        return WordAddress(value: start + UInt64(offset))
    }

    @unsafe @inlinable @inline(__always)
    func place<Word: AtomicRepresentable>(_ offset: Int, _: Word.Type) -> UnsafeMutablePointer<Atomic<Word>> {
        precondition(
            UInt(bitPattern: offset) <= UInt(bitPattern: count &- MemoryLayout<Word>.size) && offset & (MemoryLayout<Word>.size &- 1) == 0,
            "no such word")
        // Sound: inside and aligned; all bits are a valid Atomic.
        return unsafe (base + offset).assumingMemoryBound(to: Atomic<Word>.self)
    }

    // Reading acquires: everything the device wrote before the word is visible afterwards. Writing releases: the word comes after
    // everything that was written before.

    @inlinable @inline(__always)
    // Sound: `place` has checked it.
    package func load32(_ offset: Int) -> UInt32 { unsafe place(offset, UInt32.self).pointee.load(ordering: .acquiring) }
    @inlinable @inline(__always)
    // Sound: `place` has checked it.
    package func store32(_ value: UInt32, _ offset: Int) { unsafe place(offset, UInt32.self).pointee.store(value, ordering: .releasing) }

    /// Asks the processor for the line of the word at `offset`.
    @inlinable @inline(__always)
    package func expect(_ offset: Int) {
        // Sound: a prefetch reads nothing, whatever the address.
        unsafe prefetch(base + offset)
    }

    /// All zero.
    package func clear() {
        for offset in stride(from: 0, to: count, by: 4) { store32(0, offset) }
    }
}
