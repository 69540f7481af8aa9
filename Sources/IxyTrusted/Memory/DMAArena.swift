/// Cuts the rings of one device out of as few pages as possible.
package struct DMAArena: ~Copyable {
    private let memory: DMAMemory
    private var next = 0

    /// An arena over all of `memory`.
    package init(_ memory: DMAMemory) {
        self.memory = memory
    }

    /// Takes `count` bytes which the device sees at consecutive addresses.
    ///
    /// - Parameter alignment: a power of two, at most 4096. Rings want 128 (82599 §7.1.9, §7.2.3.3).
    /// - Throws: `.invalid` if what is left is too small.
    package mutating func take(count: Int, alignment: Int = 4096) throws(HardwareError) -> DMARange {
        precondition(count > 0 && alignment > 0 && alignment & (alignment - 1) == 0 && alignment <= 4096)
        var offset = (next + alignment - 1) & ~(alignment - 1)
        let pageSize = memory.memory.pageSize
        while memory.memory.contains(offset: offset, size: count) {
            if memory.isContiguous(offset: offset, count: count) {
                next = offset + count
                return DMARange(memory: memory, offset: offset, count: count)
            }
            offset = (offset / pageSize + 1) * pageSize
        }
        throw .invalid(
            what: "\(count) contiguous bytes for a descriptor ring do not fit in the device's DMA memory",
            remedy: "use larger pages or smaller rings")
    }
}

/// A piece of DMA memory at consecutive device addresses.
package struct DMARange: Sendable {
    let memory: DMAMemory
    let offset: Int
    /// Length in bytes.
    package let count: Int
    /// The device's address of its first byte.
    package var deviceAddress: UInt64 { memory.deviceAddress(of: offset) }
}
