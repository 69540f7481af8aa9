public import Synchronization

// Words of other sizes, and many at once, as virtqueues have them.
extension SharedWords {
    @inlinable @inline(__always)
    // Sound: `place` has checked it.
    package func load16(_ offset: Int) -> UInt16 { unsafe place(offset, UInt16.self).pointee.load(ordering: .acquiring) }
    @inlinable @inline(__always)
    // Sound: `place` has checked it.
    package func store16(_ value: UInt16, _ offset: Int) { unsafe place(offset, UInt16.self).pointee.store(value, ordering: .releasing) }

    // Sound: `place` has checked it.
    package func load64(_ offset: Int) -> UInt64 { unsafe place(offset, UInt64.self).pointee.load(ordering: .acquiring) }
    // Sound: `place` has checked it.
    package func store64(_ value: UInt64, _ offset: Int) { unsafe place(offset, UInt64.self).pointee.store(value, ordering: .releasing) }
}

extension SlotRun {
    /// Pairs of words of the ring's area, see `SharedWords`, for as long as the run lives.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    package func pairs(from offset: Int, count: Int) -> WordPairs {
        // Sound: the ring's words, which is borrowed as long as the run lives.
        unsafe _overrideLifetime(WordPairs(area, areaCount, from: offset, count: count), copying: self)
    }
}

/// Pairs of 32-bit words of a ring's area, one behind the other, for a loop: the elements of a used ring. (VirtIO 1.2 §2.7.8)
///
/// Reading them says nothing of what the device wrote before: that does the index which it publishes.
@safe @frozen @usableFromInline
package struct WordPairs: ~Escapable {
    @usableFromInline let base: UnsafePointer<Atomic<UInt32>>
    @usableFromInline let count: Int

    /// `count` pairs from `offset` on of words of `area` bytes at `base`. Traps unless they are inside and aligned.
    ///
    /// Unsafe: these must be words as long as this value is used.
    @unsafe @inlinable @inline(__always)
    @_lifetime(immortal)
    init(_ base: UnsafeMutableRawPointer, _ area: Int, from offset: Int, count: Int) {
        precondition(offset >= 0 && offset & 3 == 0 && count >= 0 && count <= (area &- offset) &>> 3, "no such words")
        // Sound: inside and aligned.
        unsafe self.base = UnsafePointer((base + offset).assumingMemoryBound(to: Atomic<UInt32>.self))
        self.count = count
    }

    /// The first word of pair `index`, or the second one if `offset` is 1.
    @inlinable @inline(__always)
    package func load(_ index: Int, _ offset: Int) -> UInt64 {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count) && offset & ~1 == 0, "no such pair")
        // Sound: inside.
        return unsafe UInt64(base[index &* 2 &+ offset].load(ordering: .relaxed))
    }

    /// The same of the four pairs from `index` on.
    @inlinable @inline(__always)
    package func loadFour(_ index: Int, _ offset: Int) -> FourWords {
        precondition(index >= 0 && index <= count &- 4 && offset & ~1 == 0, "no such pairs")
        // Sound: inside.
        return FourWords { unsafe UInt64(base[(index &+ $0) &* 2 &+ offset].load(ordering: .relaxed)) }
    }
}
