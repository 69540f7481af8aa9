package import Synchronization

extension DMAWindow {
    /// The `count` words at `address`, for a loop over a ring: none if these are not all here, or not aligned.
    @_lifetime(borrow self)
    @inlinable
    package func words<Word: FixedWidthInteger & UnsignedInteger & AtomicRepresentable>(
        _: Word.Type, at address: UInt64, count: Int
    ) -> Words<Word> {
        let size = MemoryLayout<Word>.size
        guard count > 0, count <= 1 << 20, let place = unsafe place(address, count &* size),
            UInt(bitPattern: place) & UInt(size &- 1) == 0
        else { return unsafe _overrideLifetime(unsafe Words(base: nil, count: 0), borrowing: self) }
        // Sound: `count` aligned words from `place` on are inside of the memory that this window holds, as long as it is
        // borrowed; all bits are a valid Atomic.
        let words = unsafe Words(base: place.assumingMemoryBound(to: Atomic<Word>.self), count: count)
        return unsafe _overrideLifetime(words, borrowing: self)
    }

    /// Memory that a device and its driver share, read and written in whole words.
    @safe @frozen
    package struct Words<Word: FixedWidthInteger & UnsignedInteger & AtomicRepresentable>: ~Escapable {
        /// Nil only if `count` is zero.
        @usableFromInline let base: UnsafeMutablePointer<Atomic<Word>>?
        package let count: Int

        @unsafe @inlinable @inline(__always)
        @_lifetime(immortal)
        init(base: UnsafeMutablePointer<Atomic<Word>>?, count: Int) {
            unsafe self.base = base
            self.count = count
        }

        /// Where a word is. Traps if there is no such word.
        @inlinable @inline(__always)
        func place(_ index: Int) -> UnsafeMutablePointer<Atomic<Word>> {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such word")
            // Sound: in bounds, so there is a base.
            return unsafe base.unsafelyUnwrapped + index
        }
    }
}

/// Reading acquires and writing releases: all that was stored before a word is visible to whoever reads it.
extension DMAWindow.Words where Word == UInt16 {
    @inlinable @inline(__always)
    package func load(_ index: Int) -> UInt16 {
        // Sound: `place` is a word inside.
        unsafe place(index).pointee.load(ordering: .acquiring)
    }
}

extension DMAWindow.Words where Word == UInt32 {
    @inlinable @inline(__always)
    package func store(_ value: UInt32, _ index: Int) {
        // Sound: `place` is a word inside.
        unsafe place(index).pointee.store(value, ordering: .releasing)
    }
}

extension DMAWindow.Words where Word == UInt64 {
    @inlinable @inline(__always)
    package func load(_ index: Int) -> UInt64 {
        // Sound: `place` is a word inside.
        unsafe place(index).pointee.load(ordering: .acquiring)
    }

    @inlinable @inline(__always)
    package func store(_ value: UInt64, _ index: Int) {
        // Sound: `place` is a word inside.
        unsafe place(index).pointee.store(value, ordering: .releasing)
    }
}

extension DMAWindow.Lines {
    /// Bytes of what stands before a line in `writeBehind` and `readBehind`.
    @inlinable package static var headerSize: Int { 12 }

    /// Where a line at `address` is, if it and the header before it lie here.
    @inlinable @inline(__always)
    func placeBehind(_ address: UInt64) -> UnsafeMutableRawPointer? {
        let offset = address &- start
        // What begins before the window has a large offset.
        guard offset < room, offset &+ UInt64(Self.headerSize) < room else { return nil }
        // Sound: there is room only if there is a base, and header and line are inside.
        return unsafe base.unsafelyUnwrapped + Int(truncatingIfNeeded: offset)
    }

    /// Copies the first `length` bytes of `line` behind a header of 12 bytes at `address`, the lowest byte of `first` at
    /// the front. False if these are not here.
    @inlinable @inline(__always)
    package func write(
        _ line: RawSpan, _ length: ShortLength, behind first: UInt64, _ last: UInt32, to address: UInt64
    ) -> Bool {
        precondition(line.byteCount >= FrameStore.lineSize)
        guard let place = unsafe placeBehind(address) else { return false }
        // Sound: header and line are inside; the line has 64 bytes on both sides.
        unsafe place.storeBytes(of: first.littleEndian, as: UInt64.self)
        unsafe (place + 8).storeBytes(of: last.littleEndian, as: UInt32.self)
        unsafe line.withUnsafeBytes { source in
            unsafe copyShort(source.baseAddress.unsafelyUnwrapped, place + Self.headerSize, length.count)
        }
        return true
    }

    /// Copies `length` bytes behind a header at `address` into line `index`, if all 12 bytes of the header are zero.
    /// False if they are not, or not here.
    @inlinable @inline(__always)
    package func readBehindZeros(
        _ address: UInt64, _ length: ShortLength, into lines: borrowing FrameStore.Lines, at index: Int
    ) -> Bool {
        precondition(index >= 0 && index < lines.count)
        guard let place = unsafe placeBehind(address) else { return false }
        // Sound: as in `write`; all bits are valid numbers.
        guard unsafe place.loadUnaligned(as: UInt64.self) | UInt64((place + 8).loadUnaligned(as: UInt32.self)) == 0
        else { return false }
        unsafe copyShort(place + Self.headerSize, lines.bytes + index &* FrameStore.lineSize, length.count)
        return true
    }
}
