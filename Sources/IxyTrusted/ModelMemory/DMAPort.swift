import Synchronization

/// A device's way to memory: every access is checked against an `IOAddressSpace`.
///
/// An access outside of what is mapped, or not aligned to its size, is a DMA fault: it yields `nil` or `false` and
/// touches nothing, as does one that is not allowed there. The last two mappings are remembered, as two pools may take
/// turns. Memory that lies in pieces behind an IOMMU is looked up piece by piece.
@safe
package struct DMAPort: ~Copyable, Sendable {
    @usableFromInline let space: IOAddressSpace
    @usableFromInline var generation: UInt64
    /// The mapping that was used last. What is short goes through it without a look at the map; see `isCurrent`.
    package private(set) var recent = DMAWindow()
    private var older = DMAWindow()

    package init(_ space: IOAddressSpace) {
        self.space = space
        generation = space.generation
    }

    /// Whether all that this port has found is still mapped. Ask it before a burst; if it says no, `forget`, and find
    /// the rings anew.
    @inlinable package var isCurrent: Bool { space.generation == generation }

    /// Forgets what was found: what is used next is looked up anew.
    package mutating func forget() {
        // Before the windows, so that what is unmapped meanwhile is noticed the next time.
        generation = space.generation
        recent = DMAWindow()
        older = DMAWindow()
    }

    /// The place of `count` bytes at `address`, or `nil` for a fault, and for what lies in pieces.
    ///
    /// Valid as long as the window that it lies in holds its memory, that is until the next call of this method.
    @inline(__always)
    private mutating func pointer(_ address: UInt64, _ count: Int, _ access: DMAAccess) -> UnsafeMutableRawPointer? {
        if isCurrent, recent.access.isSuperset(of: access), let place = unsafe recent.place(address, count) {
            return unsafe place
        }
        return unsafe otherPointer(address, count, access)
    }

    @inline(never)
    private mutating func otherPointer(_ address: UInt64, _ count: Int, _ access: DMAAccess) -> UnsafeMutableRawPointer? {
        if !isCurrent { forget() }
        swap(&recent, &older)
        if recent.access.isSuperset(of: access), let place = unsafe recent.place(address, count) { return unsafe place }
        // A window is kept only for what the port does: loops go through it without asking.
        guard let mapping = space.mapping(containing: address), mapping.access.isSuperset(of: access) else { return nil }
        recent = DMAWindow(mapping)
        return unsafe recent.place(address, count)
    }

    /// Does something with each piece of the `count` bytes at `address`, of which no other is touched; false for a fault.
    ///
    /// - Parameter body: is told where a piece begins, counted from `address`.
    @inline(never)
    private mutating func inPieces(
        _ address: UInt64, _ count: Int, _ access: DMAAccess, _ body: (Int, UnsafeMutableRawBufferPointer) -> Bool
    ) -> Bool {
        guard count > 0, let pieces = space.mappings(address, count: count, for: access), pieces.count > 1 else { return false }
        var done = 0
        for piece in pieces {
            let skipped = Int(address + UInt64(done) - piece.start)
            let size = min(count - done, piece.count - skipped)
            // Sound: whoever made the mapping has checked that its `count` bytes lie inside of its memory, which `pieces`
            // holds through the call; `skipped` and `size` lie within these.
            let place = unsafe UnsafeMutableRawBufferPointer(
                start: piece.memory.base + piece.offset + skipped, count: size)
            guard unsafe body(done, place) else { return false }
            done += size
        }
        return withExtendedLifetime(pieces) { true }
    }

    /// The ring of `count` descriptors at `address`, if all of it is mapped for reading and writing, and aligned. It may lie
    /// in pieces.
    package mutating func ring(at address: UInt64, count: Int) -> DeviceRing? {
        guard count >= 0, count <= 1 << 20, address % 16 == 0 else { return nil }
        guard let place = unsafe pointer(address, count * 16, .both), let memory = recent.memory else {
            guard let pieces = space.mappings(address, count: count * 16, for: .both), pieces.count > 1 else { return nil }
            return DeviceRing(pieces, at: address, count: count)
        }
        // Sound: inside of the mapping that `recent` holds and the ring from now on. Pages are aligned, and so are
        // device addresses; all bits are a valid Atomic.
        let words = unsafe place.assumingMemoryBound(to: Atomic<UInt64>.self)
        return unsafe DeviceRing(memory: memory, words: words, count: count)
    }

    /// Reads a 64-bit word; all that was stored before it is visible afterwards.
    package mutating func load64(at address: UInt64) -> UInt64? {
        guard address % 8 == 0, let pointer = unsafe pointer(address, 8, .read) else { return nil }
        // Sound: eight aligned bytes of a mapping that `recent` holds. Pages are aligned, and so are device addresses.
        return unsafe pointer.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(ordering: .acquiring)
    }

    /// Writes a 64-bit word after everything that was stored before.
    package mutating func store64(_ value: UInt64, at address: UInt64) -> Bool {
        guard address % 8 == 0, let pointer = unsafe pointer(address, 8, .write) else { return false }
        // Sound: as in `load64`.
        unsafe pointer.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.store(value, ordering: .releasing)
        return true
    }

    /// Reads a 16-bit word; all that was stored before it is visible afterwards.
    package mutating func load16(at address: UInt64) -> UInt16? {
        guard address % 2 == 0, let pointer = unsafe pointer(address, 2, .read) else { return nil }
        // Sound: two aligned bytes of a mapping that `recent` or `older` holds.
        return unsafe pointer.assumingMemoryBound(to: Atomic<UInt16>.self).pointee.load(ordering: .acquiring)
    }

    /// Writes a 16-bit word after everything that was stored before.
    package mutating func store16(_ value: UInt16, at address: UInt64) -> Bool {
        guard address % 2 == 0, let pointer = unsafe pointer(address, 2, .write) else { return false }
        // Sound: as in `load16`.
        unsafe pointer.assumingMemoryBound(to: Atomic<UInt16>.self).pointee.store(value, ordering: .releasing)
        return true
    }

    /// Reads a 32-bit word; all that was stored before it is visible afterwards.
    package mutating func load32(at address: UInt64) -> UInt32? {
        guard address % 4 == 0, let pointer = unsafe pointer(address, 4, .read) else { return nil }
        // Sound: four aligned bytes of a mapping that `recent` or `older` holds.
        return unsafe pointer.assumingMemoryBound(to: Atomic<UInt32>.self).pointee.load(ordering: .acquiring)
    }

    /// Writes a 32-bit word after everything that was stored before.
    package mutating func store32(_ value: UInt32, at address: UInt64) -> Bool {
        guard address % 4 == 0, let pointer = unsafe pointer(address, 4, .write) else { return false }
        // Sound: four aligned bytes of a mapping that `recent` holds.
        unsafe pointer.assumingMemoryBound(to: Atomic<UInt32>.self).pointee.store(value, ordering: .releasing)
        return true
    }

    /// Copies `bytes` into memory at `address`, all or nothing.
    package mutating func copyIn(_ bytes: RawSpan, to address: UInt64) -> Bool {
        guard let pointer = unsafe pointer(address, bytes.byteCount, .write) else { return copyInPieces(bytes, to: address) }
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            // Sound: both ranges have `source.count` bytes; a span never lies in memory that a device writes.
            unsafe pointer.copyMemory(from: start, byteCount: source.count)
        }
        return true
    }

    private mutating func copyInPieces(_ bytes: RawSpan, to address: UInt64) -> Bool {
        unsafe inPieces(address, bytes.byteCount, .write) { first, place in
            unsafe bytes.extracting(first..<first + place.count).withUnsafeBytes { source in
                // Sound: both have `place.count` bytes.
                unsafe place.copyMemory(from: source)
            }
            return true
        }
    }

    /// Adds the `count` bytes at `address` to the frame that is being put together in `store`, all or nothing.
    package mutating func append(at address: UInt64, count: Int, to store: inout FrameStore) -> Bool {
        guard let pointer = unsafe pointer(address, count, .read) else {
            guard count <= FrameStore.longest - store.unfinished else { return false }
            // Sound: as below.
            return unsafe inPieces(address, count, .read) { _, place in
                unsafe store.extend(by: RawSpan(_unsafeBytes: UnsafeRawBufferPointer(place)))
            }
        }
        // Sound: `count` bytes of a mapping that `recent` holds; they are only read.
        return store.extend(by: unsafe RawSpan(_unsafeStart: pointer, byteCount: count))
    }
    /// Appends the `count` bytes at `address` to `bytes`, all or nothing.
    package mutating func read(at address: UInt64, count: Int, into bytes: inout [UInt8]) -> Bool {
        guard let pointer = unsafe pointer(address, count, .read) else {
            // Sound: as below.
            return unsafe inPieces(address, count, .read) { _, place in
                unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(place))
                return true
            }
        }
        // Sound: `count` bytes of a mapping that `recent` holds; they are only read.
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: pointer, count: count))
        return true
    }

    /// Whether all of the `count` bytes at `address` can be reached in one piece.
    package mutating func reaches(_ address: UInt64, count: Int) -> Bool { unsafe pointer(address, count, []) != nil }
}
