/// 64 bytes, which short frames are copied in.
@usableFromInline
package typealias Line = SIMD64<UInt8>

/// A length that is copied in four pieces of 16 bytes: checked once for many copies.
@frozen @usableFromInline
package struct ShortLength {
    @inlinable package static var all: ClosedRange<Int> { 48...64 }
    @usableFromInline package let count: Int

    /// Nil unless `count` is 48 to 64.
    @inlinable
    package init?(_ count: Int) {
        guard ShortLength.all.contains(count) else { return nil }
        self.count = count
    }
}

extension MutableSpan<Line> {
    /// Stores `number` in line `index`, its most significant byte at `offset`. Traps unless it lies inside. A loop needs no check for
    /// it, but would for a byte of the whole span.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    package mutating func storeBigEndian(_ number: UInt64, in index: Int, at offset: Int) {
        precondition(offset >= 0 && offset <= 56)
        // Sound: as just checked; all bits are a line.
        unsafe withUnsafeMutablePointer(to: &self[index]) { line in
            unsafe (UnsafeMutableRawPointer(line) + offset).storeBytes(of: number.bigEndian, as: UInt64.self)
        }
    }
}

extension MemoryWindow {
    /// The window for short frames, for a loop over many of them, with numbers from `first` on for its bytes.
    @inlinable @inline(__always)
    @_lifetime(borrow self)
    package func lines(from first: UInt64) -> Lines {
        // Sound: a line lies inside at each of the first `room` bytes, as long as the window, which holds the memory, is borrowed.
        let lines = unsafe Lines(base: base, first: first, room: UInt64(truncatingIfNeeded: max(count, 63) &- 63))
        return unsafe _overrideLifetime(lines, borrowing: self)
    }

    /// A window without its owner: words that a loop keeps in registers.
    @safe @frozen @usableFromInline
    package struct Lines: ~Escapable {
        /// Nil only if `room` is zero.
        @usableFromInline let base: UnsafeMutableRawPointer?
        @usableFromInline let first: UInt64
        /// So many bytes have 63 more behind them.
        @usableFromInline let room: UInt64

        /// Unsafe: these bytes must be there as long as this value lives.
        @unsafe @inlinable @inline(__always)
        @_lifetime(immortal)
        init(base: UnsafeMutableRawPointer?, first: UInt64, room: UInt64) {
            // Sound: as above.
            unsafe self.base = base
            self.first = first
            self.room = room
        }

        /// Where byte `number` is, if it has 63 more behind it.
        @unsafe @inlinable @inline(__always)
        func place(_ number: UInt64) -> UnsafeMutableRawPointer? {
            let offset = number &- first
            guard offset < room else { return nil }
            // Sound: there is room only if there is a base, and 64 bytes from `offset` on are inside.
            return unsafe base.unsafelyUnwrapped + Int(truncatingIfNeeded: offset)
        }

        /// The line at byte `number`; nil if it is not here.
        @inlinable @inline(__always)
        package func load(_ number: UInt64) -> Line? {
            // Sound: it is here, and all bits are a line.
            guard let place = unsafe place(number) else { return nil }
            return unsafe place.loadUnaligned(as: Line.self)
        }

        /// Copies the first `length` bytes of `line` to byte `number`, and no byte more, without a call: the last piece may overlap
        /// the third. False if that is not here. Traps unless `line` has 64 bytes.
        @inlinable @inline(__always)
        package func write(_ line: RawSpan, _ length: ShortLength, to number: UInt64) -> Bool {
            precondition(line.byteCount >= 64)
            // Sound: both sides have 64 bytes.
            guard let target = unsafe place(number) else { return false }
            unsafe line.withUnsafeBytes { bytes in
                typealias Piece = SIMD16<UInt8>
                let source = unsafe bytes.baseAddress.unsafelyUnwrapped
                let last = length.count &- 16
                let pieces = unsafe (
                    source.loadUnaligned(as: Piece.self), (source + 16).loadUnaligned(as: Piece.self),
                    (source + 32).loadUnaligned(as: Piece.self), (source + last).loadUnaligned(as: Piece.self))
                unsafe target.storeBytes(of: pieces.0, as: Piece.self)
                unsafe (target + 16).storeBytes(of: pieces.1, as: Piece.self)
                unsafe (target + 32).storeBytes(of: pieces.2, as: Piece.self)
                unsafe (target + last).storeBytes(of: pieces.3, as: Piece.self)
            }
            return true
        }

        /// The 8 bytes from byte `number` on, the first one lowest; nil if no line begins there.
        @inlinable @inline(__always)
        package func word(_ number: UInt64) -> UInt64? {
            // Sound: as above.
            guard let place = unsafe place(number) else { return nil }
            return unsafe UInt64(littleEndian: place.loadUnaligned(as: UInt64.self))
        }

        /// Writes 8 bytes from byte `number` on, the lowest one first. False if no line begins there.
        @inlinable @inline(__always)
        package func write(_ word: UInt64, to number: UInt64) -> Bool {
            // Sound: as above.
            guard let place = unsafe place(number) else { return false }
            unsafe place.storeBytes(of: word.littleEndian, as: UInt64.self)
            return true
        }
    }
}
