public import Synchronization

/// A packed virtqueue in DMA memory: one ring of descriptors that both sides write, and the two event suppression
/// structures. (VirtIO 1.2 §2.8)
///
/// A descriptor's length, id and flags are one 64-bit word here, so that they change together. Slots are taken modulo
/// the ring's size, so that no access can leave it.
@safe
public struct PackedRing: ~Copyable, Sendable {
    @usableFromInline
    nonisolated(unsafe) let words: UnsafeMutablePointer<Atomic<UInt64>>
    /// The driver's event suppression structure, then, on a cache line of its own, the device's.
    @usableFromInline
    nonisolated(unsafe) let events: UnsafeMutablePointer<Atomic<UInt32>>
    /// Number of descriptors minus one.
    public let mask: Int
    private let range: DMARange

    /// Number of descriptors; a power of two, which is our choice.
    @inlinable
    public var count: Int { mask + 1 }

    /// The bytes that a ring of `count` descriptors takes.
    public static func byteCount(descriptors count: Int) -> Int { max(count * 16, 64) + 128 }

    /// A ring of `count` descriptors, all zero, in memory from `arena`.
    ///
    /// - Throws: `.invalid` unless `count` is a power of two from 1 to 32768; what `arena` throws.
    public init(count: Int, in arena: inout DMAArena) throws(HardwareError) {
        guard (1...32768).contains(count), count & (count - 1) == 0 else {
            throw .invalid(what: "a packed virtqueue of \(count) descriptors", remedy: "use a power of two up to 32768")
        }
        range = try arena.take(count: PackedRing.byteCount(descriptors: count))
        mask = count - 1
        // Sound: the arena gave out these bytes once, 4096-aligned and zeroed (a valid Atomic); `range` keeps them.
        let base = unsafe range.memory.memory.base + range.offset
        unsafe words = base.assumingMemoryBound(to: Atomic<UInt64>.self)
        unsafe events = (base + max(count * 16, 64)).assumingMemoryBound(to: Atomic<UInt32>.self)
    }

    /// The device's addresses of the three parts.
    public var descriptorAddress: UInt64 { range.deviceAddress }
    public var driverEventAddress: UInt64 { range.deviceAddress + UInt64(max(count * 16, 64)) }
    public var deviceEventAddress: UInt64 { driverEventAddress + 64 }

    /// Writes the first word of the descriptor in `slot`: where its buffer is. (§2.8.13)
    @inlinable @inline(__always)
    public func setAddress(_ address: UInt64, of slot: Int) {
        // Sound: the slot is masked.
        unsafe words[(slot & mask) &* 2].store(address, ordering: .relaxed)
    }

    /// Writes the second word: length, id and flags. With the flags the descriptor may become the device's, so all that
    /// was written before is visible first.
    @inlinable @inline(__always)
    public func setExtent(_ length: UInt32, id: UInt16, flags: UInt16, of slot: Int) {
        let word = UInt64(length) | UInt64(id) &<< 32 | UInt64(flags) &<< 48
        // Sound: the slot is masked.
        unsafe words[(slot & mask) &* 2 &+ 1].store(word, ordering: .releasing)
    }

    /// The second word of the descriptor in `slot`, as the device may have written it: not checked. All that it wrote
    /// before is visible afterwards.
    @inlinable @inline(__always)
    public func extent(of slot: Int) -> UInt64 {
        // Sound: the slot is masked.
        unsafe words[(slot & mask) &* 2 &+ 1].load(ordering: .acquiring)
    }

    /// When this side wants to be interrupted: descriptor position with wrap counter in the low half, flags in the high
    /// half. (§2.8.14)
    public func setDriverEvent(_ value: UInt32) {
        unsafe events[0].store(value, ordering: .relaxed)
    }

    /// When the device wants to be notified, in the same form. Only a hint.
    public func deviceEvent() -> UInt32 {
        // Sound: 64 bytes further, inside of the 128 behind the ring.
        unsafe events[16].load(ordering: .relaxed)
    }

    /// All zero, as at the start. The device must have been reset.
    public func clear() {
        for word in 0..<count * 2 { unsafe words[word].store(0, ordering: .relaxed) }
        unsafe events[0].store(0, ordering: .relaxed)
        unsafe events[16].store(0, ordering: .releasing)
    }

    /// Goes along `count` descriptors from `first` on, to the ring's end at most. Cannot outlive the ring.
    @_lifetime(borrow self)
    @inlinable @inline(__always)
    public func cursor(from first: Int, count: Int) -> Cursor {
        precondition(first >= 0 && count >= 0 && first <= mask && count <= mask &+ 1 &- first, "no such descriptors")
        // Sound: `words` holds `mask + 1` descriptors as long as the ring lives, to which the lifetime is bound.
        let cursor = unsafe Cursor(words: words + first &* 2, left: count)
        return unsafe _overrideLifetime(cursor, borrowing: self)
    }

    /// A descriptor: words that a loop keeps in registers.
    @safe @frozen
    public struct Cursor: SlotCursor, ~Escapable {
        /// Valid while `left` is above zero.
        @usableFromInline var words: UnsafeMutablePointer<Atomic<UInt64>>
        @usableFromInline var rest: Int
        @inlinable public var left: Int { rest }

        @unsafe @inlinable @inline(__always)
        @_lifetime(immortal)
        init(words: UnsafeMutablePointer<Atomic<UInt64>>, left: Int) {
            unsafe self.words = words
            rest = left
        }

        @inlinable @inline(__always)
        @_lifetime(self: copy self)
        public mutating func advance() {
            precondition(left > 0)
            // Sound: at most one behind the last of those that `left` counted.
            unsafe words += 2
            rest &-= 1
        }

        @inlinable @inline(__always)
        @_lifetime(self: copy self)
        public mutating func narrow(to count: Int) { rest = max(0, min(rest, count)) }

        /// See `PackedRing.setAddress`.
        @inlinable @inline(__always)
        public func setAddress(_ address: UInt64) {
            precondition(left > 0)
            // Sound: the descriptor exists.
            unsafe words[0].store(address, ordering: .relaxed)
        }

        /// Writes the second word, after all that was written before: see `PackedRing.setExtent`.
        @inlinable @inline(__always)
        public func setExtent(_ word: UInt64) {
            precondition(left > 0)
            // Sound: a descriptor has two words.
            unsafe words[1].store(word, ordering: .releasing)
        }

        /// See `PackedRing.extent`.
        @inlinable @inline(__always)
        public var extent: UInt64 {
            precondition(left > 0)
            // Sound: as in `setExtent`.
            return unsafe words[1].load(ordering: .acquiring)
        }
    }

    /// Keeps the ring's memory mapped for the device as long as it lives, even if the ring itself is dropped.
    public var keeper: any AnyObject & Sendable { range.memory }
}
