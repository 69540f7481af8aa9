import Synchronization

/// A device's way to memory: every access is checked against an `IOAddressSpace`.
///
/// An access outside of what is mapped, or not aligned to its size, is a DMA fault: it yields `nil` or `false` and
/// touches nothing. The last two mappings are remembered, as a device goes from ring to buffer and back.
@safe
public struct DMAPort: ~Copyable, Sendable {
    /// A mapping as seen from here. It holds the memory, so that `base` stays valid even if it is unmapped meanwhile.
    @safe
    private struct Window {
        var start: UInt64 = 0
        var count: UInt64 = 0
        var memory: MappedMemory?
        /// The first byte of `memory`, or nil without one.
        nonisolated(unsafe) var base: UnsafeMutableRawPointer?

        init() {}

        init(_ mapping: IOAddressSpace.Mapping) {
            start = mapping.start
            count = UInt64(mapping.count)
            memory = mapping.memory
            // Sound: whoever made the mapping has checked that `count` bytes from `offset` on lie inside of it.
            unsafe base = mapping.memory.base + mapping.offset
        }

        /// Where the `size` bytes at `address` are, if all of them are here.
        @inline(__always)
        func place(_ address: UInt64, _ size: Int) -> UnsafeMutableRawPointer? {
            let offset = address &- start
            guard offset < count, size >= 0, UInt64(size) <= count &- offset, let base = unsafe base else { return nil }
            // Sound: `offset + size` lies inside of `memory`, as just checked without overflow.
            return unsafe base + Int(offset)
        }
    }

    private let space: IOAddressSpace
    private var generation: UInt64
    private var recent = Window()
    private var older = Window()

    public init(_ space: IOAddressSpace) {
        self.space = space
        generation = space.generation
    }

    /// The place of `count` bytes at `address`, or `nil` for a fault.
    ///
    /// Valid as long as the window that it lies in holds its memory, that is until the next call of this method.
    @inline(__always)
    private mutating func pointer(_ address: UInt64, _ count: Int) -> UnsafeMutableRawPointer? {
        if space.generation != generation { forget() }
        // Rings and buffers take turns: both windows are looked at where they are.
        if let place = unsafe recent.place(address, count) { return unsafe place }
        if let place = unsafe older.place(address, count) { return unsafe place }
        swap(&recent, &older)
        guard look(address) else { return nil }
        return unsafe recent.place(address, count)
    }

    private mutating func forget() {
        recent = Window()
        older = Window()
        generation = space.generation
    }

    private mutating func look(_ address: UInt64) -> Bool {
        let (found, foundGeneration) = space.mapping(containing: address)
        guard let found else { return false }
        // What was remembered before belongs to another generation if something was unmapped just now.
        if foundGeneration != generation { forget() }
        generation = foundGeneration
        recent = Window(found)
        return true
    }

    /// Reads a 64-bit word; all that was stored before it is visible afterwards.
    public mutating func load64(at address: UInt64) -> UInt64? {
        guard address % 8 == 0, let pointer = unsafe pointer(address, 8) else { return nil }
        // Sound: eight aligned bytes of a mapping that `recent` holds. Pages are aligned, and so are device addresses.
        return unsafe pointer.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(ordering: .acquiring)
    }

    /// Writes a 64-bit word after everything that was stored before.
    public mutating func store64(_ value: UInt64, at address: UInt64) -> Bool {
        guard address % 8 == 0, let pointer = unsafe pointer(address, 8) else { return false }
        // Sound: as in `load64`.
        unsafe pointer.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.store(value, ordering: .releasing)
        return true
    }

    /// Reads a 16-bit word; all that was stored before it is visible afterwards.
    public mutating func load16(at address: UInt64) -> UInt16? {
        guard address % 2 == 0, let pointer = unsafe pointer(address, 2) else { return nil }
        // Sound: two aligned bytes of a mapping that `recent` or `older` holds.
        return unsafe pointer.assumingMemoryBound(to: Atomic<UInt16>.self).pointee.load(ordering: .acquiring)
    }

    /// Writes a 16-bit word after everything that was stored before.
    public mutating func store16(_ value: UInt16, at address: UInt64) -> Bool {
        guard address % 2 == 0, let pointer = unsafe pointer(address, 2) else { return false }
        // Sound: as in `load16`.
        unsafe pointer.assumingMemoryBound(to: Atomic<UInt16>.self).pointee.store(value, ordering: .releasing)
        return true
    }

    /// Reads a 32-bit word; all that was stored before it is visible afterwards.
    public mutating func load32(at address: UInt64) -> UInt32? {
        guard address % 4 == 0, let pointer = unsafe pointer(address, 4) else { return nil }
        // Sound: four aligned bytes of a mapping that `recent` or `older` holds.
        return unsafe pointer.assumingMemoryBound(to: Atomic<UInt32>.self).pointee.load(ordering: .acquiring)
    }

    /// Writes a 32-bit word after everything that was stored before.
    public mutating func store32(_ value: UInt32, at address: UInt64) -> Bool {
        guard address % 4 == 0, let pointer = unsafe pointer(address, 4) else { return false }
        // Sound: four aligned bytes of a mapping that `recent` holds.
        unsafe pointer.assumingMemoryBound(to: Atomic<UInt32>.self).pointee.store(value, ordering: .releasing)
        return true
    }

    /// Copies `bytes` into memory at `address`, all or nothing.
    public mutating func copyIn(_ bytes: RawSpan, to address: UInt64) -> Bool {
        guard let pointer = unsafe pointer(address, bytes.byteCount) else { return false }
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            // Sound: both ranges have `source.count` bytes; a span never lies in memory that a device writes.
            unsafe pointer.copyMemory(from: start, byteCount: source.count)
        }
        return true
    }

    /// Appends the `count` bytes at `address` to `bytes`, all or nothing.
    public mutating func append(at address: UInt64, count: Int, to bytes: inout [UInt8]) -> Bool {
        guard let pointer = unsafe pointer(address, count) else { return false }
        // Sound: `count` bytes of a mapping that `recent` holds; they are only read.
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: pointer, count: count))
        return true
    }

    /// Lets `body` look at the `count` bytes at `address`.
    public mutating func withBytes(at address: UInt64, count: Int, _ body: (RawSpan) -> Void) -> Bool {
        guard let pointer = unsafe pointer(address, count) else { return false }
        // Sound: `recent` holds the mapping through the call, as `body` cannot reach this port.
        body(unsafe RawSpan(_unsafeStart: pointer, byteCount: count))
        return true
    }
}
