import BasicContainers
import IxyHardware

/// Frames in a modelled device or on a modelled wire: up to 64, one behind the other, in memory that never grows.
///
/// Each frame starts at a cache line of its own, so that short frames are copied in whole lines.
struct FrameStore: ~Copyable, Sendable {
    /// The most frames at a time.
    static var limit: Int { 64 }
    /// Bytes of the longest frame, without its check sequence: 9728 with it. (82599 §1.3)
    static var longest: Int { 9724 }
    /// Bytes of a line.
    static var lineSize: Int { 64 }
    /// Lines of the longest frame.
    private static var longestLines: Int { 9728 / 64 }
    /// Room for 64 frames of 1536 bytes, and for one of the longest behind the first 63.
    private static var capacity: Int { 63 * 1536 / 64 + longestLines }

    /// Where a frame is, and what it is like.
    struct Mark {
        /// Its first line.
        let line: UInt32
        let shape: UInt32
    }

    private var lines = RigidArray(repeating: Line(), count: capacity)
    private var marks = RigidArray(repeating: Mark(line: 0, shape: 0), count: limit)
    /// Number of frames.
    private(set) var count = 0
    /// The line at which the next frame starts; at most `capacity` less the longest frame unless the store is full.
    private var end = 0
    /// So many marks at the front are those of consecutive lines with frames of `lineShape`, even if they are not in use.
    private var lineMarks = 0
    private(set) var lineShape: UInt32 = 0
    /// Bytes of the frame that is being put together there.
    private(set) var unfinished = 0

    /// Whether no further frame of any length is sure to fit.
    var isFull: Bool { count >= FrameStore.limit || end > FrameStore.capacity - FrameStore.longestLines }

    mutating func removeAll() {
        count = 0
        end = 0
        unfinished = 0
    }

    /// Adds bytes to the frame that is being put together. False, and nothing is added, if it would be too long.
    mutating func extend(by part: borrowing RawSpan) -> Bool {
        guard !isFull, part.byteCount <= FrameStore.longest - unfinished else { return false }
        let target = end * FrameStore.lineSize + unfinished
        var span = lines.mutableSpan
        var bytes = span.mutableRawBytes
        bytes.copy(part, at: target)
        unfinished += part.byteCount
        return true
    }

    /// The same with `size` bytes of `memory` from `place` on. False as well if it does not have them.
    mutating func extend(by size: Int, of memory: MemoryWindow, from place: Int) -> Bool {
        guard !isFull, size <= FrameStore.longest - unfinished else { return false }
        let target = end * FrameStore.lineSize + unfinished
        var span = lines.mutableSpan
        var bytes = span.mutableRawBytes
        guard memory.read(size, at: place, into: &bytes, at: target) else { return false }
        unfinished += size
        return true
    }

    /// Ends the frame that is being put together, with zeros up to `minimum` bytes.
    ///
    /// - Parameter flags: up to 16 bits that stay with the frame.
    mutating func finish(minimum: Int = 0, flags: UInt16 = 0) {
        precondition(!isFull && minimum <= FrameStore.lineSize, "a frame is ended for which there was no room")
        while unfinished < minimum {
            lines[end][unfinished] = 0
            unfinished += 1
        }
        lineMarks = min(lineMarks, count)
        marks[count] = Mark(line: UInt32(end), shape: UInt32(unfinished) | UInt32(flags) << 16)
        count += 1
        end += max(1, (unfinished + FrameStore.lineSize - 1) / FrameStore.lineSize)
        unfinished = 0
    }

    /// Adds up to `wanted` frames of `other`, from `first` on, as many as fit. Returns how many.
    mutating func append(_ wanted: Int, from first: Int, of other: borrowing FrameStore) -> Int {
        precondition(first >= 0 && first <= other.count && unfinished == 0, "no such frames")
        let start = other.start(first)
        var taken = max(0, min(wanted, other.count - first, FrameStore.limit - count))
        while other.start(first + taken) - start > FrameStore.capacity - end { taken -= 1 }
        guard taken > 0 else { return 0 }
        let size = other.start(first + taken) - start
        let target = end * FrameStore.lineSize
        var span = lines.mutableSpan
        var bytes = span.mutableRawBytes
        bytes.copy(other.lines.span.extracting(start..<start + size).rawBytes, at: target)
        lineMarks = min(lineMarks, count)
        for index in 0..<taken {
            // A frame keeps its distance from the first one.
            let mark = other.marks[first + index]
            marks[count + index] = Mark(line: UInt32(Int(mark.line) - start + end), shape: mark.shape)
        }
        count += taken
        end += size
        return taken
    }

    /// The length of frame `index` in bits 0 to 15, its flags above.
    @inline(__always)
    func shape(_ index: Int) -> UInt32 {
        precondition(index < count, "no such frame")
        return marks[index].shape
    }

    /// The line where frame `index` starts, or the next one to come.
    private func start(_ index: Int) -> Int { index < count ? Int(marks[index].line) : end }

    /// Forgets the frame that is being put together.
    mutating func abandon() { unfinished = 0 }
}

extension FrameStore {
    /// The frames, for a loop over many of them. Cannot outlive the store.
    var frames: Frames {
        @_lifetime(borrow self)
        @inline(__always)
        get { Frames(lines: lines.span, marks: marks.span.extracting(first: count)) }
    }

    /// Whether each frame has one line, and all are of one length, `lineShape`.
    var isEven: Bool { lineMarks >= count && end == count }

    /// The lines of all frames if they are even; else none. Cannot outlive the store.
    var evenLines: Span<Line> {
        @_lifetime(borrow self)
        @inline(__always)
        get { lines.span.extracting(first: isEven ? count : 0) }
    }

    /// A store's frames without the store: words that a loop keeps in registers.
    struct Frames: ~Escapable {
        private let lines: Span<Line>
        private let marks: Span<Mark>

        @inline(__always)
        @_lifetime(copy lines, copy marks)
        fileprivate init(lines: Span<Line>, marks: Span<Mark>) {
            self.lines = lines
            self.marks = marks
        }

        var count: Int { marks.count }

        /// `count` frames from `first` on.
        @inline(__always)
        @_lifetime(copy self)
        func extracting(from first: Int, count: Int) -> Frames {
            Frames(lines: lines, marks: marks.extracting(first..<first + count))
        }

        /// A frame's length in bits 0 to 15, its flags above.
        @inline(__always)
        func shape(_ index: Int) -> UInt32 { marks[index].shape }

        /// A frame's length.
        @inline(__always)
        func length(_ index: Int) -> Int { Int(UInt16(truncatingIfNeeded: shape(index))) }

        /// The first line of a frame's storage: 64 bytes, of which those behind a shorter frame mean nothing.
        @inline(__always)
        @_lifetime(copy self)
        func line(_ index: Int) -> RawSpan {
            let line = Int(marks[index].line)
            return lines.extracting(line..<line &+ 1).rawBytes
        }

        /// The bytes of a frame.
        @inline(__always)
        @_lifetime(copy self)
        func frame(_ index: Int) -> RawSpan {
            let first = Int(marks[index].line) * FrameStore.lineSize
            return lines.rawBytes.extracting(first..<first + length(index))
        }
    }
}

// For short frames, which are made where they are to lie.
extension FrameStore {
    /// Up to `wanted` free lines for frames that need one each. `take` makes frames of them.
    @_lifetime(&self)
    mutating func freeLines(upTo wanted: Int) -> MutableSpan<Line> {
        let room = min(FrameStore.limit - count, FrameStore.capacity - end)
        let first = end
        return lines.mutableSpan._consumingExtracting(first..<first + max(0, min(wanted, room)))
    }

    /// Makes frames of `length` bytes, at most a line, of the first `taken` free lines.
    mutating func take(_ taken: Int, length: Int) {
        precondition(
            taken >= 0 && taken <= FrameStore.limit - count && taken <= FrameStore.capacity - end
                && unfinished == 0 && length >= 0 && length <= FrameStore.lineSize,
            "more lines are taken than are free")
        // A store is mostly filled with frames of one length again and again: then their marks are there already.
        if lineShape != UInt32(truncatingIfNeeded: length) || lineMarks < count + taken || end != count {
            mark(taken, length)
        }
        count += taken
        end += taken
    }

    @inline(never)
    private mutating func mark(_ taken: Int, _ length: Int) {
        let shape = UInt32(length)
        for index in 0..<taken { marks[count + index] = Mark(line: UInt32(end + index), shape: shape) }
        if count == 0 {
            lineShape = shape
            lineMarks = taken
        } else if lineShape == shape, lineMarks >= count, end == count {
            lineMarks = max(lineMarks, count + taken)
        } else {
            lineMarks = min(lineMarks, count)
        }
    }
}

extension MutableSpan<Line> {
    /// Makes line `index` a copy of `line` with `number` at `offset`, most significant byte first.
    @_lifetime(self: copy self)
    @inline(__always)
    mutating func set(_ index: Int, to line: Line, with number: UInt64, at offset: Int) {
        self[index] = line
        storeBigEndian(number, in: index, at: offset)
    }
}
