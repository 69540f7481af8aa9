/// A pool of equal packet buffers in DMA memory.
///
/// Buffers find their way home from any thread, and the memory is unmapped with the last packet, ring and pool of it.
public struct PacketPool: ~Copyable, Sendable {
    package let memory: PoolMemory

    /// A pool of at least `capacity` buffers.
    ///
    /// - Parameters:
    ///   - capacity: 1 to 16 Mi buffers; rounded up to fill the last page.
    ///   - bufferSize: bytes of each buffer with its headroom, a power of two from 256 to 65536.
    ///   - headroom: bytes before each packet for a device's own header, a multiple of 32 below `bufferSize`; a packet
    ///     has room for the rest, at most 65535 bytes.
    ///   - pages: what the memory is made of.
    ///   - mapper: what makes it reachable for the device.
    ///   - isScattered: buffers are handed out in no order. Otherwise they come mostly one after the other, and a processor that
    ///     looks at packets in turn guesses where the next one is, and takes its line from a device that is still writing it:
    ///     it matters where the device is another processor.
    ///   - distance: bytes from one buffer to the next; nil for what does the caches good.
    ///   - companion: what looks after the buffers besides. With `OffloadNotes` there is room to note what is left to do with each
    ///     packet, and such packets can be sent only through devices that take offloads.
    /// - Throws: `.invalid`; `.noHugePages`; what `mapper` throws.
    package init(
        capacity: Int, bufferSize: Int = 2048, headroom: Int = 0, pages: PageSize, mapper: any DMAMapper,
        isScattered: Bool = false, distance: Int? = nil, companion: (any BufferCompanion.Type)? = nil
    ) throws(HardwareError) {
        guard (1...1 << 24).contains(capacity) else {
            throw .invalid(what: "a pool of \(capacity) buffers", remedy: "use 1 to 16777216")
        }
        guard (256...65536).contains(bufferSize), bufferSize & (bufferSize - 1) == 0 else {
            throw .invalid(what: "buffers of \(bufferSize) bytes", remedy: "use a power of two from 256 to 65536")
        }
        guard headroom >= 0, headroom < bufferSize, headroom % PacketPool.shortestHeadroom == 0, bufferSize - headroom <= UInt16.max
        else {
            throw .invalid(
                what: "a headroom of \(headroom) bytes in buffers of \(bufferSize)",
                remedy: "use a multiple of 32 that leaves at most 65535 bytes for the packet")
        }
        let apart = distance ?? bufferSize + PacketPool.gap(bufferSize)
        let size = capacity * apart
        guard size <= PoolMemory.largest - pages.rawValue else {
            throw .invalid(what: "a pool of \(size >> 20) MiB", remedy: "use several pools of less than 4096 MiB")
        }
        let memory = try DMAMemory(count: size, pages: pages, mapper: mapper)
        let isContiguous = memory.isContiguous(offset: 0, count: memory.memory.count)
        guard bufferSize <= pages.rawValue || isContiguous else {
            throw .invalid(
                what: "buffers of \(bufferSize) bytes do not fit in pages of \(pages.rawValue) bytes",
                remedy: "use huge pages")
        }
        self.memory = PoolMemory(
            memory, bufferSize: bufferSize - headroom, headroom: headroom,
            // Where pages are scattered for the device, no buffer may lie across two of them.
            stride: isContiguous || distance != nil ? apart : bufferSize, isScattered: isScattered, companion: companion)
    }

    /// The same pool once more.
    package init(sharing other: borrowing PacketPool) { memory = other.memory }

    /// The least headroom but none, in bytes: the largest buffers have no less, and so hold the longest packets of all pools.
    package static let shortestHeadroom = 32

    /// Bytes between one buffer and the next. Large buffers that lie side by side all begin in the same few sets of a
    /// processor's caches, where their first lines, the ones that are looked at, drive each other out.
    private static func gap(_ bufferSize: Int) -> Int { bufferSize < 1024 ? 0 : 64 }

    /// Number of buffers.
    public var capacity: Int { memory.capacity }

    /// Bytes that a packet of this pool can hold.
    public var bufferSize: Int { memory.bufferSize }

    /// Number of buffers that neither a packet nor a ring nor a batch holds. Exact while no other thread uses the pool.
    public var free: Int { memory.freeCount }

    /// Takes a free buffer as a packet of `count` bytes with unspecified contents, or nil if there is none.
    ///
    /// Traps unless `count` is 0 to `bufferSize`.
    public func makePacket(count: Int) -> Packet? {
        precondition(count >= 0 && count <= bufferSize, "the packet does not fit in a buffer of the pool")
        guard let offset = memory.take() else { return nil }
        // Sound: the buffer was free, and belongs to this packet now; the length was checked.
        return unsafe Packet(memory, offset, length: UInt32(truncatingIfNeeded: count))
    }

    /// Whether `packet` is of this pool.
    package func owns(_ packet: borrowing Packet) -> Bool { packet.pool === memory }

    /// Whether `packet` does for whoever wants one of this pool: the same devices reach it, and it has as much room.
    package func canUse(_ packet: borrowing Packet) -> Bool { packet.pool.canStandIn(for: memory) }
}
