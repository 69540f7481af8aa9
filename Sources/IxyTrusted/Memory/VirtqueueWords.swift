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

    /// The `count` 32-bit words from `offset` on, for a loop.
    @inlinable @inline(__always)
    @_lifetime(borrow self)
    package func words32(from offset: Int, count words: Int) -> Span<Atomic<UInt32>> {
        // Sound: this value is used only while its words live.
        unsafe _overrideLifetime(SharedWords.words32(base, count, from: offset, count: words), borrowing: self)
    }
}
