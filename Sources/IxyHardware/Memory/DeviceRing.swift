public import Synchronization

/// A descriptor ring as the device sees it: memory that the driver has mapped, found once and used for many bursts.
///
/// It holds the memory. Whether it is still mapped is for its user to ask: `DMAPort.isCurrent`.
@safe
public struct DeviceRing: ~Copyable, Sendable {
    /// Nil only if there are no descriptors.
    private let memory: MappedMemory?
    private nonisolated(unsafe) let words: UnsafeMutablePointer<Atomic<UInt64>>?
    /// Number of descriptors.
    public let count: Int

    /// A ring without descriptors.
    public init() {
        memory = nil
        unsafe words = nil
        count = 0
    }

    /// Unsafe because `words` must point at `count` descriptors in `memory`, 16-byte aligned.
    @unsafe
    init(memory: MappedMemory, words: UnsafeMutablePointer<Atomic<UInt64>>, count: Int) {
        self.memory = memory
        unsafe self.words = words
        self.count = count
    }

    /// The descriptors. Cannot outlive the ring.
    public var slots: Slots {
        @_lifetime(borrow self)
        get {
            // Sound: `words` holds `count` descriptors as long as `memory`, which this ring holds.
            let slots = unsafe Slots(words: words, count: count)
            return unsafe _overrideLifetime(slots, borrowing: self)
        }
    }

    /// Descriptors without the ring: words that a loop keeps in registers.
    @safe @frozen
    public struct Slots: ~Escapable {
        /// Nil only if `count` is zero.
        @usableFromInline let words: UnsafeMutablePointer<Atomic<UInt64>>?
        public let count: Int

        @unsafe @inlinable @inline(__always)
        @_lifetime(immortal)
        init(words: UnsafeMutablePointer<Atomic<UInt64>>?, count: Int) {
            unsafe self.words = words
            self.count = count
        }

        /// `count` descriptors from `first` on.
        @inlinable @inline(__always)
        @_lifetime(copy self)
        public func extracting(from first: Int, count: Int) -> Slots {
            precondition(first >= 0 && count >= 0 && first <= self.count && count <= self.count &- first)
            // Sound: a part of these descriptors, as just checked; it lives no longer than they do.
            let part = unsafe Slots(words: words.map { unsafe $0 + first &* 2 }, count: count)
            return unsafe _overrideLifetime(part, copying: self)
        }

        /// Reads word 0 or 1 of a descriptor; all that was stored before it is visible afterwards.
        @inlinable @inline(__always)
        public func load(_ word: Int, of slot: Int) -> UInt64 {
            precondition(slot >= 0 && slot < count, "no such descriptor")
            // Sound: in bounds, so there are words; `word & 1` stays inside of the descriptor.
            return unsafe words.unsafelyUnwrapped[slot &* 2 &+ (word & 1)].load(ordering: .acquiring)
        }

        /// Writes word 0 or 1 of a descriptor after everything that was stored before.
        @inlinable @inline(__always)
        public func store(_ value: UInt64, _ word: Int, of slot: Int) {
            precondition(slot >= 0 && slot < count, "no such descriptor")
            // Sound: as in `load`.
            unsafe words.unsafelyUnwrapped[slot &* 2 &+ (word & 1)].store(value, ordering: .releasing)
        }
    }
}
