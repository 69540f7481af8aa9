import Synchronization

/// The memory of a pool, and which of its buffers are free. Pools, rings and packets hold it; the last one unmaps it.
///
/// A buffer is known by its *offset* in the memory, in bytes from the first buffer on.
@safe @usableFromInline
package final class PoolMemory: Sendable {
    /// The first byte after the first buffer's headroom.
    @usableFromInline nonisolated(unsafe) let base: UnsafeMutableRawPointer
    /// For each page, the device's address of the packet at offset 0 if the whole memory were where that page is.
    @usableFromInline nonisolated(unsafe) let deltas: UnsafeMutablePointer<UInt64>
    /// `offset >> pageShift` is the page of a buffer.
    @usableFromInline let pageShift: Int
    /// Whether all of it lies in one piece for the device.
    var isStraight: Bool { pageShift == PoolMemory.offsetBits }
    /// Tells pools apart, as long as they live; never 0.
    @inlinable @inline(__always)
    var id: UInt { UInt(bitPattern: ObjectIdentifier(self)) }
    /// Bytes that a packet can have.
    @usableFromInline let bufferSize: Int
    /// Bytes before each packet that belong to its buffer, for a device's own header.
    @usableFromInline let headroom: Int
    /// Tells whose device addresses these are.
    package let space: ObjectIdentifier
    /// Number of buffers.
    let capacity: Int
    private let memory: DMAMemory
    private let isGuarded: Bool
    /// Offsets of the buffers that nobody holds. The last one is taken first.
    private let free: Mutex<[UInt32]>
    /// Bytes from one buffer to the next.
    private let stride: Int
    /// Notes beside each buffer, in memory that no device reaches; nil for pools whose packets are always finished.
    private nonisolated(unsafe) let offloads: UnsafeMutablePointer<PacketOffload>?

    static var offsetBits: Int { 32 }
    static var largest: Int { 1 << offsetBits }

    /// Lays out buffers in `memory`, each `stride` bytes from the next. Traps unless they fit.
    init(_ memory: DMAMemory, bufferSize: Int, headroom: Int, stride: Int, isScattered: Bool, carriesOffloads: Bool, isGuarded: Bool) {
        let size = memory.memory.count, capacity = size / stride
        precondition(bufferSize > 0 && headroom >= 0 && stride >= bufferSize + headroom && stride % 64 == 0)
        precondition(size <= PoolMemory.largest && capacity > 0 && headroom % PacketPool.shortestHeadroom == 0)
        self.memory = memory
        self.bufferSize = bufferSize
        self.headroom = headroom
        self.capacity = capacity
        self.isGuarded = isGuarded
        space = memory.space
        self.stride = stride
        // Sound: the headroom of the first buffer lies in the memory, which this object holds.
        unsafe base = memory.memory.base + headroom
        let pageSize = memory.memory.pageSize
        let isContiguous = memory.isContiguous(offset: 0, count: size)
        pageShift = isContiguous ? PoolMemory.offsetBits : pageSize.trailingZeroBitCount
        let pages = isContiguous ? 1 : memory.pageAddresses.count
        // Sound: `pages` elements are allocated and initialised; an offset's page is one of them.
        unsafe deltas = .allocate(capacity: pages)
        for page in 0..<pages {
            unsafe (deltas + page).initialize(to: memory.pageAddresses[page] &- UInt64(page * pageSize) &+ UInt64(headroom))
        }
        // Sound: an entry for each buffer, initialised.
        unsafe offloads = carriesOffloads ? .allocate(capacity: capacity) : nil
        unsafe offloads?.initialize(repeating: PacketOffload(), count: capacity)
        let inTurn = (0..<capacity).map { UInt32((capacity - 1 - $0) * stride) }
        free = Mutex(isScattered ? inTurn.shuffled() : inTurn)
        if isGuarded { for offset in inTurn { close(offset) } }
    }

    deinit {
        // Sound: allocated by `init`; nobody holds this object any more.
        unsafe deltas.deallocate()
        unsafe offloads?.deallocate()
    }

    /// Number of buffers that nobody holds.
    var freeCount: Int { free.withLock { $0.count } }

    /// Takes a free buffer, which is the caller's alone then; nil if there is none.
    func take() -> UInt32? {
        guard let offset = free.withLock({ $0.popLast() }) else { return nil }
        if isGuarded { open(offset) }
        // Sound: the entry is the buffer's, which is the caller's.
        unsafe offloads?[Int(offset) / stride] = PacketOffload()
        return offset
    }

    /// Takes back a buffer that the caller has owned, from any thread.
    @usableFromInline
    func takeBack(_ offset: UInt32) {
        if isGuarded { close(offset) }
        free.withLock { $0.append(offset) }
    }

    /// Whether a packet of this pool does for whoever wants one of `other`.
    func canStandIn(for other: PoolMemory) -> Bool {
        self === other
            || space == other.space && bufferSize >= other.bufferSize && headroom >= other.headroom && bufferSize < 2 * other.bufferSize
                && carriesOffloads == other.carriesOffloads
    }

    // Sound: whether there are any does not change.
    var carriesOffloads: Bool { unsafe offloads != nil }

    /// The note beside the packet at `offset`; nil if there is no room for any.
    func offload(of offset: UInt32) -> PacketOffload? {
        // Sound: an entry for each buffer; the caller owns the buffer.
        unsafe offloads?[Int(offset) / stride]
    }

    /// Writes the note beside the packet at `offset`. False if there is no room for any.
    func setOffload(_ offload: PacketOffload, of offset: UInt32) -> Bool {
        // Sound: as above.
        guard let offloads = unsafe offloads else { return false }
        unsafe offloads[Int(offset) / stride] = offload
        return true
    }

    /// The device's address of the packet at `offset`.
    @inlinable @inline(__always)
    func deviceAddress(of offset: UInt32) -> UInt64 {
        // Sound: `deltas` has an entry for every page in which a buffer of this pool can lie.
        unsafe deltas[Int(offset) &>> pageShift] &+ UInt64(offset)
    }
}

// A guarded pool: free buffers cannot be touched, and what was written into one by somebody who no longer owns it is seen.
extension PoolMemory {
    private static var pattern: UInt8 { 0xA5 }

    private func range(of offset: UInt32) -> Range<Int> {
        Int(offset)..<Int(offset) + stride
    }

    /// Fills a buffer that is free from now on with a pattern, and takes its pages away.
    private func close(_ offset: UInt32) {
        memory.memory.fill(range(of: offset), with: PoolMemory.pattern)
        memory.memory.protect(range(of: offset), isAccessible: false)
    }

    /// Gives a buffer its pages back. Traps if somebody, such as a device, has written into it while it was free.
    private func open(_ offset: UInt32) {
        memory.memory.protect(range(of: offset), isAccessible: true)
        precondition(memory.memory.isFilled(range(of: offset), with: PoolMemory.pattern), "a free buffer was written to")
    }
}
