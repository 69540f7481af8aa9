import IxyHardware

/// Buffers of one short segment, taken and used in a loop, each in the slot in which it was made available. A buffer
/// that is not of this common kind ends the run and is left to `take`.
extension PackedDeviceQueue {
    /// A run's way along the ring, up to its end.
    private struct Track: ~Escapable {
        let ring: Span<DescriptorWords>
        let buffers: MemoryWindow.Lines
        /// The first slot.
        private let first: Int
        /// The flags that descriptors have to have, and those that they get.
        let wanted: UInt64
        private let given: UInt64
        /// The mark of what the driver does not know to be used.
        let burst: UInt32

        @_lifetime(borrow memory)
        @inline(__always)
        init(
            _ place: Place, size: Int, at address: UInt64, flags: UInt16, _ burst: UInt32,
            _ memory: borrowing DeviceMemory
        ) {
            ring = memory.rings.recent.descriptors(at: address, count: size)
            buffers = memory.buffers.recent.lines
            first = place.slot
            wanted = UInt64((place.wrap ? DescriptorFlags.available : DescriptorFlags.used) | flags) << 48
            given = UInt64((place.wrap ? PackedDeviceQueue.marks : 0) | flags) << 48
            self.burst = burst
        }

        @inline(__always)
        func address(_ index: Int) -> UInt64 { ring[first &+ index].load(0) }

        /// The second word of a descriptor: length, id, flags.
        @inline(__always)
        func word(_ index: Int) -> UInt64 { ring[first &+ index].load(1) }

        /// The second word of the used descriptor for one that was available.
        @inline(__always)
        func used(_ word: UInt64, written: Int) -> UInt64 {
            word & PackedDeviceQueue.idBits | UInt64(truncatingIfNeeded: written) | given
        }

        @inline(__always)
        func store(_ word: UInt64, _ index: Int) { ring[first &+ index].store(word, 1) }
    }

    /// Where a descriptor's second word has the id.
    private static var idBits: UInt64 { 0xFFFF << 32 }

    @inline(__always)
    private static func id(_ word: UInt64) -> Int { Int(truncatingIfNeeded: (word & idBits) >> 32) }

    /// Slots up to the ring's end that may be looked at: none if a buffer is with the device.
    private var room: Int {
        guard core.allowsRuns, heldSlots == 0 else { return 0 }
        return min(size - available.slot, size - unpublished)
    }

    @_lifetime(borrow memory)
    @inline(__always)
    private func track(flags: UInt16, _ memory: borrowing DeviceMemory) -> Track {
        Track(available, size: size, at: core.layout.descriptors, flags: flags, held.burst, memory)
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
        // Flags make it too large.
        guard let length = ShortLength(Int(frames.shape(0))) else { return 0 }
        let track = track(flags: DescriptorFlags.write, memory)
        guard track.ring.count > 0 else { return 0 }
        var word = deferred?.word
        var marks = held.marks.mutableSpan
        let done = burst.isUniform
            ? PackedDeviceQueue.fill(frames, length, nil, track, &marks, &word)
            : PackedDeviceQueue.fill(frames, length, plain, track, &marks, &word)
        finishRun(done, word ?? 0)
        return done
    }

    /// - Parameters:
    ///   - plain: what each frame has to be like; nil if that is known.
    ///   - deferred: the word that is stored last; the run's first one if there is none yet.
    @inline(__always)
    private static func fill(
        _ frames: FrameStore.Frames, _ length: ShortLength, _ plain: PlainReception?, _ track: Track,
        _ marks: inout MutableSpan<UInt32>, _ deferred: inout UInt64?
    ) -> Int {
        let total = length.count &+ PlainReception.header
        // All buffers are posted alike.
        let extent = track.word(0) & ~idBits
        guard extent & 0xFFFF << 48 == track.wanted, Int(extent & 0xFFFF_FFFF) >= total else { return 0 }
        for index in 0..<frames.count {
            let line = frames.line(index)
            if let plain, frames.shape(index) != UInt32(truncatingIfNeeded: length.count) || !plain.takes(line) {
                return index
            }
            let word = track.word(index)
            let id = id(word)
            guard word & ~idBits == extent, marks[id] != track.burst,
                // All zero, but for the number of buffers: one.
                track.buffers.write(line, length, behind: 1 << 16, at: track.address(index))
            else { return index }
            let used = track.used(word, written: total)
            if deferred != nil { track.store(used, index) } else { deferred = used }
            marks[id] = track.burst
        }
        return frames.count
    }

    mutating func sendRun(into burst: inout FrameBurst, _ memory: inout DeviceMemory) -> Int {
        let room = room
        guard room > 0 else { return 0 }
        let track = track(flags: 0, memory)
        guard track.ring.count > 0,
            let length = ShortLength(Int(track.word(0) & 0xFFFF_FFFF) - PlainReception.header)
        else { return 0 }
        let usesInBatches = core.usesInBatches
        var word = deferred?.word
        var marks = held.marks.mutableSpan
        let done = PackedDeviceQueue.collect(
            burst.store.freeLines(upTo: room), length.count, track, &marks, &word, usesInBatches: usesInBatches)
        burst.store.take(done, length: length.count)
        finishRun(done, word ?? 0)
        return done
    }

    @inline(__always)
    private static func collect(
        _ lines: consuming MutableSpan<Line>, _ length: Int, _ track: Track,
        _ marks: inout MutableSpan<UInt32>, _ deferred: inout UInt64?, usesInBatches: Bool
    ) -> Int {
        let extent = track.wanted | UInt64(truncatingIfNeeded: length &+ PlainReception.header)
        for index in 0..<lines.count {
            let word = track.word(index)
            let id = id(word)
            guard word & ~idBits == extent, marks[id] != track.burst,
                let line = track.buffers.loadBehindZeros(at: track.address(index))
            else { return index }
            lines[index] = line
            let used = track.used(word, written: 0)
            if let first = deferred {
                if usesInBatches {
                    // The first slot of a batch names the last buffer. (VirtIO 1.2 §2.8.8)
                    deferred = first & ~idBits | used & idBits
                } else {
                    track.store(used, index)
                }
            } else {
                deferred = used
            }
            marks[id] = track.burst
        }
        return lines.count
    }
}
