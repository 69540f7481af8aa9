import IxySystem
package import Synchronization

/// A descriptor ring as the device sees it: memory that the driver has mapped, found once and used for many bursts.
///
/// It holds the memory. Whether it is still mapped is for its user to ask: `DMAPort.isCurrent`.
@safe
package struct DeviceRing: ~Copyable, Sendable {
    /// Nil only if there are no descriptors.
    private let memory: MappedMemory?
    private nonisolated(unsafe) let words: UnsafeMutablePointer<Atomic<UInt64>>?
    /// Number of descriptors.
    package let count: Int
    /// So many of them are in one piece: all, but for a ring whose pages are no neighbours in memory.
    package let straightCount: Int
    private let pieces: Pieces?

    /// A ring whose pages are no neighbours in memory.
    @safe
    private struct Pieces: Sendable {
        let memory: [MappedMemory]
        /// Where each page with descriptors begins; of the first one, where its descriptors begin.
        nonisolated(unsafe) let pages: [UnsafeMutablePointer<Atomic<UInt64>>]
        /// How many descriptors the first page does not have, as they lie before the ring.
        let skipped: Int
        static let perPage = 4096 / 16
    }

    /// A ring without descriptors.
    package init() {
        memory = nil
        unsafe words = nil
        count = 0
        straightCount = 0
        pieces = nil
    }

    /// Unsafe because `words` must point at `count` descriptors in `memory`, 16-byte aligned.
    @unsafe
    init(memory: MappedMemory, words: UnsafeMutablePointer<Atomic<UInt64>>, count: Int) {
        self.memory = memory
        unsafe self.words = words
        self.count = count
        straightCount = count
        pieces = nil
    }

    /// The ring of `count` descriptors at `address`, of which `mappings` have all, in order, each of whole pages.
    init?(_ mappings: [IOAddressSpace.Mapping], at address: UInt64, count: Int) {
        let skipped = Int(address % 4096) / 16
        var pages: [UnsafeMutablePointer<Atomic<UInt64>>] = unsafe []
        var memory: [MappedMemory] = []
        var position = address
        for mapping in mappings {
            guard mapping.start % 4096 == 0, mapping.count % 4096 == 0 else { return nil }
            memory.append(mapping.memory)
            while position - mapping.start < UInt64(mapping.count), position < address + UInt64(count) * 16 {
                // Sound: `position` lies in the mapping, of which whoever made it has checked that it lies in its memory;
                // all up to the page's end does, or up to the ring's, as mappings end with pages. All bits are valid.
                unsafe pages.append(
                    (mapping.memory.base + mapping.offset + Int(position - mapping.start))
                        .assumingMemoryBound(to: Atomic<UInt64>.self))
                position = position / 4096 * 4096 + 4096
            }
        }
        guard let first = mappings.first, unsafe !pages.isEmpty else { return nil }
        self.memory = first.memory
        unsafe words = pages[0]
        self.count = count
        straightCount = min(count, Int(first.start + UInt64(first.count) - address) / 16)
        pieces = unsafe Pieces(memory: memory, pages: pages, skipped: skipped)
    }

    /// The descriptors in one piece, from the first one on. Cannot outlive the ring.
    package var slots: Slots {
        @_lifetime(borrow self)
        get {
            // Sound: `words` holds `straightCount` descriptors as long as `memory`, which this ring holds.
            let slots = unsafe Slots(words: words, count: straightCount)
            return unsafe _overrideLifetime(slots, borrowing: self)
        }
    }

    /// Reads word 0 or 1 of a descriptor, wherever it lies; all that was stored before it is visible afterwards.
    package func load(_ word: Int, of slot: Int) -> UInt64 {
        guard slot >= straightCount else { return slots.load(word, of: slot) }
        return unsafe place(slot)[word & 1].load(ordering: .acquiring)
    }

    /// Writes word 0 or 1 of a descriptor, wherever it lies, after everything that was stored before.
    package func store(_ value: UInt64, _ word: Int, of slot: Int) {
        guard slot >= straightCount else { return slots.store(value, word, of: slot) }
        unsafe place(slot)[word & 1].store(value, ordering: .releasing)
    }

    private func place(_ slot: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        precondition(slot >= 0 && slot < count, "no such descriptor")
        guard let pieces else { preconditionFailure("a ring in one piece has no others") }
        let (page, index) = (slot + pieces.skipped).quotientAndRemainder(dividingBy: Pieces.perPage)
        // Sound: a page that the ring covers, and a descriptor of it; the first page's pointer is at its first descriptor.
        return unsafe pieces.pages[page] + 2 * (page == 0 ? index - pieces.skipped : index)
    }

    /// Descriptors without the ring: words that a loop keeps in registers.
    @safe @frozen
    package struct Slots: ~Escapable {
        /// Nil only if `count` is zero.
        @usableFromInline let words: UnsafeMutablePointer<Atomic<UInt64>>?
        package let count: Int

        @unsafe @inlinable @inline(__always)
        @_lifetime(immortal)
        init(words: UnsafeMutablePointer<Atomic<UInt64>>?, count: Int) {
            unsafe self.words = words
            self.count = count
        }

        /// `count` descriptors from `first` on.
        @inlinable @inline(__always)
        @_lifetime(copy self)
        package func extracting(from first: Int, count: Int) -> Slots {
            precondition(first >= 0 && count >= 0 && first <= self.count && count <= self.count &- first)
            // Sound: a part of these descriptors, as just checked; it lives no longer than they do.
            let part = unsafe Slots(words: words.map { unsafe $0 + first &* 2 }, count: count)
            return unsafe _overrideLifetime(part, copying: self)
        }

        /// Reads word 0 or 1 of a descriptor; all that was stored before it is visible afterwards.
        @inlinable @inline(__always)
        package func load(_ word: Int, of slot: Int) -> UInt64 {
            precondition(slot >= 0 && slot < count, "no such descriptor")
            // Sound: in bounds, so there are words; `word & 1` stays inside of the descriptor.
            return unsafe words.unsafelyUnwrapped[slot &* 2 &+ (word & 1)].load(ordering: .acquiring)
        }

        /// Writes word 0 or 1 of a descriptor after everything that was stored before.
        @inlinable @inline(__always)
        package func store(_ value: UInt64, _ word: Int, of slot: Int) {
            precondition(slot >= 0 && slot < count, "no such descriptor")
            // Sound: as in `load`.
            unsafe words.unsafelyUnwrapped[slot &* 2 &+ (word & 1)].store(value, ordering: .releasing)
        }
    }
}
