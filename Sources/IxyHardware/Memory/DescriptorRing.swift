public import Synchronization

/// A ring of 16-byte descriptors in DMA memory, as two 64-bit words each.
///
/// Slot numbers are taken modulo the ring's size, so that no access can leave the ring and none needs a check.
/// Each access is one load or store of a whole word: what the device writes is read once, never half.
@safe
public struct DescriptorRing: ~Copyable, Sendable {
    @usableFromInline
    nonisolated(unsafe) let words: UnsafeMutablePointer<Atomic<UInt64>>
    @usableFromInline
    nonisolated(unsafe) let writeBackWord: UnsafeMutablePointer<Atomic<UInt32>>
    /// Number of descriptors minus one.
    public let mask: Int
    /// What the device is told.
    public let range: DMARange

    /// Number of descriptors; a power of two.
    @inlinable
    public var count: Int { mask + 1 }

    /// The bytes that a ring of `count` descriptors takes, with a cache line of its own for the device's head.
    public static func byteCount(descriptors count: Int) -> Int { count * 16 + 64 }

    /// A ring of `count` descriptors, all zero, in memory from `arena`.
    ///
    /// - Throws: `.invalid` unless `count` is a power of two from 8 to 32768; what `arena` throws.
    public init(count: Int, in arena: inout DMAArena) throws(HardwareError) {
        guard (8...32768).contains(count), count & (count - 1) == 0 else {
            throw .invalid(what: "a ring of \(count) descriptors", remedy: "use a power of two")
        }
        range = try arena.take(count: DescriptorRing.byteCount(descriptors: count))
        mask = count - 1
        // Sound: the arena gave out these bytes once, 4096-aligned and zeroed (a valid Atomic); `range` keeps them.
        let base = unsafe range.memory.memory.base + range.offset
        unsafe words = base.assumingMemoryBound(to: Atomic<UInt64>.self)
        unsafe writeBackWord = (base + count * 16).assumingMemoryBound(to: Atomic<UInt32>.self)
    }

    /// Reads word 0 or 1 of a descriptor; everything the device wrote before it is visible afterwards.
    @inlinable
    public func load(_ word: Int, of slot: Int) -> UInt64 {
        // Sound: `slot & mask` and `word & 1` stay inside the ring.
        unsafe words[(slot & mask) &* 2 &+ (word & 1)].load(ordering: .acquiring)
    }

    /// Writes word 0 or 1 of a descriptor. The device may look at it only after the tail register is written.
    @inlinable
    public func store(_ value: UInt64, _ word: Int, of slot: Int) {
        // Sound: as in `load`.
        unsafe words[(slot & mask) &* 2 &+ (word & 1)].store(value, ordering: .relaxed)
    }

    /// All descriptors and the head write-back word zero, as at the start. The device must have been reset.
    public func clear() {
        for slot in 0..<count {
            store(0, 0, of: slot)
            store(0, 1, of: slot)
        }
        unsafe writeBackWord.pointee.store(0, ordering: .releasing)
    }

    /// The descriptors, for a loop over many of them. Cannot outlive the ring.
    @inlinable
    public var slots: Slots {
        @_lifetime(borrow self)
        @inline(__always)
        get {
            // Sound: `words` holds `mask + 1` descriptors as long as the ring lives, to which the lifetime is bound.
            let slots = unsafe Slots(words: words, mask: mask)
            return unsafe _overrideLifetime(slots, borrowing: self)
        }
    }

    /// A ring's descriptors without the ring: two words that a loop keeps in registers.
    @safe @frozen
    public struct Slots: ~Escapable {
        @usableFromInline
        let words: UnsafeMutablePointer<Atomic<UInt64>>
        /// Number of descriptors minus one.
        public let mask: Int

        @unsafe @inlinable @inline(__always)
        @_lifetime(immortal)
        init(words: UnsafeMutablePointer<Atomic<UInt64>>, mask: Int) {
            unsafe self.words = words
            self.mask = mask
        }

        /// See `DescriptorRing.load`.
        @inlinable @inline(__always)
        public func load(_ word: Int, of slot: Int) -> UInt64 {
            // Sound: `slot & mask` and `word & 1` stay inside the ring.
            unsafe words[(slot & mask) &* 2 &+ (word & 1)].load(ordering: .acquiring)
        }

        /// See `DescriptorRing.store`.
        @inlinable @inline(__always)
        public func store(_ value: UInt64, _ word: Int, of slot: Int) {
            // Sound: as in `load`.
            unsafe words[(slot & mask) &* 2 &+ (word & 1)].store(value, ordering: .relaxed)
        }
    }

    /// Asks the processor for the lines of the `count` slots from `first` on, as far as the ring's end, to write into them: what
    /// their first words hold is lost.
    ///
    /// A processor has room for some dozens of stores that wait for their lines. If each line gets several, with others between, it
    /// waits for few lines at a time; after one store into each line, it waits for all of them at once.
    @inlinable @inline(__always)
    public func claim(_ count: Int, from first: Int) {
        let slot = first & mask
        // Sound: the slots are inside.
        let words = unsafe UnsafeMutableRawPointer(words + slot &* 2)
        let end = min(count, mask &+ 1 &- slot) &* 16
        var offset = 0
        while offset < end {
            unsafe words.storeBytes(of: 0, toByteOffset: offset, as: UInt64.self)
            offset &+= 64
        }
    }

    /// The word behind the ring into which a device may write its head (82599 §7.2.3.5.2).
    @inlinable
    public func loadHeadWriteBack() -> UInt32 {
        unsafe writeBackWord.pointee.load(ordering: .acquiring)
    }

    /// Asks the processor for that word.
    @inlinable @inline(__always)
    public func expectHeadWriteBack() {
        unsafe prefetch(UnsafeRawPointer(writeBackWord))
    }

    /// The device's address of that word.
    public var headWriteBackAddress: UInt64 { range.deviceAddress + UInt64(count * 16) }

    /// Keeps the ring's memory mapped for the device as long as it lives, even if the ring itself is dropped.
    public var keeper: any AnyObject & Sendable { range.memory }
}
