import Ixy
import IxyHardware
import Synchronization

/// Buffers of one short segment, taken and used in a loop. The rings are read as `take` reads them; what is not as it is
/// nearly always ends the run and is left to `take`.
extension SplitDeviceQueue {
    /// A run's way through the rings, found once.
    private struct Track: ~Escapable {
        let descriptors: Span<DescriptorWords>
        let available: Span<Atomic<UInt16>>
        let used: Span<Atomic<UInt32>>
        let buffers: MemoryWindow.Lines
        /// The first entries of the run.
        let nextAvailable: Int
        let nextUsed: Int
        let mask: Int
        /// The mark of what the driver does not know to be used.
        let burst: UInt32

        @_lifetime(borrow memory)
        @inline(__always)
        init(_ layout: VirtIO.QueueLayout, _ nextAvailable: UInt16, _ nextUsed: UInt16, _ burst: UInt32,
            _ memory: borrowing DeviceMemory
        ) {
            descriptors = memory.rings.recent.descriptors(at: layout.descriptors, count: layout.size)
            available = memory.rings.recent.words16(at: layout.driverArea, count: layout.size + 2)
            used = memory.rings.recent.words32(at: layout.deviceArea, count: layout.size * 2 + 1)
            buffers = memory.buffers.recent.lines
            mask = layout.size - 1
            self.nextAvailable = Int(nextAvailable)
            self.nextUsed = Int(nextUsed)
            self.burst = burst
        }

        /// Whether all rings were found.
        var isWhole: Bool { descriptors.count > 0 && available.count > 0 && used.count > 0 }

        /// The head of the chain in the available entry `index` of the run. Flags and index come before the entries.
        @inline(__always)
        func head(_ index: Int) -> Int { Int(available[2 &+ (nextAvailable &+ index) & mask].load(ordering: .acquiring)) }

        /// Length and flags of a descriptor, without `next`, which means nothing without the flag.
        @inline(__always)
        func extent(_ head: Int) -> UInt64 { descriptors[head].load(1) & 0xFFFF_FFFF_FFFF }

        @inline(__always)
        func address(_ head: Int) -> UInt64 { descriptors[head].load(0) }

        /// Writes used entry `index` of the run. Flags and index come before the entries.
        @inline(__always)
        func use(_ head: Int, _ index: Int, written: UInt32) {
            let entry = 1 &+ ((nextUsed &+ index) & mask) &* 2
            used[entry].store(UInt32(truncatingIfNeeded: head), ordering: .releasing)
            used[entry &+ 1].store(written, ordering: .releasing)
        }
    }

    /// Chains that were made available and not taken, if they can be taken in runs: the device has no other.
    private var waiting: Int {
        available == used && core.allowsRuns && !core.isInOrder ? Int(availableEnd &- available) : 0
    }

    private mutating func advance(_ count: Int) {
        available &+= UInt16(truncatingIfNeeded: count)
        used = available
        core.taken += count
    }

    mutating func deliverRun(
        _ burst: borrowing FrameBurst, from first: Int, _ plain: PlainReception, _ memory: inout DeviceMemory
    ) -> Int {
        let count = min(burst.count - first, waiting)
        guard count > 0 else { return 0 }
        let frames = burst.store.frames.extracting(from: first, count: count)
        // Flags make it too large.
        guard let length = ShortLength(Int(frames.shape(0))) else { return 0 }
        let track = Track(core.layout, available, used, held.burst, memory)
        guard track.isWhole else { return 0 }
        var marks = held.marks.mutableSpan
        let done = burst.isUniform
            ? SplitDeviceQueue.fill(frames, length, nil, track, &marks)
            : SplitDeviceQueue.fill(frames, length, plain, track, &marks)
        advance(done)
        return done
    }

    /// - Parameter plain: what each frame has to be like; nil if that is known.
    @inline(__always)
    private static func fill(
        _ frames: FrameStore.Frames, _ length: ShortLength, _ plain: PlainReception?, _ track: Track,
        _ marks: inout MutableSpan<UInt32>
    ) -> Int {
        let total = UInt32(truncatingIfNeeded: length.count &+ PlainReception.header)
        let first = track.head(0)
        guard first < marks.count else { return 0 }
        // All buffers are posted alike.
        let extent = track.extent(first)
        guard extent >> 32 == UInt64(DescriptorFlags.write), UInt32(truncatingIfNeeded: extent) >= total else { return 0 }
        for index in 0..<frames.count {
            let line = frames.line(index)
            if let plain, frames.shape(index) != UInt32(truncatingIfNeeded: length.count) || !plain.takes(line) {
                return index
            }
            let head = track.head(index)
            guard head < marks.count, marks[head] != track.burst, track.extent(head) == extent,
                // All zero, but for the number of buffers: one.
                track.buffers.write(line, length, behind: 1 << 16, at: track.address(head))
            else { return index }
            track.use(head, index, written: total)
            marks[head] = track.burst
        }
        return frames.count
    }

    mutating func sendRun(into burst: inout FrameBurst, _ memory: inout DeviceMemory) -> Int {
        let waiting = waiting
        guard waiting > 0 else { return 0 }
        let track = Track(core.layout, available, used, held.burst, memory)
        guard track.isWhole else { return 0 }
        var marks = held.marks.mutableSpan
        let head = track.head(0)
        guard head < marks.count,
            let length = ShortLength(Int(UInt32(truncatingIfNeeded: track.extent(head))) - PlainReception.header)
        else { return 0 }
        let done = SplitDeviceQueue.collect(burst.store.freeLines(upTo: waiting), length.count, track, &marks)
        burst.store.take(done, length: length.count)
        advance(done)
        return done
    }

    @inline(__always)
    private static func collect(
        _ lines: consuming MutableSpan<Line>, _ length: Int, _ track: Track, _ marks: inout MutableSpan<UInt32>
    ) -> Int {
        // No flags.
        let extent = UInt64(truncatingIfNeeded: length &+ PlainReception.header)
        for index in 0..<lines.count {
            let head = track.head(index)
            guard head < marks.count, marks[head] != track.burst, track.extent(head) == extent,
                let line = track.buffers.loadBehindZeros(at: track.address(head))
            else { return index }
            lines[index] = line
            track.use(head, index, written: 0)
            marks[head] = track.burst
        }
        return lines.count
    }
}
