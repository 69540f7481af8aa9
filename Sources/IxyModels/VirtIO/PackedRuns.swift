import IxyHardware

/// Buffers of one short segment, taken and used in a loop, each in the slot in which it was made available. What is not
/// as it is nearly always ends the run and is left to `take`.
extension PackedDeviceQueue {
    /// A run's way along the ring, up to its end.
    private struct Track {
        let first: UInt64
        /// The flags that descriptors have to have, and those that they get.
        let wanted: UInt16
        let given: UInt16
        let burst: UInt32

        init(_ queue: PackedDeviceQueue, flags: UInt16) {
            first = queue.word(queue.available.slot)
            let wrap = queue.available.wrap
            wanted = (wrap ? DescriptorFlags.available : DescriptorFlags.used) | flags
            given = (wrap ? PackedDeviceQueue.marks : 0) | flags
            burst = queue.held.burst
        }

        @inline(__always)
        func place(_ index: Int) -> UInt64 { first &+ UInt64(truncatingIfNeeded: index) &* 16 }

        /// The second word of a descriptor, with its flags taken off; nil unless it can be taken.
        @inline(__always)
        func take(_ index: Int, _ rings: DMAWindow.Words, _ marks: borrowing MutableSpan<UInt32>) -> UInt64? {
            guard let word = rings.load64(at: place(index)), UInt16(truncatingIfNeeded: word >> 48) == wanted,
                !HeldMarks.isHeld(marks[Int(PackedDeviceQueue.id(word))], in: burst)
            else { return nil }
            return word & 0xFFFF_FFFF_FFFF
        }
    }

    private static func id(_ word: UInt64) -> UInt16 { UInt16(truncatingIfNeeded: word >> 32) }

    /// Slots up to the ring's end that may be looked at: none if a buffer is with the device.
    private var room: Int {
        guard core.allowsRuns, heldSlots == 0 else { return 0 }
        return min(size - available.slot, size - unpublished)
    }

    /// Ends a run of `done` slots.
    private mutating func finishRun(_ done: Int, _ first: (UInt64, UInt64)?) {
        guard done > 0 else { return }
        if let first { deferred = first }
        available.advance(by: done, size: size)
        used = available
        unpublished += done
        core.taken += done
    }

    mutating func deliverRun(
        _ burst: borrowing FrameBurst, from first: Int, _ plain: PlainReception, _ memory: inout DeviceMemory
    ) -> Int {
        let count = min(burst.count - first, room)
        guard count > 0 else { return 0 }
        let frames = burst.store.frames.extracting(from: first, count: count)
        guard let length = ShortLength(Int(frames.shape(0))) else { return 0 }
        let track = Track(self, flags: DescriptorFlags.write)
        var deferred = deferred
        var marks = held.marks.mutableSpan
        let done = PackedDeviceQueue.fill(
            frames, length, plain.destination, track, RunWindows(memory), &marks, &deferred)
        finishRun(done, deferred)
        return done
    }

    @inline(__always)
    private static func fill(
        _ frames: FrameStore.Frames, _ length: ShortLength, _ destination: UInt64?, _ track: Track,
        _ windows: RunWindows, _ marks: inout MutableSpan<UInt32>, _ deferred: inout (place: UInt64, word: UInt64)?
    ) -> Int {
        let rings = windows.rings, buffers = windows.buffers
        let shape = frames.shape(0)
        let total = UInt64(truncatingIfNeeded: length.count + RunWindows.header)
        for index in 0..<frames.count {
            let line = frames.line(index)
            guard frames.shape(index) == shape else { return index }
            if let destination, line.bigEndian(UInt64.self, at: 0) >> 16 != destination { return index }
            guard let word = track.take(index, rings, marks), word & 0xFFFF_FFFF >= total,
                let address = rings.load64(at: track.place(index) &- 8),
                // All zero, but for the number of buffers: one.
                buffers.write(0, 1 << 16, to: address),
                buffers.write(line, length, to: address &+ UInt64(RunWindows.header))
            else { return index }
            let used = word & 0xFFFF_0000_0000 | total | UInt64(track.given) << 48
            if deferred == nil {
                deferred = (track.place(index), used)
            } else if !rings.store64(used, at: track.place(index)) {
                return index
            }
            marks[Int(id(word))] = track.burst
        }
        return frames.count
    }

    mutating func sendRun(into burst: inout FrameBurst, _ memory: inout DeviceMemory) -> Int {
        let room = room
        guard room > 0 else { return 0 }
        let track = Track(self, flags: 0)
        let usesInBatches = core.usesInBatches
        var deferred = deferred
        var marks = held.marks.mutableSpan
        guard let first = track.take(0, RunWindows(memory).rings, marks),
            let length = ShortLength(Int(UInt32(truncatingIfNeeded: first)) - RunWindows.header)
        else { return 0 }
        let done = PackedDeviceQueue.collect(
            burst.store.freeLines(upTo: room), length, track, RunWindows(memory), &marks, &deferred,
            usesInBatches: usesInBatches)
        burst.store.take(done, length: length.count)
        finishRun(done, deferred)
        return done
    }

    @inline(__always)
    private static func collect(
        _ lines: consuming FrameStore.Lines, _ length: ShortLength, _ track: Track, _ windows: RunWindows,
        _ marks: inout MutableSpan<UInt32>, _ deferred: inout (place: UInt64, word: UInt64)?, usesInBatches: Bool
    ) -> Int {
        let rings = windows.rings, buffers = windows.buffers
        let total = UInt64(truncatingIfNeeded: length.count + RunWindows.header)
        for index in 0..<lines.count {
            guard let word = track.take(index, rings, marks), word & 0xFFFF_FFFF == total,
                let address = rings.load64(at: track.place(index) &- 8),
                buffers.isZero(at: address),
                buffers.read(address &+ UInt64(RunWindows.header), length, into: lines, at: index)
            else { return index }
            let used = word & 0xFFFF_0000_0000 | UInt64(track.given) << 48
            if deferred == nil {
                deferred = (track.place(index), used)
            } else if usesInBatches {
                // The first slot names the last buffer. (VirtIO 1.2 §2.8.8)
                deferred!.word = used
            } else if !rings.store64(used, at: track.place(index)) {
                return index
            }
            marks[Int(id(word))] = track.burst
        }
        return lines.count
    }
}
