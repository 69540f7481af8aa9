import IxySystem

/// A piece of mapped memory as a device sees it: which of its addresses are where.
///
/// It holds the memory, so that access through it stays sound even if another thread unmaps the memory meanwhile.
@safe
package struct DMAWindow: ~Copyable, Sendable {
    @usableFromInline let start: UInt64
    @usableFromInline let count: UInt64
    /// Nil only if `count` is zero.
    let memory: MappedMemory?
    /// What a device may do here.
    let access: DMAAccess
    /// The first byte of `memory`.
    @usableFromInline nonisolated(unsafe) let base: UnsafeMutableRawPointer?

    /// A window onto nothing.
    init() {
        start = 0
        count = 0
        memory = nil
        access = []
        unsafe base = nil
    }

    init(_ mapping: IOAddressSpace.Mapping) {
        start = mapping.start
        count = UInt64(mapping.count)
        memory = mapping.memory
        access = mapping.access
        // Sound: whoever made the mapping has checked that `count` bytes from `offset` on lie inside of it.
        unsafe base = mapping.memory.base + mapping.offset
    }

    /// Where the `size` bytes at `address` are, if all of them are here.
    ///
    /// Valid as long as this window is borrowed.
    @inlinable @inline(__always)
    func place(_ address: UInt64, _ size: Int) -> UnsafeMutableRawPointer? {
        let offset = address &- start
        guard offset < count, size >= 0, UInt64(size) <= count &- offset, let base = unsafe base else { return nil }
        // Sound: `offset + size` lies inside of `memory`, as just checked without overflow.
        return unsafe base + Int(offset)
    }

    /// The window for short frames, for a loop over many of them.
    package var lines: Lines {
        @_lifetime(borrow self)
        get {
            // All addresses at which a whole line lies inside: a little less than the window.
            let room = count >= UInt64(FrameStore.lineSize) ? count - UInt64(FrameStore.lineSize) + 1 : 0
            // Sound: `base` is valid for `room + 63` bytes as long as this window, which holds the memory, is borrowed.
            let lines = unsafe Lines(start: start, room: room, base: base)
            return unsafe _overrideLifetime(lines, borrowing: self)
        }
    }

    /// A window without its owner: words that a loop keeps in registers.
    @safe @frozen
    package struct Lines: ~Escapable {
        @usableFromInline let start: UInt64
        @usableFromInline let room: UInt64
        @usableFromInline let base: UnsafeMutableRawPointer?

        @unsafe @inlinable @inline(__always)
        @_lifetime(immortal)
        init(start: UInt64, room: UInt64, base: UnsafeMutableRawPointer?) {
            self.start = start
            self.room = room
            unsafe self.base = base
        }

        /// Where a line at `address` is, if it lies here.
        @inlinable @inline(__always)
        func place(_ address: UInt64) -> UnsafeMutableRawPointer? {
            let offset = address &- start
            guard offset < room else { return nil }
            // Sound: there is room only if there is a base, and 64 bytes from `offset` on are inside.
            return unsafe base.unsafelyUnwrapped + Int(truncatingIfNeeded: offset)
        }

        /// Copies the first `length` bytes of `line` to `address`. False if that is not here.
        @inlinable @inline(__always)
        package func write(_ line: RawSpan, _ length: ShortLength, to address: UInt64) -> Bool {
            precondition(line.byteCount >= FrameStore.lineSize)
            guard let place = unsafe place(address) else { return false }
            unsafe line.withUnsafeBytes { source in
                // Sound: both sides have 64 bytes.
                unsafe copyShort(source.baseAddress.unsafelyUnwrapped, place, length.count)
            }
            return true
        }

        /// Copies `length` bytes from `address` into line `index`. False if they are not here.
        @inlinable @inline(__always)
        package func read(
            _ address: UInt64, _ length: ShortLength, into lines: borrowing FrameStore.Lines, at index: Int
        ) -> Bool {
            precondition(index >= 0 && index < lines.count)
            guard let place = unsafe place(address) else { return false }
            // Sound: both sides have 64 bytes.
            unsafe copyShort(place, lines.bytes + index &* FrameStore.lineSize, length.count)
            return true
        }
    }
}

/// A length that is copied in four pieces of 16 bytes: checked once for many copies.
@frozen
package struct ShortLength {
    @inlinable package static var all: ClosedRange<Int> { 48...64 }
    package let count: Int

    /// Nil unless `count` is 48 to 64.
    @inlinable
    package init?(_ count: Int) {
        guard ShortLength.all.contains(count) else { return nil }
        self.count = count
    }
}

/// Copies 48 to 64 bytes, and no byte more, without a call: the last piece may overlap the third.
@unsafe @inlinable @inline(__always)
func copyShort(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ length: Int) {
    typealias Piece = SIMD16<UInt8>
    let first = unsafe source.loadUnaligned(as: Piece.self)
    let second = unsafe (source + 16).loadUnaligned(as: Piece.self)
    let third = unsafe (source + 32).loadUnaligned(as: Piece.self)
    let last = unsafe (source + length - 16).loadUnaligned(as: Piece.self)
    unsafe target.storeBytes(of: first, as: Piece.self)
    unsafe (target + 16).storeBytes(of: second, as: Piece.self)
    unsafe (target + 32).storeBytes(of: third, as: Piece.self)
    unsafe (target + length - 16).storeBytes(of: last, as: Piece.self)
}
