public import Synchronization

/// A split virtqueue in DMA memory: descriptor table, available ring, used ring. (VirtIO 1.2 §2.7)
///
/// Positions and descriptor numbers are taken modulo the queue's size, so that no access can leave the memory. Each
/// access is one load or store of a whole word: what the device writes is read once, never half. The layout is the one
/// of §2.7.2, which suits legacy devices and all others.
@safe
public struct SplitRing: ~Copyable, Sendable {
    @usableFromInline
    nonisolated(unsafe) let descriptors: UnsafeMutablePointer<Atomic<UInt64>>
    /// Flags, index, the ring, and the used event.
    @usableFromInline
    nonisolated(unsafe) let available: UnsafeMutablePointer<Atomic<UInt16>>
    /// Flags and index, as 16-bit words.
    @usableFromInline
    nonisolated(unsafe) let used: UnsafeMutablePointer<Atomic<UInt16>>
    /// The used elements: id and length, 32 bits each. They are aligned to 4 bytes only.
    @usableFromInline
    nonisolated(unsafe) let elements: UnsafeMutablePointer<Atomic<UInt32>>
    /// Number of descriptors minus one.
    public let mask: Int
    private let range: DMARange

    /// Number of descriptors; a power of two.
    @inlinable
    public var count: Int { mask + 1 }

    private static func usedOffset(_ count: Int) -> Int { (count * 16 + 6 + count * 2 + 4095) & ~4095 }

    /// The bytes that a queue of `count` descriptors takes.
    public static func byteCount(descriptors count: Int) -> Int { usedOffset(count) + 6 + count * 8 }

    /// A queue of `count` descriptors, all zero, in memory from `arena`.
    ///
    /// - Throws: `.invalid` unless `count` is a power of two from 1 to 32768; what `arena` throws.
    public init(count: Int, in arena: inout DMAArena) throws(HardwareError) {
        guard (1...32768).contains(count), count & (count - 1) == 0 else {
            throw .invalid(what: "a split virtqueue of \(count) descriptors", remedy: "use a power of two up to 32768")
        }
        range = try arena.take(count: SplitRing.byteCount(descriptors: count))
        mask = count - 1
        // Sound: the arena gave out these bytes once, 4096-aligned and zeroed (a valid Atomic); `range` keeps them.
        // Each part begins inside, aligned to its words, and its last word ends inside; see `byteCount`.
        let base = unsafe range.memory.memory.base + range.offset
        unsafe descriptors = base.assumingMemoryBound(to: Atomic<UInt64>.self)
        unsafe available = (base + count * 16).assumingMemoryBound(to: Atomic<UInt16>.self)
        let usedBase = unsafe base + SplitRing.usedOffset(count)
        unsafe used = usedBase.assumingMemoryBound(to: Atomic<UInt16>.self)
        unsafe elements = (usedBase + 4).assumingMemoryBound(to: Atomic<UInt32>.self)
    }

    /// The device's addresses of the three parts.
    public var descriptorAddress: UInt64 { range.deviceAddress }
    public var availableAddress: UInt64 { range.deviceAddress + UInt64(count * 16) }
    public var usedAddress: UInt64 { range.deviceAddress + UInt64(SplitRing.usedOffset(count)) }

    /// Writes the first word of a descriptor: where its buffer is. (§2.7.5)
    @inlinable @inline(__always)
    public func setAddress(_ address: UInt64, of descriptor: Int) {
        // Sound: the number is masked.
        unsafe descriptors[(descriptor & mask) &* 2].store(address, ordering: .relaxed)
    }

    /// Writes the second word of a descriptor: bytes, flags, and the next descriptor of a chain.
    @inlinable @inline(__always)
    public func setExtent(_ length: UInt32, flags: UInt16, next: UInt16, of descriptor: Int) {
        let word = UInt64(length) | UInt64(flags) &<< 32 | UInt64(next) &<< 48
        // Sound: the number is masked.
        unsafe descriptors[(descriptor & mask) &* 2 &+ 1].store(word, ordering: .relaxed)
    }

    /// Puts a chain's first descriptor into the available ring. The device sees it after `publish`. (§2.7.6)
    @inlinable @inline(__always)
    public func offer(_ descriptor: UInt16, at position: UInt16) {
        // Sound: two words of the header, then a masked position.
        unsafe available[2 &+ (Int(position) & mask)].store(descriptor, ordering: .relaxed)
    }

    /// Makes everything that was offered before `position` available.
    @inlinable @inline(__always)
    public func publish(_ position: UInt16) {
        unsafe available[1].store(position, ordering: .releasing)
    }

    /// Asks for no interrupts, or for them again. Only a hint. (§2.7.7)
    public func suppressInterrupts(_ isSuppressed: Bool) {
        unsafe available[0].store(isSuppressed ? 1 : 0, ordering: .relaxed)
    }

    /// Asks for an interrupt once `position` has been used. (§2.7.7.1)
    public func setUsedEvent(_ position: UInt16) {
        // Sound: the word behind the ring; `byteCount` has room for it before the used ring.
        unsafe available[2 &+ count].store(position, ordering: .relaxed)
    }

    /// How far the device has come; everything that it wrote before is visible afterwards. (§2.7.8)
    @inlinable @inline(__always)
    public func usedIndex() -> UInt16 {
        unsafe used[1].load(ordering: .acquiring)
    }

    /// The descriptor number that the device claims to have used at `position`: not checked.
    @inlinable @inline(__always)
    public func usedID(at position: UInt16) -> UInt32 {
        // Sound: the position is masked.
        unsafe elements[(Int(position) & mask) &* 2].load(ordering: .relaxed)
    }

    /// How many bytes the device claims to have written at `position`: not checked.
    @inlinable @inline(__always)
    public func usedLength(at position: UInt16) -> UInt32 {
        // Sound: as in `usedID`.
        unsafe elements[(Int(position) & mask) &* 2 &+ 1].load(ordering: .relaxed)
    }

    /// Whether the device wants no notifications. Only a hint. (§2.7.10)
    public func notificationsAreSuppressed() -> Bool {
        unsafe used[0].load(ordering: .relaxed) & 1 != 0
    }

    /// The position after which the device wants to be notified. Only a hint. (§2.7.10)
    public func availableEvent() -> UInt16 {
        // Sound: the word behind the elements; `byteCount` has room for it.
        unsafe UInt16(truncatingIfNeeded: used[2 &+ count &* 4].load(ordering: .relaxed))
    }

    /// All zero, as at the start. The device must have been reset.
    public func clear() {
        for word in 0..<count * 2 { unsafe descriptors[word].store(0, ordering: .relaxed) }
        for word in 0..<count + 3 { unsafe available[word].store(0, ordering: .relaxed) }
        for word in 0..<2 { unsafe used[word].store(0, ordering: .relaxed) }
        for word in 0..<count * 2 { unsafe elements[word].store(0, ordering: .relaxed) }
        unsafe used[2 &+ count &* 4].store(0, ordering: .releasing)
    }

    /// Goes along `count` descriptors, each with the used element of the same number, from `first` on to the ring's end at
    /// most. Cannot outlive the ring.
    @_lifetime(borrow self)
    @inlinable @inline(__always)
    public func cursor(from first: Int, count: Int) -> Cursor {
        precondition(first >= 0 && count >= 0 && first <= mask && count <= mask &+ 1 &- first, "no such descriptors")
        // Sound: both arrays have `mask + 1` entries as long as the ring lives, to which the lifetime is bound.
        let cursor = unsafe Cursor(
            descriptor: descriptors + first &* 2, element: elements + first &* 2, number: first, left: count)
        return unsafe _overrideLifetime(cursor, borrowing: self)
    }

    /// A descriptor and the used element of the same number: words that a loop keeps in registers.
    @safe @frozen
    public struct Cursor: SlotCursor, ~Escapable {
        /// Valid while `left` is above zero.
        @usableFromInline var descriptor: UnsafeMutablePointer<Atomic<UInt64>>
        @usableFromInline var element: UnsafeMutablePointer<Atomic<UInt32>>
        @usableFromInline var place: Int
        @usableFromInline var rest: Int
        /// The descriptor's number.
        @inlinable public var number: Int { place }
        @inlinable public var left: Int { rest }

        @unsafe @inlinable @inline(__always)
        @_lifetime(immortal)
        init(
            descriptor: UnsafeMutablePointer<Atomic<UInt64>>, element: UnsafeMutablePointer<Atomic<UInt32>>, number: Int,
            left: Int
        ) {
            unsafe self.descriptor = descriptor
            unsafe self.element = element
            place = number
            rest = left
        }

        @inlinable @inline(__always)
        @_lifetime(self: copy self)
        public mutating func advance() {
            precondition(left > 0)
            // Sound: at most one behind the last of those that `left` counted.
            unsafe descriptor += 2
            unsafe element += 2
            place &+= 1
            rest &-= 1
        }

        @inlinable @inline(__always)
        @_lifetime(self: copy self)
        public mutating func narrow(to count: Int) { rest = max(0, min(rest, count)) }

        /// See `SplitRing.setAddress`.
        @inlinable @inline(__always)
        public func setAddress(_ address: UInt64) {
            precondition(left > 0)
            // Sound: the descriptor exists.
            unsafe descriptor[0].store(address, ordering: .relaxed)
        }

        /// Writes the second word of a descriptor that the device only reads, without a next one.
        @inlinable @inline(__always)
        public func setLength(_ length: Int) {
            precondition(left > 0)
            // Sound: a descriptor has two words.
            unsafe descriptor[1].store(UInt64(UInt32(truncatingIfNeeded: length)), ordering: .relaxed)
        }

        /// See `SplitRing.usedID`.
        @inlinable @inline(__always)
        public var usedID: UInt32 {
            precondition(left > 0)
            // Sound: the element exists.
            return unsafe element[0].load(ordering: .relaxed)
        }

        /// See `SplitRing.usedLength`.
        @inlinable @inline(__always)
        public var usedLength: UInt32 {
            precondition(left > 0)
            // Sound: an element has two words.
            return unsafe element[1].load(ordering: .relaxed)
        }
    }

    /// Keeps the queue's memory mapped for the device as long as it lives, even if the queue itself is dropped.
    public var keeper: any AnyObject & Sendable { range.memory }
}

/// A place in a ring that a loop moves on, up to an end that was checked before.
public protocol SlotCursor: ~Escapable {
    /// Places from this one on to the end; there is nothing here if it is zero.
    var left: Int { get }
    /// Goes on to the next place. Traps at the end.
    @_lifetime(self: copy self)
    mutating func advance()
    /// Moves the end, so that at most so many places are left.
    @_lifetime(self: copy self)
    mutating func narrow(to count: Int)
}
