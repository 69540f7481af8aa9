public import IxySystem
public import Synchronization

/// A piece of mapped memory for safe code, such as the models of devices: each access is checked.
///
/// It holds the memory. Drivers, devices and other processes may write the same bytes at any time, so that no span of plain bytes
/// is given out, but words that are read and written in one access, and copies.
@safe @frozen @usableFromInline
package struct MemoryWindow: Sendable {
    /// Nil only if `count` is zero, as is `base`.
    package let memory: MappedMemory?
    /// Its first byte, in `memory`.
    @usableFromInline nonisolated(unsafe) let base: UnsafeMutableRawPointer?
    /// Length in bytes.
    @usableFromInline package let count: Int

    /// A window onto nothing.
    package init() {
        memory = nil
        // Sound: no byte of it is ever reached.
        unsafe base = nil
        count = 0
    }

    /// `count` bytes of `memory` from `start` on. Traps unless they lie inside.
    package init(_ memory: MappedMemory, from start: Int = 0, count: Int) {
        precondition(memory.contains(offset: start, size: count), "a window beyond its memory")
        self.memory = memory
        // Sound: `count` bytes from there on are in the memory, which this value holds.
        unsafe base = memory.base + start
        self.count = count
    }

    /// `count` bytes of it from `first` on. Traps unless they lie inside.
    package func extracting(from first: Int, count: Int) -> MemoryWindow {
        precondition(first >= 0 && count >= 0 && first <= self.count && count <= self.count &- first, "beyond the window")
        // Sound: both are addresses in the memory.
        guard let memory, let base = unsafe base else { return self }
        return MemoryWindow(memory, from: unsafe base - memory.base + first, count: count)
    }

    /// Where the `size` bytes at `offset` are, if all of them are here. Valid as long as the window is borrowed.
    @unsafe @inlinable @inline(__always)
    func place(_ offset: Int, _ size: Int) -> UnsafeMutableRawPointer? {
        // Sound: they lie inside of the window, and the window inside of its memory, which it holds.
        guard offset >= 0, size >= 0, size <= count, offset <= count &- size, let base = unsafe base else { return nil }
        return unsafe base + offset
    }

    /// Copies all of `bytes` to `offset`. False, and nothing is copied, if they do not fit.
    package func write(_ bytes: RawSpan, at offset: Int) -> Bool {
        // Sound: both have as many bytes; an overlap is harmless.
        guard let target = unsafe place(offset, bytes.byteCount) else { return false }
        unsafe bytes.withUnsafeBytes { source in
            unsafe UnsafeMutableRawBufferPointer(start: target, count: source.count).copyMemory(from: source)
        }
        return true
    }

    /// Copies the `count` bytes at `offset` to `place` in `target`. False, and nothing is copied, unless both have as many.
    @_lifetime(target: copy target)
    package func read(_ count: Int, at offset: Int, into target: inout MutableRawSpan, at place: Int = 0) -> Bool {
        guard place >= 0, place <= target.byteCount, count <= target.byteCount - place else { return false }
        // Sound: these bytes are here, and the span of them ends with the call.
        guard let source = unsafe self.place(offset, count) else { return false }
        target.copy(unsafe RawSpan(_unsafeStart: source, byteCount: count), at: place)
        return true
    }

    /// The `count` 16-bit words at `offset`, for a loop: none unless all of them are here, and aligned.
    @inlinable @inline(__always)
    @_lifetime(borrow self)
    package func words16(at offset: Int, count: Int) -> Span<Atomic<UInt16>> {
        // Sound: all bits are a valid Atomic, here and below.
        unsafe words(at: offset, count)
    }

    /// The `count` 32-bit words at `offset`, as above.
    @inlinable @inline(__always)
    @_lifetime(borrow self)
    package func words32(at offset: Int, count: Int) -> Span<Atomic<UInt32>> {
        // Sound: as above.
        unsafe words(at: offset, count)
    }

    /// The `count` 64-bit words at `offset`, as above.
    @inlinable @inline(__always)
    @_lifetime(borrow self)
    package func words64(at offset: Int, count: Int) -> Span<Atomic<UInt64>> {
        // Sound: as above.
        unsafe words(at: offset, count)
    }

    /// The `count` descriptors of two 64-bit words at `offset`, as above.
    @inlinable @inline(__always)
    @_lifetime(borrow self)
    package func descriptors(at offset: Int, count: Int) -> Span<DescriptorWords> {
        // Sound: as above.
        unsafe words(at: offset, count)
    }

    /// Unsafe: all bits must be a valid `Word`, which is changed in one access only.
    @unsafe @inlinable @inline(__always)
    @_lifetime(borrow self)
    func words<Word: ~Copyable>(at offset: Int, _ count: Int) -> Span<Word> {
        let size = MemoryLayout<Word>.stride
        // Sound: `count` aligned words are inside of the memory, which the window holds, to which the lifetime is bound.
        guard count > 0, count <= self.count / size, let place = unsafe place(offset, count &* size),
            UInt(bitPattern: place) & UInt(MemoryLayout<Word>.alignment &- 1) == 0
        else { return Span() }
        let span = unsafe Span(_unsafeStart: place.assumingMemoryBound(to: Word.self), count: count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }
}

/// A descriptor in memory that a device and its driver share, or whatever else has two words.
@frozen @usableFromInline
package struct DescriptorWords: ~Copyable {
    @usableFromInline package let first: Atomic<UInt64>
    @usableFromInline package let second: Atomic<UInt64>
}
