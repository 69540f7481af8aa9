/// A pool of equal packet buffers in DMA memory.
///
/// The handle belongs to one thread at a time. Queues that receive from the pool, and packets, may be elsewhere:
/// buffers find their way home from any thread, and the memory is freed with the last of them.
@safe
public struct PacketPool: ~Copyable, Sendable {
    nonisolated(unsafe) let core: UnsafeMutablePointer<PoolCore>
    private var source: BufferSource

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
    ///   - carriesOffloads: there is room to note what is left to do with each packet, see `PacketOffload`. Such packets
    ///     can be sent only through devices that take offloads.
    /// - Throws: `.invalid`; `.noHugePages`; what `mapper` throws.
    public init(
        capacity: Int, bufferSize: Int = 2048, headroom: Int = 0, pages: PageSize, mapper: any DMAMapper,
        isScattered: Bool = false, carriesOffloads: Bool = false
    ) throws(HardwareError) {
        guard (1...1 << 24).contains(capacity) else {
            throw .invalid(what: "a pool of \(capacity) buffers", remedy: "use 1 to 16777216")
        }
        guard (256...65536).contains(bufferSize), bufferSize & (bufferSize - 1) == 0 else {
            throw .invalid(what: "buffers of \(bufferSize) bytes", remedy: "use a power of two from 256 to 65536")
        }
        guard headroom >= 0, headroom < bufferSize, headroom % PacketPool.shortestHeadroom == 0,
            bufferSize - headroom <= UInt16.max
        else {
            throw .invalid(
                what: "a headroom of \(headroom) bytes in buffers of \(bufferSize)",
                remedy: "use a multiple of 32 that leaves at most 65535 bytes for the packet")
        }
        let apart = bufferSize + PacketPool.gap(bufferSize)
        let memory = try DMAMemory(count: capacity * apart, pages: pages, mapper: mapper)
        let isContiguous = memory.isContiguous(offset: 0, count: memory.memory.count)
        guard bufferSize <= pages.rawValue || isContiguous else {
            throw .invalid(
                what: "buffers of \(bufferSize) bytes do not fit in pages of \(pages.rawValue) bytes",
                remedy: "use huge pages")
        }
        // Where pages are scattered for the device, no buffer may lie across two of them.
        let stride = isContiguous ? apart : bufferSize
        let total = memory.memory.count / stride
        let granules = UInt32(stride / PoolCore.granuleSize)
        let inTurn = (0..<UInt32(total)).map { $0 * granules }
        unsafe core = PoolCore.create(
            capacity: total, bufferSize: bufferSize - headroom, headroom: headroom, memory: memory,
            granules: isScattered ? inTurn.shuffled() : inTurn, carriesOffloads: carriesOffloads)
        source = unsafe BufferSource(core)
    }

    /// The least headroom but none, in bytes: the largest buffers have no less, and so hold the longest packets of all pools.
    public static let shortestHeadroom = 32

    /// Bytes between one buffer and the next. Large buffers that lie side by side all begin in the same few sets of a
    /// processor's caches, where their first lines, the ones that are looked at, drive each other out.
    private static func gap(_ bufferSize: Int) -> Int { bufferSize < 1024 ? 0 : PoolCore.granuleSize }

    deinit {
        // Sound: this handle was counted once, when the core was created.
        unsafe PoolCore.release(core)
    }

    /// Number of buffers.
    public var capacity: Int { unsafe core.pointee.capacity }

    /// Bytes that a packet of this pool can hold.
    public var bufferSize: Int { unsafe core.pointee.bufferSize }

    /// Number of buffers that nobody holds: neither a packet nor a ring nor the cache of a queue.
    ///
    /// Exact while no other thread uses the pool.
    public var free: Int { unsafe source.count + PoolCore.countFree(of: core) }

    /// Takes a free buffer as a packet of `count` bytes with unspecified contents, or nil if there is none.
    ///
    /// Traps unless `count` is 0 to `bufferSize`.
    public mutating func makePacket(count: Int) -> Packet? {
        precondition(count >= 0 && count <= bufferSize, "the packet does not fit in a buffer of the pool")
        guard let granule = source.take() else { return nil }
        // Sound: the entry is the buffer's, which was free and is now this packet's.
        if let place = unsafe PoolCore.offload(of: granule, core) { unsafe place.pointee = PacketOffload() }
        // Sound: the length was checked.
        return unsafe Packet(core: core, granule: granule, length: UInt16(count))
    }

    /// Appends up to `batch.room` packets of `count` bytes each.
    ///
    /// - Returns: how many; fewer than asked for if the pool ran empty.
    @discardableResult
    public mutating func fill(_ batch: inout PacketBatch, upTo limit: Int = .max, count: Int) -> Int {
        let wanted = min(limit, batch.room)
        var made = 0
        while made < wanted, let packet = makePacket(count: count) {
            batch.append(packet)
            made += 1
        }
        return made
    }

    /// A place to take free buffers from, for a receive queue.
    public func makeSource() -> BufferSource { unsafe BufferSource(core) }
}
