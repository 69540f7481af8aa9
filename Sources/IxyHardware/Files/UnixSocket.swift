import Glibc

/// One end of a connection between two processes of this machine, on which bytes and open files travel.
///
/// No call waits longer than it is told, and none raises SIGPIPE.
public struct UnixSocket: ~Copyable, Sendable {
    private let file: FileDescriptor

    /// The end of a connection that `file` is.
    package init(_ file: consuming FileDescriptor) {
        self.file = file
    }

    /// A socket that does not block and is not inherited.
    static func make(for path: String) throws(SocketError) -> FileDescriptor {
        let options = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let descriptor = socket(AF_UNIX, CInt(options), 0)
        guard descriptor >= 0 else { throw .lastSystemError("socket", on: path) }
        return FileDescriptor(adopting: descriptor)
    }

    /// Connects to the process that listens at `path`. Waits only while that has a full queue of others.
    ///
    /// - Throws: `.nobodyListens`, `.timedOut`, or `.hardware`.
    public static func connect(_ path: String, before deadline: Deadline) throws(SocketError) -> UnixSocket {
        let address = try SocketAddress(path)
        let file = try make(for: path)
        while true {
            let result = unsafe address.withPointer { unsafe Glibc.connect(file.rawValue, $0, $1) }
            if result == 0 { return UnixSocket(file) }
            switch errno {
            case ENOENT, ECONNREFUSED:
                throw .nobodyListens(path: path)
            case EAGAIN, EINTR:
                guard deadline.milliseconds > 0 else { throw .timedOut }
                // There is nothing to poll for: the kernel does not tell when the queue has room.
                usleep(2000)
            default:
                throw .lastSystemError("connect", on: path)
            }
        }
    }

    /// Two ends of a connection: one for this process, and one for a child, which may have an end that waits.
    public static func pair() throws(SocketError) -> SocketPair {
        var numbers: [CInt] = [-1, -1]
        // Sound: the call fills in two numbers.
        let result = unsafe socketpair(
            AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &numbers)
        guard result == 0 else { throw .lastSystemError("socketpair", on: "a connection to a child") }
        _ = fcntl(numbers[0], F_SETFL, O_NONBLOCK)
        return SocketPair(
            own: UnixSocket(FileDescriptor(adopting: numbers[0])), other: FileDescriptor(adopting: numbers[1]))
    }

    /// Both ends of a connection.
    @frozen
    public struct SocketPair: ~Copyable {
        public let own: UnixSocket
        public let other: FileDescriptor
    }

    /// The number by which it is handed to another process, as long as this value lives.
    public var descriptor: CInt { file.rawValue }

    /// Whether the other side is still there, as far as a look without waiting tells.
    public var isConnected: Bool {
        var state = pollfd(fd: file.rawValue, events: Int16(POLLIN) | UnixSocket.hangUp, revents: 0)
        // Sound: one structure, alive through the call, and the count says one.
        guard unsafe poll(&state, 1, 0) >= 0 else { return errno == EINTR }
        return state.revents & (Int16(POLLHUP) | Int16(POLLERR) | Int16(POLLNVAL) | UnixSocket.hangUp) == 0
    }

    /// `POLLRDHUP` of <poll.h>, which only `_GNU_SOURCE` shows: the other side sends no more.
    private static let hangUp: Int16 = 0x2000

    /// Waits until there is something to receive, the end of the connection included; false if there is not in time.
    public func waitReadable(before deadline: Deadline) throws(SocketError) -> Bool {
        try wait(for: POLLIN, before: deadline)
    }

    private func wait(for event: CInt, before deadline: Deadline) throws(SocketError) -> Bool {
        try file.wait(for: event, before: deadline)
    }
}

extension FileDescriptor {
    /// Waits for `event` or for the end of what is behind this file; false if neither comes in time.
    func wait(for event: CInt, before deadline: Deadline) throws(SocketError) -> Bool {
        while true {
            var state = pollfd(fd: rawValue, events: Int16(event), revents: 0)
            // Sound: one structure, alive through the call, and the count says one.
            let count = unsafe poll(&state, 1, CInt(clamping: deadline.milliseconds))
            if count > 0 { return true }
            if count == 0, deadline.milliseconds == 0 { return false }
            if count < 0, errno != EINTR { throw .lastSystemError("poll", on: "a socket") }
        }
    }
}

// Bytes and files.
extension UnixSocket {
    /// Sends all of `bytes`, and with the first of them the open files whose numbers are in `files`.
    ///
    /// - Parameter files: at most eight; the caller keeps them open until this returns.
    /// - Throws: `.closed`, `.timedOut`, or `.hardware`.
    public func send(_ bytes: [UInt8], files: [CInt] = [], before deadline: Deadline) throws(SocketError) {
        precondition(!bytes.isEmpty && files.count <= PassedFiles.limit, "at most eight files, and not by themselves")
        var sent = 0
        while sent < bytes.count {
            let (count, code) = send(bytes, from: sent, files: sent == 0 ? files : [])
            if count > 0 {
                sent += count
                continue
            }
            switch code {
            case EINTR: continue
            case EAGAIN: guard try wait(for: POLLOUT, before: deadline) else { throw .timedOut }
            case EPIPE, ECONNRESET: throw .closed
            default: throw .hardware(.system(call: "sendmsg", subject: "a socket", reason: systemReason(code)))
            }
        }
    }

    /// One `sendmsg`: its result and, if that is negative, `errno`.
    func send(_ bytes: [UInt8], from start: Int, files: [CInt]) -> (Int, CInt) {
        var control = ControlBuffer(files: files)
        return unsafe bytes.withUnsafeBytes { data in
            // Sound: `start` lies below the count, so pointer and length stay inside; the call only reads.
            let first = unsafe UnsafeMutableRawPointer(mutating: data.baseAddress! + start)
            var vector = unsafe iovec(iov_base: first, iov_len: data.count - start)
            return unsafe withUnsafeMutablePointer(to: &vector) { vector in
                unsafe control.withPointer { pointer, length in
                    var message = unsafe msghdr()
                    unsafe message.msg_iov = vector
                    unsafe message.msg_iovlen = 1
                    if length > 0 {
                        unsafe message.msg_control = pointer
                        unsafe message.msg_controllen = length
                    }
                    // Sound: all that the header points to lives through the call and is as long as it says.
                    let count = unsafe sendmsg(file.rawValue, &message, CInt(MSG_NOSIGNAL))
                    return (count, errno)
                }
            }
        }
    }

    /// Receives exactly `count` bytes, and whatever files come with them.
    ///
    /// - Parameter files: takes the files, also when this throws.
    /// - Throws: `.closed` at the end of the connection, also in the middle; `.timedOut`; `.tooManyFiles`; `.hardware`.
    public func receive(
        count: Int, files: inout PassedFiles, before deadline: Deadline
    ) throws(SocketError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            var control = ControlBuffer()
            let (got, code, flags, length) = receive(into: &bytes, from: filled, control: &control)
            if got > 0 {
                filled += got
                // Cut off: the kernel has closed those that did not fit.
                let areAllIn = control.admit(to: &files, length: length)
                guard areAllIn, flags & CInt(MSG_CTRUNC) == 0 else { throw .tooManyFiles }
                continue
            }
            guard got < 0 else { throw .closed }
            switch code {
            case EINTR: continue
            case EAGAIN: guard try wait(for: POLLIN, before: deadline) else { throw .timedOut }
            case ECONNRESET: throw .closed
            default: throw .hardware(.system(call: "recvmsg", subject: "a socket", reason: systemReason(code)))
            }
        }
        return bytes
    }

    /// Receives what there is, at most 4096 bytes; nil if nothing comes in time.
    ///
    /// - Throws: `.closed` at the end of the connection; `.hardware`.
    public func receiveSome(before deadline: Deadline) throws(SocketError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            guard try wait(for: POLLIN, before: deadline) else { return nil }
            var control = ControlBuffer()
            let (got, code, _, length) = receive(into: &bytes, from: 0, control: &control)
            // Nobody sends files here; they are closed.
            var files = PassedFiles()
            _ = control.admit(to: &files, length: length)
            if got > 0 { return Array(bytes[..<got]) }
            guard got < 0, code != ECONNRESET else { throw .closed }
            guard code == EINTR || code == EAGAIN else {
                throw .hardware(.system(call: "recvmsg", subject: "a socket", reason: systemReason(code)))
            }
        }
    }

    /// One `recvmsg`: its result, `errno` if that is negative, the message's flags, and the length of its control part.
    private func receive(
        into bytes: inout [UInt8], from start: Int, control: inout ControlBuffer
    ) -> (Int, CInt, CInt, Int) {
        unsafe bytes.withUnsafeMutableBytes { data in
            // Sound: `start` lies below the count, so pointer and length stay inside.
            var vector = unsafe iovec(iov_base: data.baseAddress! + start, iov_len: data.count - start)
            return unsafe withUnsafeMutablePointer(to: &vector) { vector in
                unsafe control.withPointer { pointer, _ in
                    var message = unsafe msghdr()
                    unsafe message.msg_iov = vector
                    unsafe message.msg_iovlen = 1
                    unsafe message.msg_control = pointer
                    unsafe message.msg_controllen = ControlBuffer.capacity
                    // Sound: all that the header points to lives through the call and is as long as it says.
                    let count = unsafe recvmsg(file.rawValue, &message, CInt(MSG_CMSG_CLOEXEC))
                    return unsafe (count, errno, message.msg_flags, count > 0 ? message.msg_controllen : 0)
                }
            }
        }
    }
}
