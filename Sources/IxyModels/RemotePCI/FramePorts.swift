package import IxyHardware
import Synchronization

/// A tap interface or a datagram socket as a port's other end.
package final class FramePort: FrameSource, FrameSink {
    fileprivate enum Way: ~Copyable {
        case file(FrameFile)
        case socket(ConnectedFrames)
    }
    fileprivate struct State: ~Copyable {
        let way: Way
        /// How long a socket that is full is waited for.
        var patience = 0
        var buffer = [UInt8](repeating: 0, count: 65536)
    }
    private let state: Mutex<State>
    /// The number to wait for.
    package let descriptor: CInt

    package init(_ file: consuming FrameFile) {
        descriptor = file.descriptor
        state = Mutex(State(way: .file(file)))
    }
    /// - Parameter isPatient: the other side may be slow, and nothing is to be lost on the way to it.
    package init(_ socket: consuming ConnectedFrames, isPatient: Bool) {
        descriptor = socket.descriptor
        state = Mutex(State(way: .socket(socket), patience: isPatient ? 10_000 : 50))
    }

    package var isExhausted: Bool { false }

    package func pull(_ limit: Int, into burst: inout FrameBurst) {
        state.withLock { state in
            for _ in 0..<limit where !burst.isFull {
                guard let count = state.read() else { return }
                burst.append(state.buffer.span.rawBytes.extracting(first: count))
            }
        }
    }

    package func accept(_ burst: borrowing FrameBurst) {
        state.withLock { state in
            for index in 0..<burst.count { state.write(burst.frame(index)) }
        }
    }
}

extension FramePort.State {
    fileprivate mutating func read() -> Int? {
        switch way {
        case .file(let file): file.read(into: &buffer)
        case .socket(let socket): socket.read(into: &buffer)
        }
    }

    /// Frames that the other side does not take are lost, as on a wire.
    fileprivate func write(_ frame: RawSpan) {
        switch way {
        case .file(let file): _ = file.write(frame)
        case .socket(let socket): _ = socket.write(frame, before: Deadline(milliseconds: patience))
        }
    }
}
