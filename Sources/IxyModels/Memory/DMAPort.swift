import IxyHardware
import Synchronization

/// A device's way to memory: every access is checked against an `IOAddressSpace`.
///
/// An access outside of what is mapped, or not aligned to its size, is a DMA fault: it yields `nil` or `false` and
/// touches nothing, as does one that is not allowed there. The last two mappings are remembered, as two pools may take
/// turns. Memory that lies in pieces behind an IOMMU is looked up piece by piece.
package struct DMAPort: ~Copyable, Sendable {
    private let space: IOAddressSpace
    private var generation: UInt64
    /// The mapping that was used last. Short frames and rings go through it without a look at the map; see `isCurrent`.
    private(set) var recent = DMAWindow()
    private var older = DMAWindow()

    package init(_ space: IOAddressSpace) {
        self.space = space
        generation = space.generation
    }

    /// Whether all that this port has found is still mapped. Ask it before a burst; if it says no, `forget`, and find
    /// the rings anew.
    package var isCurrent: Bool { space.generation == generation }

    /// Forgets what was found: what is used next is looked up anew.
    package mutating func forget() {
        // Before the windows, so that what is unmapped meanwhile is noticed the next time.
        generation = space.generation
        recent = DMAWindow()
        older = DMAWindow()
    }

    /// Makes `recent` the window that has the `count` bytes at `address`. Returns where in its memory they are, or `nil` for a
    /// fault, and for what lies in pieces.
    @inline(__always)
    private mutating func find(_ address: UInt64, _ count: Int, _ access: DMAAccess) -> Int? {
        if isCurrent, recent.access.isSuperset(of: access), let place = recent.place(address, count) { return place }
        return findElsewhere(address, count, access)
    }

    @inline(never)
    private mutating func findElsewhere(_ address: UInt64, _ count: Int, _ access: DMAAccess) -> Int? {
        if !isCurrent { forget() }
        swap(&recent, &older)
        if recent.access.isSuperset(of: access), let place = recent.place(address, count) { return place }
        // A window is kept only for what the port does: loops go through it without asking.
        guard let found = space.window(containing: address), found.access.isSuperset(of: access) else { return nil }
        recent = found
        return recent.place(address, count)
    }

    /// Does something with each piece of the `count` bytes at `address`, of which no other is touched; false for a fault.
    ///
    /// - Parameter body: is told where a piece begins, counted from `address`.
    @inline(never)
    private mutating func inPieces(
        _ address: UInt64, _ count: Int, _ access: DMAAccess, _ body: (Int, MemoryWindow) -> Bool
    ) -> Bool {
        guard count > 0, let pieces = space.windows(address, count: count, for: access), pieces.count > 1 else { return false }
        var done = 0
        for piece in pieces {
            let skipped = Int(address + UInt64(done) - piece.start)
            let size = min(count - done, piece.count - skipped)
            guard body(done, piece.memory.extracting(from: skipped, count: size)) else { return false }
            done += size
        }
        return true
    }

    /// The ring of `count` descriptors at `address`, if all of it is mapped for reading and writing, and aligned. It may lie
    /// in pieces.
    package mutating func ring(at address: UInt64, count: Int) -> DeviceRing? {
        guard count >= 0, count <= 1 << 20, address % 16 == 0 else { return nil }
        if let place = find(address, count * 16, .both) {
            return DeviceRing([recent.memory.extracting(from: place, count: count * 16)])
        }
        var pieces: [MemoryWindow] = []
        let isWhole = inPieces(address, count * 16, .both) { _, piece in
            pieces.append(piece)
            return true
        }
        return isWhole ? DeviceRing(pieces) : nil
    }

    /// Reads a 64-bit word; all that was stored before it is visible afterwards.
    package mutating func load64(at address: UInt64) -> UInt64? {
        guard let place = find(address, 8, .read) else { return nil }
        let words = recent.memory.words64(at: place, count: 1)
        return words.isEmpty ? nil : words[0].load(ordering: .acquiring)
    }

    /// Reads a 32-bit word; all that was stored before it is visible afterwards.
    package mutating func load32(at address: UInt64) -> UInt32? {
        guard let place = find(address, 4, .read) else { return nil }
        let words = recent.memory.words32(at: place, count: 1)
        return words.isEmpty ? nil : words[0].load(ordering: .acquiring)
    }

    /// Reads a 16-bit word; all that was stored before it is visible afterwards.
    package mutating func load16(at address: UInt64) -> UInt16? {
        guard let place = find(address, 2, .read) else { return nil }
        let words = recent.memory.words16(at: place, count: 1)
        return words.isEmpty ? nil : words[0].load(ordering: .acquiring)
    }

    /// Writes a 64-bit word after everything that was stored before.
    package mutating func store64(_ value: UInt64, at address: UInt64) -> Bool {
        guard let place = find(address, 8, .write) else { return false }
        let words = recent.memory.words64(at: place, count: 1)
        guard !words.isEmpty else { return false }
        words[0].store(value, ordering: .releasing)
        return true
    }

    /// Writes a 32-bit word after everything that was stored before.
    package mutating func store32(_ value: UInt32, at address: UInt64) -> Bool {
        guard let place = find(address, 4, .write) else { return false }
        let words = recent.memory.words32(at: place, count: 1)
        guard !words.isEmpty else { return false }
        words[0].store(value, ordering: .releasing)
        return true
    }

    /// Writes a 16-bit word after everything that was stored before.
    package mutating func store16(_ value: UInt16, at address: UInt64) -> Bool {
        guard let place = find(address, 2, .write) else { return false }
        let words = recent.memory.words16(at: place, count: 1)
        guard !words.isEmpty else { return false }
        words[0].store(value, ordering: .releasing)
        return true
    }

    /// Copies `bytes` into memory at `address`, all or nothing.
    package mutating func copyIn(_ bytes: RawSpan, to address: UInt64) -> Bool {
        if let place = find(address, bytes.byteCount, .write) { return recent.memory.write(bytes, at: place) }
        return inPieces(address, bytes.byteCount, .write) { first, piece in
            piece.write(bytes.extracting(first..<first + piece.count), at: 0)
        }
    }

    /// Adds the `count` bytes at `address` to the frame that is being put together in `store`, all or nothing.
    mutating func append(at address: UInt64, count: Int, to store: inout FrameStore) -> Bool {
        if let place = find(address, count, .read) { return store.extend(by: count, of: recent.memory, from: place) }
        guard count <= FrameStore.longest - store.unfinished else { return false }
        return inPieces(address, count, .read) { _, piece in store.extend(by: piece.count, of: piece, from: 0) }
    }

    /// Appends the `count` bytes at `address` to `bytes`, all or nothing.
    package mutating func read(at address: UInt64, count: Int, into bytes: inout [UInt8]) -> Bool {
        if let place = find(address, count, .read) { return bytes.append(count, of: recent.memory, from: place) }
        return inPieces(address, count, .read) { _, piece in bytes.append(piece.count, of: piece, from: 0) }
    }

    /// Whether all of the `count` bytes at `address` can be reached in one piece.
    package mutating func reaches(_ address: UInt64, count: Int) -> Bool { find(address, count, []) != nil }
}

extension [UInt8] {
    /// Appends `size` bytes of `memory`. False, and nothing is appended, if it does not have them.
    fileprivate mutating func append(_ size: Int, of memory: MemoryWindow, from place: Int) -> Bool {
        let old = count
        append(contentsOf: repeatElement(0, count: size))
        var span = mutableSpan
        var target = span.mutableRawBytes
        guard memory.read(size, at: place, into: &target, at: old) else {
            removeLast(size)
            return false
        }
        return true
    }
}
