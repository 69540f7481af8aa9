public import IxyCapture
import IxyHardware
import Synchronization

/// The frames of a capture file, in order, as fast as the model takes them.
public final class CaptureSource: FrameSource {
    private struct State: ~Copyable {
        var reader: CaptureReader
        var failure: CaptureError?
    }
    private let state: Mutex<State>
    private let hasEnded = Atomic<Bool>(false)

    /// Opens the file at `path`.
    public init(path: String) throws(CaptureError) {
        state = Mutex(State(reader: try CaptureReader(path: path), failure: nil))
    }

    public var isExhausted: Bool { hasEnded.load(ordering: .acquiring) }

    public func pull(_ limit: Int, into burst: inout FrameBurst) {
        guard !isExhausted else { return }
        state.withLock { state in
            do throws(CaptureError) {
                for _ in 0..<limit where !burst.isFull {
                    guard try state.reader.next() != nil else {
                        hasEnded.store(true, ordering: .releasing)
                        return
                    }
                    burst.append(state.reader.bytes)
                }
            } catch {
                state.failure = error
                hasEnded.store(true, ordering: .releasing)
            }
        }
    }

    /// Throws what ended the reading early, if anything did. All frames before it have been delivered.
    public func check() throws(CaptureError) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }
}

/// Writes what a model sends to a capture file.
public final class CaptureSink: FrameSink {
    private struct State: ~Copyable {
        var writer: CaptureWriter?
        var failure: CaptureError?
    }
    private let state: Mutex<State>

    /// Creates the file at `path`: pcap if its name says so, else pcapng.
    public init(path: String) throws(CaptureError) {
        state = Mutex(State(writer: try CaptureWriter(path: path), failure: nil))
    }

    public func accept(_ burst: borrowing FrameBurst) {
        let stamp = WallClock.nanoseconds
        state.withLock { state in
            guard state.failure == nil else { return }
            do throws(CaptureError) {
                for index in 0..<burst.count { try state.writer?.write(burst.frame(index), stamp: stamp) }
            } catch {
                state.failure = error
            }
        }
    }

    /// Closes the file for a run that has failed. Accepted frames are written; if there are none, it is as if the file
    /// had never been opened.
    public func abandon() { state.withLock { $0.writer = nil } }

    /// Writes everything out and closes the file.
    ///
    /// - Throws: what went wrong now or before, such as a full disk.
    public func finish() throws(CaptureError) {
        let failure = state.withLock { state -> CaptureError? in
            if let failure = state.failure { return failure }
            do throws(CaptureError) {
                if let writer = state.writer.take() { try writer.finish() }
            } catch {
                return error
            }
            return nil
        }
        if let failure { throw failure }
    }
}
