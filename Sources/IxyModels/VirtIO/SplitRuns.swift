import IxyHardware

/// Buffers of one short segment, taken and used in a loop. The rings are read as `take` reads them; what is not as it is
/// nearly always ends the run and is left to `take`.
extension SplitDeviceQueue {
    /// A run's way through the rings, found once.
    private struct Track: ~Escapable {
        let descriptors: DMAWindow.Words
        let available: DMAWindow.Words
        let used: DMAWindow.Words
        let buffers: DMAWindow.Lines
        let mask: UInt16
        let nextAvailable: UInt16
        let nextUsed: UInt16
        let burst: UInt32

        @_lifetime(borrow memory)
        init(_ queue: borrowing SplitDeviceQueue, _ memory: borrowing DeviceMemory) {
            let layout = queue.core.layout
            descriptors = memory.rings.recent.words(at: layout.descriptors, count: layout.size * 16, alignment: 8)
            available = memory.rings.recent.words(at: layout.driverArea, count: layout.size * 2 + 4, alignment: 2)
            used = memory.rings.recent.words(at: layout.deviceArea, count: layout.size * 8 + 4, alignment: 4)
            buffers = memory.buffers.recent.lines
            mask = queue.mask
            nextAvailable = queue.available
            nextUsed = queue.used
            burst = queue.held.burst
        }

        /// Whether all rings were found.
        var isWhole: Bool { descriptors.count > 0 && available.count > 0 && used.count > 0 }

        /// The head of the chain in the available entry `index` of the run.
        @inline(__always)
        func head(_ index: Int) -> Int {
            let entry = (nextAvailable &+ UInt16(truncatingIfNeeded: index)) & mask
            return Int(available.load16(at: 4 &+ Int(entry) &* 2))
        }

        /// Writes used entry `index` of the run.
        @inline(__always)
        func use(_ head: Int, _ index: Int, written: Int) {
            let entry = 4 &+ Int((nextUsed &+ UInt16(truncatingIfNeeded: index)) & mask) &* 8
            used.store32(UInt32(truncatingIfNeeded: head), at: entry)
            used.store32(UInt32(truncatingIfNeeded: written), at: entry &+ 4)
        }
    }

    /// Chains that were made available and not taken.
    private var waiting: Int { Int(availableEnd &- available) }
    private var allowsRuns: Bool { core.allowsRuns && !core.isInOrder }

    mutating func deliverRun(
        _ burst: borrowing FrameBurst, from first: Int, _ plain: PlainReception, _ memory: inout DeviceMemory
    ) -> Int {
        let count = min(burst.count - first, waiting)
        guard count > 0, allowsRuns else { return 0 }
        let frames = burst.store.frames.extracting(from: first, count: count)
        // Flags make it too large.
        guard let length = ShortLength(Int(frames.shape(0))) else { return 0 }
        let track = Track(self, memory)
        guard track.isWhole else { return 0 }
        var marks = held.marks.mutableSpan
        let done = SplitDeviceQueue.fill(frames, length, plain.destination, track, &marks)
        available &+= UInt16(done)
        used &+= UInt16(done)
        core.taken += done
        return done
    }

    @inline(__always)
    private static func fill(
        _ frames: FrameStore.Frames, _ length: ShortLength, _ destination: UInt64?, _ track: Track,
        _ marks: inout MutableSpan<UInt32>
    ) -> Int {
        let shape = frames.shape(0)
        let total = length.count &+ PlainReception.header
        for index in 0..<frames.count {
            let line = frames.line(index)
            guard frames.shape(index) == shape else { return index }
            if let destination, line.bigEndian(UInt64.self, at: 0) >> 16 != destination { return index }
            let head = track.head(index)
            guard head < marks.count, !HeldMarks.isHeld(marks[head], in: track.burst) else { return index }
            let word = track.descriptors.load64(at: head &* 16 &+ 8)
            let address = track.descriptors.load64(at: head &* 16)
            guard UInt16(truncatingIfNeeded: word >> 32) == DescriptorFlags.write,
                Int(word & 0xFFFF_FFFF) >= total,
                // All zero, but for the number of buffers: one.
                track.buffers.write(0, 1 << 16, to: address),
                track.buffers.write(line, length, to: address &+ UInt64(PlainReception.header))
            else { return index }
            track.use(head, index, written: total)
            marks[head] = track.burst
        }
        return frames.count
    }

    mutating func sendRun(into burst: inout FrameBurst, _ memory: inout DeviceMemory) -> Int {
        let waiting = waiting
        guard waiting > 0, allowsRuns else { return 0 }
        let track = Track(self, memory)
        guard track.isWhole else { return 0 }
        var marks = held.marks.mutableSpan
        let head = track.head(0)
        guard head < marks.count,
            let length = ShortLength(
                Int(track.descriptors.load64(at: head * 16 + 8) & 0xFFFF_FFFF) - PlainReception.header)
        else { return 0 }
        let done = SplitDeviceQueue.collect(burst.store.freeLines(upTo: waiting), length, track, &marks)
        burst.store.take(done, length: length.count)
        available &+= UInt16(done)
        used &+= UInt16(done)
        core.taken += done
        return done
    }

    @inline(__always)
    private static func collect(
        _ lines: consuming FrameStore.Lines, _ length: ShortLength, _ track: Track, _ marks: inout MutableSpan<UInt32>
    ) -> Int {
        let plain = UInt64(truncatingIfNeeded: length.count &+ PlainReception.header)
        for index in 0..<lines.count {
            let head = track.head(index)
            guard head < marks.count, !HeldMarks.isHeld(marks[head], in: track.burst) else { return index }
            let address = track.descriptors.load64(at: head &* 16)
            // No flags; what stands in `next` means nothing then.
            guard track.descriptors.load64(at: head &* 16 &+ 8) & 0xFFFF_FFFF_FFFF == plain,
                track.buffers.isZero(at: address),
                track.buffers.read(address &+ UInt64(PlainReception.header), length, into: lines, at: index)
            else { return index }
            track.use(head, index, written: 0)
            marks[head] = track.burst
        }
        return lines.count
    }
}
