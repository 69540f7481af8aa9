import IxyHardware
import Synchronization

/// Numbered frames of one size, as many and as fast as the model takes them: the load for tests and benchmarks.
///
/// Bytes 0 to 13 are an Ethernet header with the local experimental type 88B5, then eight bytes of number, most
/// significant first.
public final class SequenceSource: FrameSource {
    static let numberOffset = 14
    private let template: [UInt8]
    /// The template's first line.
    private let line: Line
    private let total: UInt64
    private let next = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - count: how many frames.
    ///   - size: bytes of each, without frame check sequence, at least 60.
    public init(count: UInt64, size: Int = 60) {
        precondition(size >= 60 && size <= FrameStore.longest, "a frame has 60 to \(FrameStore.longest) bytes")
        total = count
        var frame = [UInt8](repeating: 0, count: size)
        frame.replaceSubrange(0..<14, with: [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xB5])
        template = frame
        var line = Line()
        for index in 0..<min(size, 64) { line[index] = frame[index] }
        self.line = line
    }

    public var isExhausted: Bool { next.load(ordering: .acquiring) >= total }
    /// Frames that were taken so far.
    public var taken: UInt64 { next.load(ordering: .acquiring) }

    public func pull(_ limit: Int, into burst: inout FrameBurst) {
        let first = next.load(ordering: .relaxed)
        let wanted = Int(min(UInt64(limit), total - first))
        let isFirst = burst.count == 0
        let count = template.count <= FrameStore.lineSize
            ? appendLines(wanted, from: first, to: &burst.store) : append(wanted, from: first, to: &burst.store)
        if isFirst { burst.setUniform() }
        next.store(first + UInt64(count), ordering: .releasing)
    }

    /// Frames that fit in a line are made in place.
    private func appendLines(_ wanted: Int, from first: UInt64, to store: inout FrameStore) -> Int {
        let line = line
        let count = SequenceSource.fill(store.freeLines(upTo: wanted), with: line, from: first)
        store.take(count, length: template.count)
        return count
    }

    private static func fill(_ lines: consuming MutableSpan<Line>, with line: Line, from first: UInt64) -> Int {
        for index in 0..<lines.count {
            lines.set(index, to: line, with: first &+ UInt64(truncatingIfNeeded: index), at: numberOffset)
        }
        return lines.count
    }

    private func append(_ wanted: Int, from first: UInt64, to store: inout FrameStore) -> Int {
        let template = template
        let bytes = template.span.rawBytes
        let end = SequenceSource.numberOffset + 8
        for index in 0..<wanted {
            guard !store.isFull else { return index }
            let value = first + UInt64(index)
            let number = InlineArray<8, UInt8> { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) }
            _ = store.extend(by: bytes.extracting(0..<SequenceSource.numberOffset))
            _ = store.extend(by: number.span.rawBytes)
            _ = store.extend(by: bytes.extracting(end..<bytes.byteCount))
            store.finish()
        }
        return wanted
    }
}

/// Checks numbered frames: each one once and in order.
public final class SequenceSink: FrameSink {
    private let expected = Atomic<UInt64>(0)
    private let wrong = Atomic<UInt64>(0)

    public init() {}

    /// Frames so far.
    public var received: UInt64 { expected.load(ordering: .acquiring) }
    /// Frames that were not the next one.
    public var outOfOrder: UInt64 { wrong.load(ordering: .acquiring) }

    public func accept(_ burst: borrowing FrameBurst) {
        let frames = burst.store.frames
        let first = expected.load(ordering: .relaxed)
        let good = SequenceSink.countGood(burst.store.evenLines, Int(burst.store.lineShape), first)
        if good < frames.count { countMistakes(frames, from: good, first) }
        expected.store(first &+ UInt64(frames.count), ordering: .releasing)
    }

    /// How many frames of `length` bytes are as they should be, up to the first that is not.
    private static func countGood(_ lines: Span<Line>, _ length: Int, _ first: UInt64) -> Int {
        guard length >= SequenceSource.numberOffset + 8 else { return 0 }
        var index = 0
        while index < lines.count {
            let line = lines.extracting(index..<index &+ 1).rawBytes
            let number = line.bigEndian(UInt64.self, at: SequenceSource.numberOffset)
            guard number == first &+ UInt64(truncatingIfNeeded: index) else { return index }
            index &+= 1
        }
        return index
    }

    @inline(never)
    private func countMistakes(_ frames: FrameStore.Frames, from good: Int, _ first: UInt64) {
        for index in good..<frames.count {
            let number = frames.line(index).bigEndian(UInt64.self, at: SequenceSource.numberOffset)
            let hasNumber = frames.length(index) >= SequenceSource.numberOffset + 8
            if !hasNumber || number != first &+ UInt64(index) { wrong.wrappingAdd(1, ordering: .relaxed) }
        }
    }
}
