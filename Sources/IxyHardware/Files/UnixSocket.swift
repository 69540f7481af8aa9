import Glibc
import IxySystem

/// One end of a connection between two processes of this machine, on which bytes and open files travel.
///
/// No call waits longer than it is told, and none raises SIGPIPE.
package struct UnixSocket: ~Copyable, Sendable {
    let file: FileDescriptor

    /// The end of a connection that `file` is.
    package init(_ file: consuming FileDescriptor) {
        self.file = file
    }

    /// A socket that does not block and is not inherited.
    static func make(for path: String) throws(SocketError) -> FileDescriptor {
        let options = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        return try SocketError.naming("socket", on: path, try FileDescriptor { socket(AF_UNIX, CInt(options), 0) })
    }

    /// Connects to the process that listens at `path`. Waits only while that has a full queue of others.
    ///
    /// - Throws: `.nobodyListens`, `.timedOut`, or `.hardware`.
    package static func connect(_ path: String, before deadline: Deadline) throws(SocketError) -> UnixSocket {
        let address = try SocketAddress.of(path)
        let file = try make(for: path)
        while true {
            do {
                try file.connect(to: address)
                return UnixSocket(file)
            } catch {
                switch error.code {
                case ENOENT, ECONNREFUSED:
                    throw .nobodyListens(path: path)
                case EAGAIN:
                    guard deadline.milliseconds > 0 else { throw .timedOut }
                    // There is nothing to poll for: the kernel does not tell when the queue has room.
                    usleep(2000)
                default:
                    throw SocketError("connect", on: path, error)
                }
            }
        }
    }

    /// Two ends of a connection: one for this process, and one for a child, which may have an end that waits.
    package static func pair() throws(SocketError) -> SocketPair {
        let numbers = try SocketError.naming("socketpair", on: "a connection to a child", try FileDescriptor.socketPair())
        let own = FileDescriptor(adopting: numbers[0])
        try? own.set(nonblocking: true)
        return SocketPair(own: UnixSocket(own), other: FileDescriptor(adopting: numbers[1]))
    }

    /// Both ends of a connection.
    @frozen
    package struct SocketPair: ~Copyable {
        package let own: UnixSocket
        package let other: FileDescriptor
    }

    /// The number by which it is handed to another process, as long as this value lives.
    package var descriptor: CInt { file.rawValue }

    /// Whether the other side is still there, as far as a look without waiting tells.
    package var isConnected: Bool {
        var states = [pollfd(fd: file.rawValue, events: Int16(POLLIN) | UnixSocket.hangUp, revents: 0)]
        do throws(ErrorNumber) {
            _ = try FileDescriptor.poll(&states, milliseconds: 0)
        } catch {
            return error.code == EINTR
        }
        return states[0].revents & (Int16(POLLHUP) | Int16(POLLERR) | Int16(POLLNVAL) | UnixSocket.hangUp) == 0
    }

    /// `POLLRDHUP` of <poll.h>, which only `_GNU_SOURCE` shows: the other side sends no more.
    private static let hangUp: Int16 = 0x2000

    /// Waits until there is something to receive, the end of the connection included; false if there is not in time.
    package func waitReadable(before deadline: Deadline) throws(SocketError) -> Bool {
        try wait(for: POLLIN, before: deadline)
    }

    private func wait(for event: CInt, before deadline: Deadline) throws(SocketError) -> Bool {
        try SocketError.naming("poll", on: "a socket", try file.wait(for: event, before: deadline))
    }
}

// Bytes and files.
extension UnixSocket {
    /// Sends all of `bytes`, and with the first of them the open files whose numbers are in `files`.
    ///
    /// - Parameter files: at most eight; the caller keeps them open until this returns.
    /// - Throws: `.closed`, `.timedOut`, or `.hardware`.
    package func send(_ bytes: [UInt8], files: [CInt] = [], before deadline: Deadline) throws(SocketError) {
        precondition(!bytes.isEmpty && files.count <= PassedFiles.limit, "at most eight files, and not by themselves")
        var sent = 0
        while sent < bytes.count {
            do throws(ErrorNumber) {
                let control = sent == 0 ? ControlMessage.bytes(files: files) : []
                sent += try file.send(bytes.span.rawBytes.extracting(sent..<bytes.count), control: control)
            } catch {
                switch error.code {
                case EAGAIN: guard try wait(for: POLLOUT, before: deadline) else { throw SocketError.timedOut }
                case EPIPE, ECONNRESET: throw SocketError.closed
                default: throw SocketError("sendmsg", on: "a socket", error)
                }
            }
        }
    }

    /// Receives exactly `count` bytes, and whatever files come with them.
    ///
    /// - Parameter files: takes the files, also when this throws.
    /// - Throws: `.closed` at the end of the connection, also in the middle; `.timedOut`; `.tooManyFiles`; `.hardware`.
    package func receive(
        count: Int, files: inout PassedFiles, before deadline: Deadline
    ) throws(SocketError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = try receive(into: &bytes, from: filled, files: &files)
            if got == nil, try !wait(for: POLLIN, before: deadline) { throw .timedOut }
            filled += got ?? 0
        }
        return bytes
    }

    /// Receives what there is, at most 4096 bytes; nil if nothing comes in time.
    ///
    /// - Throws: `.closed` at the end of the connection; `.hardware`.
    package func receiveSome(before deadline: Deadline) throws(SocketError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while try wait(for: POLLIN, before: deadline) {
            // Nobody sends files here; they are closed.
            var files = PassedFiles()
            if let got = try receive(into: &bytes, from: 0, files: &files) { return Array(bytes[..<got]) }
        }
        return nil
    }

    /// Receives what there is now; nil if there is nothing.
    private func receive(
        into bytes: inout [UInt8], from start: Int, files: inout PassedFiles
    ) throws(SocketError) -> Int? {
        var control = [UInt8](repeating: 0, count: ControlMessage.capacity)
        let end = bytes.count
        var span = bytes.mutableSpan
        var room = span.mutableRawBytes
        var rest = room._mutatingExtracting(start..<end)
        let got: (count: Int, flags: CInt)
        do {
            got = try file.receive(into: &rest, control: &control)
        } catch {
            switch error.code {
            case EAGAIN: return nil
            case ECONNRESET: throw .closed
            default: throw SocketError("recvmsg", on: "a socket", error)
            }
        }
        // Cut off: the kernel has closed those that did not fit.
        let areAllIn = ControlMessage.admit(control, to: &files)
        guard got.count > 0 else { throw .closed }
        guard areAllIn, got.flags & CInt(MSG_CTRUNC) == 0 else { throw .tooManyFiles }
        return got.count
    }
}
