public import Synchronization

extension DMAWindow {
    /// The window for single words, for a loop over the rings in it.
    public var words: Words {
        @_lifetime(borrow self)
        get {
            // Sound: `base` is valid for `count` bytes as long as this window, which holds the memory, is borrowed.
            let words = unsafe Words(start: start, count: count, base: base)
            return unsafe _overrideLifetime(words, borrowing: self)
        }
    }

    /// A window without its owner, through which words are read and written whole, as a ring needs it.
    ///
    /// A word that is not here, or not aligned, is read as nil and not written.
    @safe @frozen
    public struct Words: ~Escapable {
        @usableFromInline let start: UInt64
        @usableFromInline let count: UInt64
        @usableFromInline let base: UnsafeMutableRawPointer?

        @unsafe @inlinable @inline(__always)
        @_lifetime(immortal)
        init(start: UInt64, count: UInt64, base: UnsafeMutableRawPointer?) {
            self.start = start
            self.count = count
            unsafe self.base = base
        }

        /// Where the aligned word of `size` bytes at `address` is, if it lies here.
        @inlinable @inline(__always)
        func place(_ address: UInt64, _ size: UInt64) -> UnsafeMutableRawPointer? {
            let offset = address &- start
            guard offset < count, size <= count &- offset else { return nil }
            // Sound: there are bytes only if there is a base, and `size` of them from `offset` on are inside.
            let place = unsafe base.unsafelyUnwrapped + Int(truncatingIfNeeded: offset)
            return UInt(bitPattern: place) & UInt(size &- 1) == 0 ? unsafe place : nil
        }

        /// Reads a word; all that was stored before it is visible afterwards.
        @inlinable @inline(__always)
        public func load16(at address: UInt64) -> UInt16? {
            guard let place = unsafe place(address, 2) else { return nil }
            // Sound: an aligned word in the window; all bits are a valid Atomic.
            return unsafe place.assumingMemoryBound(to: Atomic<UInt16>.self).pointee.load(ordering: .acquiring)
        }

        @inlinable @inline(__always)
        public func load64(at address: UInt64) -> UInt64? {
            guard let place = unsafe place(address, 8) else { return nil }
            // Sound: as in `load16`.
            return unsafe place.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(ordering: .acquiring)
        }

        /// Writes a word after everything that was stored before.
        @inlinable @inline(__always)
        public func store32(_ value: UInt32, at address: UInt64) -> Bool {
            guard let place = unsafe place(address, 4) else { return false }
            // Sound: as in `load16`.
            unsafe place.assumingMemoryBound(to: Atomic<UInt32>.self).pointee.store(value, ordering: .releasing)
            return true
        }

        @inlinable @inline(__always)
        public func store64(_ value: UInt64, at address: UInt64) -> Bool {
            guard let place = unsafe place(address, 8) else { return false }
            // Sound: as in `load16`.
            unsafe place.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.store(value, ordering: .releasing)
            return true
        }
    }
}

extension DMAWindow.Lines {
    /// Writes 12 bytes at `address`, the lowest byte of `first` at the front. False if they, and as many more as make a
    /// line, are not here.
    @inlinable @inline(__always)
    public func write(_ first: UInt64, _ last: UInt32, to address: UInt64) -> Bool {
        guard let place = unsafe place(address) else { return false }
        // Sound: 64 bytes are inside.
        unsafe place.storeBytes(of: first.littleEndian, as: UInt64.self)
        unsafe (place + 8).storeBytes(of: last.littleEndian, as: UInt32.self)
        return true
    }

    /// Whether the 12 bytes at `address` are zero. False if they, and as many more as make a line, are not here.
    @inlinable @inline(__always)
    public func isZero(at address: UInt64) -> Bool {
        guard let place = unsafe place(address) else { return false }
        // Sound: as in `write`; all bits are valid numbers.
        return unsafe place.loadUnaligned(as: UInt64.self) | UInt64((place + 8).loadUnaligned(as: UInt32.self)) == 0
    }
}
