package import IxySystem
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
    /// The companion that looks after the buffers besides.
    let companion: (any BufferCompanion)?
    /// Offsets of the buffers that nobody holds. The last one is taken first.
    private let free: Mutex<[UInt32]>

    static var offsetBits: Int { 32 }
    static var largest: Int { 1 << offsetBits }

    /// Lays out buffers in `memory`, each `stride` bytes from the next. Traps unless they fit.
    init(_ memory: DMAMemory, bufferSize: Int, headroom: Int, stride: Int, isScattered: Bool, companion: (any BufferCompanion.Type)?) {
        let size = memory.memory.count, capacity = size / stride
        precondition(bufferSize > 0 && headroom >= 0 && stride >= bufferSize + headroom && stride % 64 == 0)
        precondition(size <= PoolMemory.largest && capacity > 0 && headroom % PacketPool.shortestHeadroom == 0)
        self.memory = memory
        self.bufferSize = bufferSize
        self.headroom = headroom
        self.capacity = capacity
        space = memory.space
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
        let inTurn = (0..<capacity).map { UInt32((capacity - 1 - $0) * stride) }
        free = Mutex(isScattered ? inTurn.shuffled() : inTurn)
        self.companion = companion?.init(memory.memory, stride: stride, offsets: inTurn)
    }

    deinit {
        // Sound: allocated by `init`; nobody holds this object any more.
        unsafe deltas.deallocate()
    }

    /// Number of buffers that nobody holds.
    var freeCount: Int { free.withLock { $0.count } }

    /// Takes a free buffer, which is the caller's alone then; nil if there is none.
    func take() -> UInt32? {
        guard let offset = free.withLock({ $0.popLast() }) else { return nil }
        companion?.open(offset)
        return offset
    }

    /// Takes back a buffer that the caller has owned, from any thread.
    @usableFromInline
    func takeBack(_ offset: UInt32) {
        companion?.close(offset)
        free.withLock { $0.append(offset) }
    }

    /// Whether a packet of this pool does for whoever wants one of `other`.
    func canStandIn(for other: PoolMemory) -> Bool {
        self === other
            || space == other.space && bufferSize >= other.bufferSize && headroom >= other.headroom && bufferSize < 2 * other.bufferSize
                && carriesOffloads == other.carriesOffloads
    }

    /// Whether packets may have work left to do.
    var carriesOffloads: Bool { companion?.carriesOffloads ?? false }

    /// The device's address of the packet at `offset`.
    @inlinable @inline(__always)
    func deviceAddress(of offset: UInt32) -> UInt64 {
        // Sound: `deltas` has an entry for every page in which a buffer of this pool can lie.
        unsafe deltas[Int(offset) &>> pageShift] &+ UInt64(offset)
    }
}

/// A companion that keeps more about a pool's buffers than their bytes: `OffloadNotes`, `BufferGuard`.
package protocol BufferCompanion: AnyObject, Sendable {
    /// For the buffers at `offsets` in `memory`, which nobody holds.
    init(_ memory: MappedMemory, stride: Int, offsets: [UInt32])
    /// Whether packets may have work left to do, see `PacketOffload`.
    var carriesOffloads: Bool { get }
    /// Somebody holds the buffer from now on, on whichever thread.
    func open(_ offset: UInt32)
    /// Nobody holds it any more.
    func close(_ offset: UInt32)
}
