import Synchronization

/// Frames from a list, in order, once or several times over.
public final class FrameList: FrameSource {
    private let frames: [[UInt8]]
    private let total: Int
    private let next = Atomic<Int>(0)

    /// - Parameter rounds: how often the list is sent.
    public init(_ frames: [[UInt8]], rounds: Int = 1) {
        self.frames = frames
        total = frames.count * rounds
    }

    public var isExhausted: Bool { next.load(ordering: .acquiring) >= total }

    public func pull(_ limit: Int, into burst: inout FrameBurst) {
        let first = next.load(ordering: .relaxed)
        let count = min(limit, total - first)
        guard count > 0 else { return }
        for number in first..<first + count { burst.append(frames[number % frames.count]) }
        next.store(first + count, ordering: .releasing)
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

/// A wire: what goes in at one end comes out at the other. Full, it drops.
public final class Wire: FrameSource, FrameSink {
    private let state = Mutex<(frames: [[UInt8]], first: Int, dropped: Int)>(([], 0, 0))
    private let capacity: Int

    /// A wire that holds up to `capacity` frames.
    public init(capacity: Int = 65536) {
        self.capacity = capacity
    }

    public var isExhausted: Bool { false }
    /// Frames that did not fit.
    public var dropped: Int { state.withLock { $0.dropped } }

    public func accept(_ burst: borrowing FrameBurst) {
        for index in 0..<burst.count {
            let frame = burst.copy(index)
            state.withLock { state in
                if state.frames.count - state.first < capacity { state.frames.append(frame) } else { state.dropped += 1 }
            }
        }
    }

    public func pull(_ limit: Int, into burst: inout FrameBurst) {
        var taken: [[UInt8]] = []
        state.withLock { state in
            let count = min(limit, state.frames.count - state.first)
            guard count > 0 else { return }
            taken = Array(state.frames[state.first..<state.first + count])
            state.first += count
            if state.first > 4096 || state.first == state.frames.count {
                state.frames.removeFirst(state.first)
                state.first = 0
            }
        }
        for frame in taken { burst.append(frame) }
    }
}
