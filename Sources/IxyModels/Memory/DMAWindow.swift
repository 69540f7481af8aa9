import IxyHardware
import Synchronization

/// A piece of memory as a device sees it: `memory.count` addresses from `start` on.
///
/// It holds the memory, so that access through it stays sound even if another thread unmaps the memory meanwhile.
struct DMAWindow: Sendable {
    let start: UInt64
    let memory: MemoryWindow
    /// The accesses that a device may make here.
    let access: DMAAccess

    init(start: UInt64, _ memory: MemoryWindow, _ access: DMAAccess = .both) {
        self.start = start
        self.memory = memory
        self.access = access
    }

    /// A window onto nothing.
    init() { self.init(start: 0, MemoryWindow(), []) }

    var count: Int { memory.count }

    func contains(_ address: UInt64) -> Bool { address >= start && address - start < UInt64(count) }

    /// Where in `memory` the `size` bytes at `address` are, if all of them are here.
    @inline(__always)
    func place(_ address: UInt64, _ size: Int) -> Int? {
        let offset = address &- start
        guard offset < UInt64(count), size >= 0, UInt64(size) <= UInt64(count) &- offset else { return nil }
        return Int(offset)
    }

    /// The window for short frames, by their addresses.
    var lines: MemoryWindow.Lines {
        @_lifetime(borrow self)
        @inline(__always)
        get { memory.lines(from: start) }
    }

    // Words of a ring, for a loop: none unless all of them are here, and aligned.

    @_lifetime(borrow self)
    @inline(__always)
    func words16(at address: UInt64, count: Int) -> Span<Atomic<UInt16>> {
        memory.words16(at: Int(truncatingIfNeeded: address &- start), count: count)
    }

    @_lifetime(borrow self)
    @inline(__always)
    func words32(at address: UInt64, count: Int) -> Span<Atomic<UInt32>> {
        memory.words32(at: Int(truncatingIfNeeded: address &- start), count: count)
    }

    @_lifetime(borrow self)
    @inline(__always)
    func descriptors(at address: UInt64, count: Int) -> Span<DescriptorWords> {
        memory.descriptors(at: Int(truncatingIfNeeded: address &- start), count: count)
    }
}

/// Reading acquires and writing releases: all that was stored before a word is visible to whoever reads it.
extension DescriptorWords {
    /// Reads word 0 or 1.
    @inline(__always)
    func load(_ word: Int) -> UInt64 {
        word == 0 ? first.load(ordering: .acquiring) : second.load(ordering: .acquiring)
    }

    /// Writes word 0 or 1.
    @inline(__always)
    func store(_ value: UInt64, _ word: Int) {
        if word == 0 {
            first.store(value, ordering: .releasing)
        } else {
            second.store(value, ordering: .releasing)
        }
    }
}
