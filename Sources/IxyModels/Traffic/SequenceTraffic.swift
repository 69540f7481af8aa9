import IxyHardware
import Synchronization

/// Numbered frames of one size, as many and as fast as the model takes them: the load for tests and benchmarks.
///
/// Bytes 0 to 13 are an Ethernet header with the local experimental type 88B5, then eight bytes of number, most
/// significant first.
public final class SequenceSource: FrameSource {
    static let numberOffset = 14
    private let template: [UInt8]
    private let total: UInt64
    private let next = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - count: how many frames.
    ///   - size: bytes of each, without frame check sequence, at least 60.
    public init(count: UInt64, size: Int = 60) {
        precondition(size >= 60, "a frame has at least 60 bytes")
        total = count
        var frame = [UInt8](repeating: 0, count: size)
        frame.replaceSubrange(0..<14, with: [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xB5])
        template = frame
    }

    public var isExhausted: Bool { next.load(ordering: .acquiring) >= total }
    /// Frames that were taken so far.
    public var taken: UInt64 { next.load(ordering: .acquiring) }

    public func pull(_ limit: Int, into burst: inout FrameBurst) {
        let first = next.load(ordering: .relaxed)
        let count = min(UInt64(limit), total - first)
        for number in first..<first + count {
            burst.append(template, number: number, at: SequenceSource.numberOffset)
        }
        next.store(first + count, ordering: .releasing)
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
        var next = expected.load(ordering: .relaxed)
        for index in 0..<burst.count {
            let start = burst.range(index).lowerBound + SequenceSource.numberOffset
            let number = burst.storage.bigEndian(UInt64.self, at: start)
            if number != next { wrong.wrappingAdd(1, ordering: .relaxed) }
            next += 1
        }
        expected.store(next, ordering: .releasing)
    }
}
