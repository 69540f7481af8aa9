import Synchronization

/// What all handles, queues and packets of one pool share. It lives on the heap until the last of them is gone.
///
/// A buffer is known by its *granule*: its offset in the pool's memory in units of 64 bytes, so that 32 bits name
/// every buffer of a pool of up to 256 GiB, and its addresses follow from one shift and one addition, of which `base` and
/// `deviceDeltas` have the headroom in them.
///
/// Free buffers are in *magazines* of 64, which queues take and return whole: one atomic operation for 64 packets,
/// and none that a queue's own thread sees per packet. Single buffers that are dropped anywhere else go on the
/// `returned` list. All three lists are lock-free stacks.
@safe @usableFromInline
struct PoolCore: ~Copyable {
    /// First byte of the pool's memory after the first buffer's headroom. Never changes.
    @usableFromInline let base: UnsafeMutableRawPointer
    /// For each page, what to add to a buffer's byte offset to get the device's address after its headroom. Never changes.
    @usableFromInline let deviceDeltas: UnsafeMutablePointer<UInt64>
    /// `granule >> pageShift` is the buffer's entry in `deviceDeltas`.
    @usableFromInline let pageShift: UInt32
    /// The entry of all pages, if it is the same: the pool is in one piece for the device, too. Never changes.
    @usableFromInline let commonDelta: UInt64?
    /// Bytes that fit into a buffer.
    @usableFromInline let bufferSize: Int
    /// Bytes before each buffer that belong to it, for a device's own header.
    @usableFromInline let headroom: Int
    /// Number of buffers.
    @usableFromInline let capacity: Int

    /// Whose addresses the buffers have. Never changes.
    @usableFromInline let space: ObjectIdentifier

    /// For each buffer, what is left to do with the packet in it; nil for pools whose packets are always finished.
    @usableFromInline let offloads: UnsafeMutablePointer<PacketOffload>?

    let memory: DMAMemory
    let deviceDeltaCount: Int
    let magazines: UnsafeMutablePointer<Magazine>
    let magazineCount: Int
    /// The buffers of magazine `i` stand from `64 * i` on.
    let granules: UnsafeMutablePointer<UInt32>
    /// `links[granule / granulesPerBuffer]` is the next buffer of the `returned` list, as granule + 1; 0 ends it.
    let links: UnsafeMutablePointer<UInt32>
    /// On cache lines of their own: other threads write them.
    let shared: UnsafeMutablePointer<SharedPoolState>

    @inlinable static var granuleSize: Int { 64 }
    @inlinable var granulesPerBuffer: Int { (bufferSize + headroom) / PoolCore.granuleSize }
}

/// Up to 64 free buffers.
struct Magazine: ~Copyable {
    static var capacity: Int { 64 }
    /// The magazine below it on its stack, as index + 1; 0 at the bottom. Read by threads that lose a race.
    let next = Atomic<UInt32>(0)
    var count: UInt32 = 0
}

/// The parts of a pool that several threads change.
struct SharedPoolState: ~Copyable {
    /// Stack of magazines with buffers: index + 1 in the low half, a count against ABA in the high half.
    let full = Atomic<UInt64>(0)
    private let padding0 = InlineArray<7, UInt64>(repeating: 0)
    /// Stack of magazines without.
    let empty = Atomic<UInt64>(0)
    private let padding1 = InlineArray<7, UInt64>(repeating: 0)
    /// Single buffers: granule + 1 in the low half. Bit 63 says that the pool is orphaned.
    let returned = Atomic<UInt64>(0)
    private let padding2 = InlineArray<7, UInt64>(repeating: 0)
    /// Handles and queues that may take or return magazines.
    let holders = Atomic<Int>(1)
    /// Buffers that are not yet home, meaningful once the pool is orphaned.
    let missing = Atomic<Int>(0)
}

extension PoolCore {
    static var orphaned: UInt64 { 1 << 63 }

    /// Lays out buffers in `memory` and puts all of them into magazines.
    static func create(
        capacity: Int, bufferSize: Int, headroom: Int, memory: DMAMemory, granules: [UInt32],
        carriesOffloads: Bool
    ) -> UnsafeMutablePointer<PoolCore> {
        let isContiguous = memory.isContiguous(offset: 0, count: memory.memory.count)
        let pageShift = isContiguous ? 31 : memory.memory.pageSize.trailingZeroBitCount - 6
        let deltaCount = isContiguous ? 1 : memory.pageAddresses.count
        let deltas = UnsafeMutablePointer<UInt64>.allocate(capacity: deltaCount)
        for page in 0..<deltaCount {
            // Sound: `page < deltaCount`, the length of the allocation.
            unsafe (deltas + page).initialize(
                to: memory.pageAddresses[page] &- UInt64(page) * UInt64(memory.memory.pageSize) &+ UInt64(headroom))
        }
        // Queues hold at most one magazine each; 64 are enough for 32 queues each way. Beyond that single buffers
        // take the `returned` list, which is slower but always has room.
        let filled = (granules.count + Magazine.capacity - 1) / Magazine.capacity
        let magazineCount = filled + 64
        let magazines = UnsafeMutablePointer<Magazine>.allocate(capacity: magazineCount)
        for index in 0..<magazineCount {
            // Sound: each of the `magazineCount` elements is initialised once.
            unsafe (magazines + index).initialize(to: Magazine())
        }
        let places = UnsafeMutablePointer<UInt32>.allocate(capacity: magazineCount * Magazine.capacity)
        unsafe places.initialize(repeating: 0, count: magazineCount * Magazine.capacity)
        let linkCount = memory.memory.count / (bufferSize + headroom) + 1
        let links = UnsafeMutablePointer<UInt32>.allocate(capacity: linkCount)
        unsafe links.initialize(repeating: 0, count: linkCount)
        var offloads: UnsafeMutablePointer<PacketOffload>?
        if carriesOffloads {
            unsafe offloads = .allocate(capacity: linkCount)
            unsafe offloads?.initialize(repeating: PacketOffload(), count: linkCount)
        }
        let shared = UnsafeMutablePointer<SharedPoolState>.allocate(capacity: 1)
        unsafe shared.initialize(to: SharedPoolState())
        unsafe shared.pointee.missing.store(capacity, ordering: .relaxed)

        let core = UnsafeMutablePointer<PoolCore>.allocate(capacity: 1)
        unsafe core.initialize(
            to: PoolCore(
                base: memory.memory.base + headroom, deviceDeltas: deltas, pageShift: UInt32(pageShift),
                commonDelta: isContiguous ? deltas[0] : nil, bufferSize: bufferSize, headroom: headroom, capacity: capacity,
                space: memory.space, offloads: offloads, memory: memory, deviceDeltaCount: deltaCount, magazines: magazines,
                magazineCount: magazineCount, granules: places, links: links, shared: shared))
        for (position, granule) in granules.enumerated() {
            let magazine = unsafe magazines + position / Magazine.capacity
            unsafe places[position] = granule
            unsafe magazine.pointee.count += 1
        }
        for index in 0..<filled { unsafe push(index, on: .full, of: core) }
        for index in filled..<magazineCount { unsafe push(index, on: .empty, of: core) }
        return unsafe core
    }

    /// Which stack of magazines.
    enum Stack { case full, empty }
}
