/// Frames in a modelled device or on a modelled wire: up to 64, one behind the other, in memory that never grows.
///
/// Each frame starts at a cache line of its own, so that short frames are copied in whole lines.
@safe
package struct FrameStore: ~Copyable, Sendable {
    /// The most frames at a time.
    @inlinable package static var limit: Int { 64 }
    /// Bytes of the longest frame, without its check sequence: 9728 with it. (82599 §1.3)
    @inlinable package static var longest: Int { 9724 }
    /// Bytes of a line.
    @inlinable package static var lineSize: Int { 64 }
    /// Room for 64 frames of 1536 bytes, and for one of the longest behind the first 63.
    @usableFromInline static var capacity: Int { 63 * 1536 + 9728 }

    /// Where a frame is, and what it is like.
    @frozen @usableFromInline
    struct Mark {
        @usableFromInline let offset: UInt32
        @usableFromInline let shape: UInt32
        @usableFromInline init(offset: UInt32, shape: UInt32) {
            self.offset = offset
            self.shape = shape
        }
    }

    @usableFromInline nonisolated(unsafe) let bytes: UnsafeMutableRawPointer
    @usableFromInline nonisolated(unsafe) let marks: UnsafeMutablePointer<Mark>
    /// Number of frames.
    package private(set) var count = 0
    /// The line at which the next frame starts; at most `capacity` less the longest frame unless the store is full.
    private var end = 0
    /// So many marks at the front are those of consecutive lines with frames of `lineShape`, even if they are not in use.
    private var lineMarks = 0
    private var lineShape: UInt32 = 0
    /// Bytes of the frame that is being put together there.
    package private(set) var unfinished = 0

    package init() {
        // Sound: all bytes and marks are initialized here, once, and freed in `deinit`; no other owner has them.
        unsafe bytes = .allocate(byteCount: FrameStore.capacity, alignment: FrameStore.lineSize)
        unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0, count: FrameStore.capacity)
        unsafe marks = .allocate(capacity: FrameStore.limit)
        unsafe marks.initialize(repeating: Mark(offset: 0, shape: 0), count: FrameStore.limit)
    }

    deinit {
        // Sound: allocated in `init`; views cannot outlive the store.
        unsafe bytes.deallocate()
        unsafe marks.deallocate()
    }

    /// Whether no further frame of any length is sure to fit.
    package var isFull: Bool { count >= FrameStore.limit || end > FrameStore.capacity - FrameStore.longest }

    package mutating func removeAll() {
        count = 0
        end = 0
        unfinished = 0
    }

    /// Adds bytes to the frame that is being put together. False, and nothing is added, if it would be too long.
    package mutating func extend(by part: borrowing RawSpan) -> Bool {
        guard !isFull, part.byteCount <= FrameStore.longest - unfinished else { return false }
        unsafe part.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            // Sound: not full, so from `end` on there is room for the longest frame, of which `unfinished` are used.
            unsafe (bytes + end + unfinished).copyMemory(from: start, byteCount: source.count)
        }
        unfinished += part.byteCount
        return true
    }

    /// Ends the frame that is being put together, with zeros up to `minimum` bytes.
    ///
    /// - Parameter flags: up to 16 bits that stay with the frame.
    package mutating func finish(minimum: Int = 0, flags: UInt16 = 0) {
        precondition(!isFull && minimum <= FrameStore.lineSize, "a frame is ended for which there was no room")
        if unfinished < minimum {
            // Sound: inside of the first line at `end`.
            unsafe (bytes + end + unfinished).initializeMemory(
                as: UInt8.self, repeating: 0, count: minimum - unfinished)
            unfinished = minimum
        }
        lineMarks = min(lineMarks, count)
        // Sound: `count` is below the limit.
        unsafe marks[count] = Mark(offset: UInt32(end), shape: UInt32(unfinished) | UInt32(flags) << 16)
        count += 1
        end += max(1, (unfinished + FrameStore.lineSize - 1) / FrameStore.lineSize) * FrameStore.lineSize
        unfinished = 0
    }

    /// Adds up to `wanted` frames of `other`, from `first` on, as many as fit. Returns how many.
    package mutating func append(_ wanted: Int, from first: Int, of other: borrowing FrameStore) -> Int {
        precondition(first >= 0 && first <= other.count && unfinished == 0, "no such frames")
        var taken = max(0, min(wanted, other.count - first, FrameStore.limit - count))
        while other.start(first + taken) - other.start(first) > FrameStore.capacity - end { taken -= 1 }
        guard taken > 0 else { return 0 }
        let start = other.start(first)
        let size = other.start(first + taken) - start
        // Sound: `size` bytes from `start` on are frames of `other`, and fit behind `end`, as just checked.
        unsafe (bytes + end).copyMemory(from: other.bytes + start, byteCount: size)
        lineMarks = min(lineMarks, count)
        for index in 0..<taken {
            // Sound: below both stores' counts; a frame keeps its distance from the first one.
            let mark = unsafe other.marks[first + index]
            unsafe marks[count + index] = Mark(offset: UInt32(Int(mark.offset) - start + end), shape: mark.shape)
        }
        count += taken
        end += size
        return taken
    }

    /// Where frame `index` starts, or the next one to come.
    private func start(_ index: Int) -> Int {
        // Sound: a mark of a frame.
        index < count ? Int(unsafe marks[index].offset) : end
    }

    /// Forgets the frame that is being put together.
    package mutating func abandon() { unfinished = 0 }
}

extension FrameStore {
    /// The frames, for a loop over many of them. Cannot outlive the store.
    @inlinable
    package var frames: Frames {
        @_lifetime(borrow self)
        get {
            // Sound: the first `count` marks are set, as long as the store is borrowed.
            let frames = unsafe Frames(bytes: bytes, marks: marks, count: count)
            return unsafe _overrideLifetime(frames, borrowing: self)
        }
    }

    /// A store's frames without the store: words that a loop keeps in registers.
    @safe @frozen
    package struct Frames: ~Escapable {
        @usableFromInline let bytes: UnsafeMutableRawPointer
        @usableFromInline let marks: UnsafeMutablePointer<Mark>
        package let count: Int

        @unsafe @inlinable @inline(__always)
        @_lifetime(immortal)
        init(bytes: UnsafeMutableRawPointer, marks: UnsafeMutablePointer<Mark>, count: Int) {
            unsafe self.bytes = bytes
            unsafe self.marks = marks
            self.count = count
        }

        /// `count` frames from `first` on.
        @inlinable @inline(__always)
        @_lifetime(copy self)
        package func extracting(from first: Int, count: Int) -> Frames {
            precondition(first >= 0 && count >= 0 && first <= self.count && count <= self.count &- first)
            // Sound: a part of these frames, as just checked; it lives no longer than they do.
            let part = unsafe Frames(bytes: bytes, marks: marks + first, count: count)
            return unsafe _overrideLifetime(part, copying: self)
        }

        /// A frame's length in bits 0 to 15, its flags above.
        @inlinable @inline(__always)
        package func shape(_ index: Int) -> UInt32 {
            precondition(index >= 0 && index < count, "no such frame")
            // Sound: in bounds.
            return unsafe marks[index].shape
        }

        /// A frame's length.
        @inlinable @inline(__always)
        package func length(_ index: Int) -> Int { Int(UInt16(truncatingIfNeeded: shape(index))) }

        /// The first line of a frame's storage: 64 bytes, of which those behind a shorter frame mean nothing.
        @inlinable @inline(__always)
        @_lifetime(copy self)
        package func line(_ index: Int) -> RawSpan {
            precondition(index >= 0 && index < count, "no such frame")
            // Sound: a frame's storage is whole lines, at least one, all initialized.
            let span = unsafe RawSpan(_unsafeStart: bytes + Int(marks[index].offset), byteCount: FrameStore.lineSize)
            return unsafe _overrideLifetime(span, copying: self)
        }

        /// The bytes of a frame.
        @inlinable @inline(__always)
        @_lifetime(copy self)
        package func frame(_ index: Int) -> RawSpan {
            precondition(index >= 0 && index < count, "no such frame")
            // Sound: a mark names bytes inside of the store, all initialized.
            let span = unsafe RawSpan(
                _unsafeStart: bytes + Int(marks[index].offset), byteCount: Int(marks[index].shape & 0xFFFF))
            return unsafe _overrideLifetime(span, copying: self)
        }
    }
}

extension FrameStore {
    /// Up to `wanted` free lines for frames that need one each. `take` makes frames of them.
    ///
    /// For this package alone: Swift 6.3 lets a value that depends on `&self` escape into another `inout`.
    @_lifetime(&self)
    package mutating func freeLines(upTo wanted: Int) -> Lines {
        let room = min(FrameStore.limit - count, (FrameStore.capacity - end) >> 6)
        // Sound: so many lines are behind `end`, and nobody else uses them while the store is borrowed.
        let lines = unsafe Lines(bytes: bytes + end, count: max(0, min(wanted, room)))
        return unsafe _overrideLifetime(lines, mutating: &self)
    }

    /// Makes frames of `length` bytes, at most a line, of the first `taken` free lines.
    package mutating func take(_ taken: Int, length: Int) {
        precondition(
            taken >= 0 && taken <= FrameStore.limit - count && taken <= (FrameStore.capacity - end) >> 6
                && unfinished == 0 && length >= 0 && length <= FrameStore.lineSize,
            "more lines are taken than are free")
        // A store is mostly filled with frames of one length again and again: then their marks are there already.
        if lineShape != UInt32(truncatingIfNeeded: length) || lineMarks < count + taken || end != count << 6 {
            mark(taken, length)
        }
        count += taken
        end += taken << 6
    }

    @inline(never)
    private mutating func mark(_ taken: Int, _ length: Int) {
        let shape = UInt32(length)
        for index in 0..<taken {
            // Sound: `count + index` is below the limit, as `take` has checked.
            unsafe marks[count + index] = Mark(offset: UInt32(end + index << 6), shape: shape)
        }
        if count == 0 {
            lineShape = shape
            lineMarks = taken
        } else if lineShape == shape, lineMarks >= count, end == count << 6 {
            lineMarks = max(lineMarks, count + taken)
        } else {
            lineMarks = min(lineMarks, count)
        }
    }
}

extension FrameStore {
    /// Free lines of a store.
    @safe @frozen @usableFromInline
    package struct Lines: ~Copyable, ~Escapable {
        @usableFromInline let bytes: UnsafeMutableRawPointer
        @usableFromInline package let count: Int

        @unsafe @inlinable @inline(__always)
        @_lifetime(immortal)
        init(bytes: UnsafeMutableRawPointer, count: Int) {
            unsafe self.bytes = bytes
            self.count = count
        }

        /// Fills line `index` with `line`, and stores `number` at `offset`, most significant byte first.
        @inlinable @inline(__always)
        package func fill(_ index: Int, with line: SIMD64<UInt8>, number: UInt64, at offset: Int) {
            precondition(index >= 0 && index < count && offset >= 0 && offset <= FrameStore.lineSize &- 8)
            let place = unsafe bytes + index &* FrameStore.lineSize
            // Sound: a line is 64 aligned bytes, and the number lies inside of it.
            unsafe place.storeBytes(of: line, as: SIMD64<UInt8>.self)
            unsafe (place + offset).storeBytes(of: number.bigEndian, as: UInt64.self)
        }
    }
}
