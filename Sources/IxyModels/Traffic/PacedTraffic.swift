#if arch(x86_64)
public import IxyHardware
import Synchronization

/// Frames at a steady pace, each with the time at which it is given to the model: for measuring how long a driver takes.
///
/// Bytes 14 to 21 hold the ticks of the time stamp counter, most significant byte first. The clock is read once for each
/// burst; at a pace that the model keeps up with, a burst holds what came due in one round of the model.
public final class PacedSource: FrameSource {
    static let stampOffset = 14
    private let line: Line
    private let clock: TimeStampCounter
    /// Ticks from one frame to the next, in 1/65536.
    private let interval: UInt64
    /// When the next frame is due, in 1/65536 ticks from `origin` on.
    private let next = Atomic<UInt64>(0)
    private let origin: UInt64
    private let count = Atomic<UInt64>(0)
    private let late = Atomic<UInt64>(0)

    /// - Parameter interval: ticks of the counter from one frame to the next.
    public init(every interval: Double, _ clock: TimeStampCounter) {
        precondition(interval >= 1 && interval < 1e9, "a pace of 1 to 1e9 ticks a frame")
        var line = Line()
        let header: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xB5]
        for index in header.indices { line[index] = header[index] }
        self.line = line
        self.clock = clock
        self.interval = UInt64(interval * 65536)
        origin = clock.now()
    }

    public var isExhausted: Bool { false }
    /// Frames so far.
    public var sent: UInt64 { count.load(ordering: .acquiring) }
    /// Frames that were left out because the model was too late for them: it was stopped, or the pace is too high.
    public var leftOut: UInt64 { late.load(ordering: .acquiring) }

    public func pull(_ limit: Int, into burst: inout FrameBurst) {
        let now = clock.now()
        let passed = (now &- origin) &<< 16
        var due = next.load(ordering: .relaxed)
        guard passed >= due, burst.count == 0 else { return }
        var waiting = (passed - due) / interval + 1
        // A backlog of more than two bursts is not made up for: a sender on a wire would not, either.
        if waiting > 128 {
            let skipped = waiting - 64
            late.wrappingAdd(skipped, ordering: .relaxed)
            due += skipped * interval
            waiting = 64
        }
        let wanted = min(limit, Int(waiting))
        let made = PacedSource.fill(burst.store.freeLines(upTo: wanted), with: line, now)
        burst.store.take(made, length: 60)
        burst.setUniform()
        next.store(due + UInt64(made) * interval, ordering: .relaxed)
        count.wrappingAdd(UInt64(made), ordering: .releasing)
    }

    private static func fill(_ lines: consuming MutableSpan<Line>, with line: Line, _ stamp: UInt64) -> Int {
        for index in 0..<lines.count { lines.set(index, to: line, with: stamp, at: stampOffset) }
        return lines.count
    }
}

/// Measures how long stamped frames were on their way.
public final class StampSink: FrameSink {
    /// Ticks of one bin; what is above the last one is counted there.
    public static let ticksPerBin: UInt64 = 16
    private static let binCount = 1 << 16
    private let clock: TimeStampCounter
    private let bins = Mutex([UInt32](repeating: 0, count: binCount))
    private let frames = Atomic<UInt64>(0)
    private let isRecording = Atomic<Bool>(false)

    public init(_ clock: TimeStampCounter) {
        self.clock = clock
    }

    /// Frames so far.
    public var received: UInt64 { frames.load(ordering: .acquiring) }

    /// Begins to record.
    public func record() { isRecording.store(true, ordering: .releasing) }

    /// Ends recording, and returns how many frames took how long since it began: number `i` is for those of
    /// `16 i ..< 16 (i + 1)` ticks.
    public func take() -> [UInt32] {
        isRecording.store(false, ordering: .releasing)
        return bins.withLock { bins in
            let found = bins
            for index in bins.indices { bins[index] = 0 }
            return found
        }
    }

    public func accept(_ burst: borrowing FrameBurst) {
        let now = clock.now()
        let waiting = burst.store.frames
        if isRecording.load(ordering: .acquiring) {
            bins.withLock { bins in
                for index in 0..<waiting.count {
                    let stamp = waiting.line(index).bigEndian(UInt64.self, at: PacedSource.stampOffset)
                    bins[Int(min((now &- stamp) / StampSink.ticksPerBin, UInt64(StampSink.binCount - 1)))] += 1
                }
            }
        }
        frames.wrappingAdd(UInt64(waiting.count), ordering: .releasing)
    }
}
#endif
