import IxyHardware

/// Buffers of one short segment, taken and used in a loop. The rings are read as `take` reads them; what is not as it is
/// nearly always ends the run and is left to `take`.
extension SplitDeviceQueue {
    /// A run's way through the rings.
    private struct Track {
        let available: UInt64
        let descriptors: UInt64
        let used: UInt64
        let mask: UInt16
        let nextAvailable: UInt16
        let nextUsed: UInt16
        let burst: UInt32

        init(_ queue: SplitDeviceQueue) {
            available = queue.core.layout.driverArea &+ 4
            descriptors = queue.core.layout.descriptors
            used = queue.core.layout.deviceArea &+ 4
            mask = queue.mask
            nextAvailable = queue.available
            nextUsed = queue.used
            burst = queue.held.burst
        }

        /// The head of the chain in the available entry `index` of the run; nil unless it can be taken.
        @inline(__always)
        func head(_ index: Int, _ rings: DMAWindow.Words, _ marks: borrowing MutableSpan<UInt32>) -> UInt16? {
            let entry = (nextAvailable &+ UInt16(truncatingIfNeeded: index)) & mask
            guard let head = rings.load16(at: available &+ UInt64(entry) &* 2), head <= mask,
                !HeldMarks.isHeld(marks[Int(head)], in: burst)
            else { return nil }
            return head
        }

        /// Where a descriptor is.
        @inline(__always)
        func descriptor(_ head: UInt16) -> UInt64 { descriptors &+ UInt64(head) &* 16 }

        /// Writes used entry `index` of the run.
        @inline(__always)
        func use(_ head: UInt16, _ index: Int, written: Int, _ rings: DMAWindow.Words) -> Bool {
            let entry = used &+ UInt64((nextUsed &+ UInt16(truncatingIfNeeded: index)) & mask) &* 8
            return rings.store32(UInt32(head), at: entry)
                && rings.store32(UInt32(truncatingIfNeeded: written), at: entry &+ 4)
        }
    }

    private var waiting: Int { Int(availableEnd &- available) }

    mutating func deliverRun(
        _ burst: borrowing FrameBurst, from first: Int, _ plain: PlainReception, _ memory: inout DeviceMemory
    ) -> Int {
        let count = min(burst.count - first, waiting)
        guard count > 0, core.allowsRuns, !core.isInOrder else { return 0 }
        let frames = burst.store.frames.extracting(from: first, count: count)
        // Flags make it too large.
        guard let length = ShortLength(Int(frames.shape(0))) else { return 0 }
        let track = Track(self)
        var marks = held.marks.mutableSpan
        let done = SplitDeviceQueue.fill(frames, length, plain.destination, track, RunWindows(memory), &marks)
        available &+= UInt16(done)
        used &+= UInt16(done)
        core.taken += done
        return done
    }

    @inline(__always)
    private static func fill(
        _ frames: FrameStore.Frames, _ length: ShortLength, _ destination: UInt64?, _ track: Track,
        _ windows: RunWindows, _ marks: inout MutableSpan<UInt32>
    ) -> Int {
        let rings = windows.rings, buffers = windows.buffers
        let shape = frames.shape(0)
        let total = length.count + RunWindows.header
        for index in 0..<frames.count {
            let line = frames.line(index)
            guard frames.shape(index) == shape else { return index }
            if let destination, line.bigEndian(UInt64.self, at: 0) >> 16 != destination { return index }
            guard let head = track.head(index, rings, marks),
                let word = rings.load64(at: track.descriptor(head) &+ 8),
                UInt16(truncatingIfNeeded: word >> 32) == DescriptorFlags.write,
                UInt32(truncatingIfNeeded: word) >= UInt32(truncatingIfNeeded: total),
                let address = rings.load64(at: track.descriptor(head)),
                // All zero, but for the number of buffers: one.
                buffers.write(0, 1 << 16, to: address),
                buffers.write(line, length, to: address &+ UInt64(RunWindows.header)),
                track.use(head, index, written: total, rings)
            else { return index }
            marks[Int(head)] = track.burst
        }
        return frames.count
    }

    mutating func sendRun(into burst: inout FrameBurst, _ memory: inout DeviceMemory) -> Int {
        let waiting = waiting
        guard waiting > 0, core.allowsRuns, !core.isInOrder else { return 0 }
        let track = Track(self)
        var marks = held.marks.mutableSpan
        guard let length = SplitDeviceQueue.firstLength(track, RunWindows(memory), marks) else { return 0 }
        let done = SplitDeviceQueue.collect(
            burst.store.freeLines(upTo: waiting), length, track, RunWindows(memory), &marks)
        burst.store.take(done, length: length.count)
        available &+= UInt16(done)
        used &+= UInt16(done)
        core.taken += done
        return done
    }

    /// The length of the first frame, if it can begin a run.
    private static func firstLength(
        _ track: Track, _ windows: RunWindows, _ marks: borrowing MutableSpan<UInt32>
    ) -> ShortLength? {
        guard let head = track.head(0, windows.rings, marks),
            let word = windows.rings.load64(at: track.descriptor(head) &+ 8)
        else { return nil }
        return ShortLength(Int(UInt32(truncatingIfNeeded: word)) - RunWindows.header)
    }

    @inline(__always)
    private static func collect(
        _ lines: consuming FrameStore.Lines, _ length: ShortLength, _ track: Track, _ windows: RunWindows,
        _ marks: inout MutableSpan<UInt32>
    ) -> Int {
        let rings = windows.rings, buffers = windows.buffers
        let plain = UInt64(length.count + RunWindows.header)
        for index in 0..<lines.count {
            guard let head = track.head(index, rings, marks),
                let word = rings.load64(at: track.descriptor(head) &+ 8),
                // No flags; what stands in `next` means nothing then.
                word & 0xFFFF_FFFF_FFFF == plain,
                let address = rings.load64(at: track.descriptor(head)),
                buffers.isZero(at: address),
                buffers.read(address &+ UInt64(RunWindows.header), length, into: lines, at: index),
                track.use(head, index, written: 0, rings)
            else { return index }
            marks[Int(head)] = track.burst
        }
        return lines.count
    }
}
