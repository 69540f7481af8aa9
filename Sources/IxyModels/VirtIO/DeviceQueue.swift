import Ixy
import IxyHardware
import Synchronization

extension VringPosition {
    /// Where a new queue begins.
    static func start(isPacked: Bool) -> VringPosition {
        isPacked ? VringPosition(available: 1 << 15, used: 1 << 15) : VringPosition(available: 0, used: 0)
    }
}

/// The state that both layouts have in common.
struct QueueCore {
    let index: Int
    let layout: VirtIO.QueueLayout
    let hasIndirect: Bool
    let hasEventIndex: Bool
    let isInOrder: Bool
    /// Where the specification says what a descriptor's address is.
    let bufferSection: String
    /// One used entry stands for all buffers of a burst, as a device with `inOrder` may do. (VirtIO 1.2 §2.7.9, §2.8.8)
    var usesInBatches = false
    /// Buffers come out in another order than the driver's, as a device without `inOrder` may do.
    var isScrambled = false
    /// The device works on the queue. False before it is set up and after an error that leaves no way on.
    var isLive: Bool

    /// Buffers that were taken and not used yet, the next one at the end.
    var stash: [DeviceChain] = []
    /// Segments from the third one on.
    var rest: [UInt16: [Segment]] = [:]
    /// A large frame of which not all is sent yet.
    var segmentation: Segmentation?
    /// Frames that were too long for a burst.
    var oversize = 0
    /// Used entries that the driver has not been told of, if a liar wants to know them.
    var witness: [UsedEntry]?
    /// The ring's contents make no sense, so that the device cannot go on.
    var hasFailed = false
    /// Buffers taken from the ring.
    var taken = 0

    /// The device wants to be notified of available buffers.
    var wantsKicks = true
    /// The device has something to do, as far as it knows.
    var isAwake = true
    /// A notification came while it slept, which was counted but not acted on yet.
    private(set) var isCalled = false
    /// Notifications, and those that were not asked for.
    var kicks = 0
    var needlessKicks = 0
    private var unjudgedKicks = 0
    private var takenBeforeKicks = 0

    init(index: Int, layout: VirtIO.QueueLayout, features: VirtIO.Features, isLive: Bool = true) {
        self.index = index
        self.layout = layout
        hasIndirect = features.contains(.indirectDescriptors)
        hasEventIndex = features.contains(.eventIndex)
        isInOrder = features.contains(.inOrder)
        bufferSection = features.contains(.packedRing) ? "2.8.4" : "2.7.5"
        self.isLive = isLive
    }

    /// Whether buffers can be taken and used in runs: none is with the device, and nobody looks on.
    var allowsRuns: Bool { isLive && stash.isEmpty && witness == nil && !isScrambled }

    /// Segment `number` of a buffer.
    func segment(_ number: Int, of chain: DeviceChain) -> Segment {
        switch number {
        case 0: chain.first
        case 1: chain.second
        default: rest[chain.id]?[number - 2] ?? Segment()
        }
    }

    /// Remembers a used entry for a liar.
    @inline(never)
    mutating func testify(_ chain: DeviceChain, _ written: Int, slot: Int) {
        let buffer = chain.writable > 0 && chain.readableCount < 2
            ? (chain.readableCount == 0 ? chain.first : chain.second).address : nil
        witness?.append(UsedEntry(id: chain.id, written: written, slot: slot, buffer: buffer))
    }

    /// Notifications as they are counted. A driver can say that there were nearly 2^64 since the last look, again and again.
    static func countable(_ kicks: UInt64) -> Int { Int(min(kicks, 1 << 20)) }

    /// The driver has notified the device `count` times.
    mutating func note(kicks count: Int) {
        kicks += count
        if wantsKicks { unjudgedKicks += count } else { needlessKicks += count }
    }

    /// As above, between two steps, for a count that somebody asks for: the queue wakes up with the next step, which knows
    /// whether there still is a ring.
    mutating func noteBetweenSteps(kicks count: Int) {
        note(kicks: count)
        if count > 0, !isAwake { isCalled = true }
    }

    /// The device begins to work on the queue.
    mutating func wakeUp() {
        isAwake = true
        isCalled = false
    }

    /// Judges notifications since the last call, once all that they announced has been taken: with an event index one
    /// was asked for, else at most one for each buffer. (VirtIO 1.2 §2.7.10, §2.8.10)
    mutating func judgeKicks() {
        let allowed = hasEventIndex ? 1 : taken - takenBeforeKicks
        needlessKicks += max(0, unjudgedKicks - allowed)
        unjudgedKicks = 0
        takenBeforeKicks = taken
    }
}

/// The rule for frames that are received in a run.
struct PlainReception {
    /// Bytes of the header in a run, which is the long one.
    static var header: Int { 12 }

    /// Their destination; nil if it need not be looked at.
    var destination: UInt64?

    @inline(__always)
    func takes(_ line: RawSpan) -> Bool {
        guard let destination else { return true }
        return line.bigEndian(UInt64.self, at: 0) >> 16 == destination
    }
}

/// The device's end of a virtqueue.
///
/// A device takes buffers, works on them and uses them; what it has used shows to the driver with `publish`, once a
/// burst. Nothing that the driver writes is believed; what it does wrong is recorded.
protocol DeviceQueue: Sendable {
    init(_ core: QueueCore, at position: VringPosition)

    var core: QueueCore { get set }
    /// Where the queue stands; buffers in the stash count as not taken.
    var position: VringPosition { get }
    /// Used entries that were written but not published.
    var unpublished: Int { get }

    /// Looks once how many buffers the driver has made available, where the layout has a number for it.
    mutating func refresh(_ memory: inout DeviceMemory)
    /// Takes a buffer out of the ring.
    mutating func take(_ memory: inout DeviceMemory) -> DeviceChain?
    /// Gives a buffer back with `written` bytes in it. Only `publish` makes it visible.
    mutating func use(_ chain: DeviceChain, written: Int, _ memory: inout DeviceMemory)
    /// Makes visible what was used. True if the driver wants to be interrupted for it.
    mutating func publish(_ memory: inout DeviceMemory) -> Bool
    /// Delivers frames from `first` on as long as they and their buffers are all alike and nothing is special about them.
    /// Returns how many.
    mutating func deliverRun(
        _ burst: borrowing FrameBurst, from first: Int, _ plain: PlainReception, _ memory: inout DeviceMemory
    ) -> Int
    /// Takes frames as long as they are all alike and nothing is special about them. Returns how many.
    mutating func sendRun(into burst: inout FrameBurst, _ memory: inout DeviceMemory) -> Int
    /// Asks the driver for notifications from the next buffer on, or to spare them.
    mutating func setKicks(_ wanted: Bool, _ memory: inout DeviceMemory)
}

extension DeviceQueue {
    /// The next buffer; nil if there is none.
    @inline(__always)
    mutating func next(_ memory: inout DeviceMemory) -> DeviceChain? {
        if !core.stash.isEmpty { return core.stash.removeLast() }
        return core.isLive ? take(&memory) : nil
    }

    /// Takes the buffers of a burst, so that `next` gives out the last one first.
    mutating func scramble(_ memory: inout DeviceMemory) {
        guard core.isLive, core.stash.isEmpty else { return }
        while core.stash.count < FrameBurst.limit, let chain = take(&memory) { core.stash.append(chain) }
    }

    /// The queue cannot go on: what is in its ring makes no sense.
    mutating func fail(_ text: String, _ section: String, _ memory: inout DeviceMemory) {
        memory.violate("queue \(core.index): \(text)", section)
        core.isLive = false
        core.hasFailed = true
    }

    mutating func fault(_ what: String, _ section: String, _ memory: inout DeviceMemory) {
        fail("\(what) is outside of mapped memory", section, &memory)
    }

    /// The driver has notified: the device wakes up and wants no more notifications while it works.
    mutating func wake(kicks: Int, _ memory: inout DeviceMemory) {
        core.note(kicks: kicks)
        core.wakeUp()
        setKicks(false, &memory)
    }

    /// The device has nothing to do and wants to be notified; it looks again after it has said so. (VirtIO 1.2 §2.7.10)
    mutating func sleep(lateKicks: Int, _ memory: inout DeviceMemory) {
        core.note(kicks: lateKicks)
        setKicks(true, &memory)
        core.judgeKicks()
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        refresh(&memory)
        if core.isLive, let chain = take(&memory) {
            core.stash.append(chain)
            setKicks(false, &memory)
        } else {
            core.isAwake = false
        }
    }

    /// Reads the entry `number` of an indirect table: its segment, flags and `next`. Tables need no alignment.
    func tableEntry(
        _ number: Int, at address: UInt64, _ memory: inout DeviceMemory
    ) -> (segment: Segment, flags: UInt16, next: Int)? {
        var bytes: [UInt8] = []
        guard memory.buffers.read(at: address &+ UInt64(number) &* 16, count: 16, into: &bytes) else { return nil }
        let raw = bytes.span.rawBytes
        let segment = Segment(
            address: raw.littleEndian(UInt64.self, at: 0), count: Int(raw.littleEndian(UInt32.self, at: 8)))
        return (segment, raw.littleEndian(UInt16.self, at: 12), Int(raw.littleEndian(UInt16.self, at: 14)))
    }
}
