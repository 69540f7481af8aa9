import Synchronization

/// Frames from a list, in order, once or several times over.
public final class FrameList: FrameSource {
    private let frames: [[UInt8]]
    private let total: Int
    private let fault: FrameFault
    private let next = Atomic<Int>(0)

    /// - Parameters:
    ///   - rounds: how often the list is sent.
    ///   - fault: what is wrong with each of the frames.
    public init(_ frames: [[UInt8]], rounds: Int = 1, fault: FrameFault = []) {
        self.frames = frames
        self.fault = fault
        total = frames.count * rounds
    }

    public var isExhausted: Bool { next.load(ordering: .acquiring) >= total }

    public func pull(_ limit: Int, into burst: inout FrameBurst) {
        let first = next.load(ordering: .relaxed)
        var number = first
        while number < total, number - first < limit, burst.append(frames[number % frames.count], fault: fault) {
            number += 1
        }
        next.store(number, ordering: .releasing)
    }
}

/// Keeps all frames that it gets.
public final class FrameRecorder: FrameSink {
    private let state = Mutex<[[UInt8]]>([])

    public init() {}

    public func accept(_ burst: borrowing FrameBurst) {
        for index in 0..<burst.count {
            let frame = burst.copy(index)
            state.withLock { $0.append(frame) }
        }
    }

    public var frames: [[UInt8]] { state.withLock { $0 } }
    public var count: Int { state.withLock { $0.count } }
}
