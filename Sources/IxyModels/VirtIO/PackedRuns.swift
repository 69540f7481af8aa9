import IxyHardware

/// Buffers of one short segment, taken and used in a loop, each in the slot in which it was made available. What is not
/// as it is nearly always ends the run and is left to `take`.
extension PackedDeviceQueue {
    /// A run's way along the ring, up to its end.
    private struct Track: ~Escapable {
        let ring: DMAWindow.Words
        let buffers: DMAWindow.Lines
        /// Where the first slot is in the ring, in bytes.
        private let first: Int
        /// The flags that descriptors have to have, and those that they get.
        private let wanted: UInt64
        private let given: UInt64
        let burst: UInt32

        @_lifetime(borrow memory)
        init(_ queue: borrowing PackedDeviceQueue, flags: UInt16, _ memory: borrowing DeviceMemory) {
            ring = memory.rings.recent.words(at: queue.core.layout.descriptors, count: queue.size * 16, alignment: 8)
            buffers = memory.buffers.recent.lines
            first = queue.available.slot * 16
            let wrap = queue.available.wrap
            wanted = UInt64((wrap ? DescriptorFlags.available : DescriptorFlags.used) | flags) << 48
            given = UInt64((wrap ? PackedDeviceQueue.marks : 0) | flags) << 48
            burst = queue.held.burst
        }

        @inline(__always)
        func offset(_ index: Int) -> Int { first &+ index &* 16 }

        /// The second word of a descriptor.
        @inline(__always)
        func word(_ index: Int) -> UInt64 { ring.load64(at: offset(index) &+ 8) }

        @inline(__always)
        func isWanted(_ word: UInt64) -> Bool { word & 0xFFFF << 48 == wanted }

        /// The second word of the used descriptor for one that was available.
        @inline(__always)
        func used(_ word: UInt64, written: Int) -> UInt64 {
            word & 0xFFFF_0000_0000 | UInt64(truncatingIfNeeded: written) | given
        }
    }

    @inline(__always)
    private static func id(_ word: UInt64) -> Int { Int(truncatingIfNeeded: word >> 32 & 0xFFFF) }

    /// Slots up to the ring's end that may be looked at: none if a buffer is with the device.
    private var room: Int {
        guard core.allowsRuns, heldSlots == 0 else { return 0 }
        return min(size - available.slot, size - unpublished)
    }

    /// Ends a run of `done` slots.
    ///
    /// - Parameter word: the first one's second word, which shows last.
    private mutating func finishRun(_ done: Int, _ word: UInt64) {
        guard done > 0 else { return }
        deferred = (deferred?.place ?? self.word(available.slot), word)
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
        let track = Track(self, flags: DescriptorFlags.write, memory)
        guard track.ring.count > 0 else { return 0 }
        var word = deferred?.word
        var marks = held.marks.mutableSpan
        let done = PackedDeviceQueue.fill(frames, length, plain.destination, track, &marks, &word)
        finishRun(done, word ?? 0)
        return done
    }

    /// - Parameter deferred: the word that is stored last; the run's first one if there is none yet.
    @inline(__always)
    private static func fill(
        _ frames: FrameStore.Frames, _ length: ShortLength, _ destination: UInt64?, _ track: Track,
        _ marks: inout MutableSpan<UInt32>, _ deferred: inout UInt64?
    ) -> Int {
        let shape = frames.shape(0)
        let total = length.count &+ PlainReception.header
        for index in 0..<frames.count {
            let line = frames.line(index)
            guard frames.shape(index) == shape else { return index }
            if let destination, line.bigEndian(UInt64.self, at: 0) >> 16 != destination { return index }
            let word = track.word(index)
            let id = id(word)
            guard track.isWanted(word), Int(word & 0xFFFF_FFFF) >= total,
                !HeldMarks.isHeld(marks[id], in: track.burst)
            else { return index }
            let address = track.ring.load64(at: track.offset(index))
            // All zero, but for the number of buffers: one.
            guard track.buffers.write(0, 1 << 16, to: address),
                track.buffers.write(line, length, to: address &+ UInt64(PlainReception.header))
            else { return index }
            let used = track.used(word, written: total)
            if deferred != nil {
                track.ring.store64(used, at: track.offset(index) &+ 8)
            } else {
                deferred = used
            }
            marks[id] = track.burst
        }
        return frames.count
    }

    mutating func sendRun(into burst: inout FrameBurst, _ memory: inout DeviceMemory) -> Int {
        let room = room
        guard room > 0 else { return 0 }
        let track = Track(self, flags: 0, memory)
        guard track.ring.count > 0, track.isWanted(track.word(0)),
            let length = ShortLength(Int(track.word(0) & 0xFFFF_FFFF) - PlainReception.header)
        else { return 0 }
        let usesInBatches = core.usesInBatches
        var word = deferred?.word
        var marks = held.marks.mutableSpan
        let done = PackedDeviceQueue.collect(
            burst.store.freeLines(upTo: room), length, track, &marks, &word, usesInBatches: usesInBatches)
        burst.store.take(done, length: length.count)
        finishRun(done, word ?? 0)
        return done
    }

    @inline(__always)
    private static func collect(
        _ lines: consuming FrameStore.Lines, _ length: ShortLength, _ track: Track,
        _ marks: inout MutableSpan<UInt32>, _ deferred: inout UInt64?, usesInBatches: Bool
    ) -> Int {
        let total = length.count &+ PlainReception.header
        for index in 0..<lines.count {
            let word = track.word(index)
            let id = id(word)
            guard track.isWanted(word), Int(word & 0xFFFF_FFFF) == total, !HeldMarks.isHeld(marks[id], in: track.burst)
            else { return index }
            let address = track.ring.load64(at: track.offset(index))
            guard track.buffers.isZero(at: address),
                track.buffers.read(address &+ UInt64(PlainReception.header), length, into: lines, at: index)
            else { return index }
            let used = track.used(word, written: 0)
            if let first = deferred {
                if usesInBatches {
                    // The first slot of a batch names the last buffer. (VirtIO 1.2 §2.8.8)
                    deferred = first & ~(0xFFFF << 32) | used & 0xFFFF << 32
                } else {
                    track.ring.store64(used, at: track.offset(index) &+ 8)
                }
            } else {
                deferred = used
            }
            marks[id] = track.burst
        }
        return lines.count
    }
}
