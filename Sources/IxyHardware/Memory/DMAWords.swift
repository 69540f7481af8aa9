public import Synchronization

extension DMAWindow {
    /// The words of the `count` bytes at `address`, for a loop over a ring: none if these are not all here, or not aligned.
    ///
    /// - Parameter alignment: a power of two, up to which words are used.
    @_lifetime(borrow self)
    public func words(at address: UInt64, count: Int, alignment: Int) -> Words {
        precondition(alignment > 0 && alignment & (alignment - 1) == 0)
        let place = unsafe place(address, count)
        let isAligned = UInt(bitPattern: place) & UInt(alignment - 1) == 0
        // Sound: `count` bytes from `place` on are inside of the memory that this window holds, as long as it is borrowed.
        let words = unsafe Words(base: place, count: isAligned && place != nil ? count : 0, alignment: alignment)
        return unsafe _overrideLifetime(words, borrowing: self)
    }

    /// Memory that a device and its driver share, read and written in whole words, each by one of them at a time.
    ///
    /// An access that is not inside, or not aligned, traps.
    @safe @frozen
    public struct Words: ~Escapable {
        /// Nil only if `count` is zero.
        @usableFromInline let base: UnsafeMutableRawPointer?
        /// Bytes.
        public let count: Int
        @usableFromInline let alignment: Int

        @unsafe @inlinable @inline(__always)
        @_lifetime(immortal)
        init(base: UnsafeMutableRawPointer?, count: Int, alignment: Int) {
            unsafe self.base = base
            self.count = count
            self.alignment = alignment
        }

        /// Where the word of `size` bytes at `offset` is.
        @inlinable @inline(__always)
        func place(_ offset: Int, _ size: Int) -> UnsafeMutableRawPointer {
            precondition(
                offset >= 0 && offset <= count &- size && offset & (size &- 1) == 0 && size <= alignment,
                "no such word")
            // Sound: there are bytes only if there is a base, and `size` of them from `offset` on are inside; base and
            // offset are both aligned to the word's size.
            return unsafe base.unsafelyUnwrapped + offset
        }

        /// Reads a word; all that was stored before it is visible afterwards.
        @inlinable @inline(__always)
        public func load16(at offset: Int) -> UInt16 {
            // Sound: an aligned word inside; all bits are a valid Atomic. The same holds for the others.
            unsafe place(offset, 2).assumingMemoryBound(to: Atomic<UInt16>.self).pointee.load(ordering: .acquiring)
        }

        @inlinable @inline(__always)
        public func load64(at offset: Int) -> UInt64 {
            unsafe place(offset, 8).assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(ordering: .acquiring)
        }

        /// Writes a word after everything that was stored before.
        @inlinable @inline(__always)
        public func store32(_ value: UInt32, at offset: Int) {
            unsafe place(offset, 4).assumingMemoryBound(to: Atomic<UInt32>.self).pointee
                .store(value, ordering: .releasing)
        }

        @inlinable @inline(__always)
        public func store64(_ value: UInt64, at offset: Int) {
            unsafe place(offset, 8).assumingMemoryBound(to: Atomic<UInt64>.self).pointee
                .store(value, ordering: .releasing)
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
