import Glibc

/// Glibc has it, but Swift's import of Glibc leaves out what only `_GNU_SOURCE` shows.
@_extern(c, "accept4")
private func accept4(
    _ socket: CInt, _ address: UnsafeMutableRawPointer?, _ length: UnsafeMutableRawPointer?, _ flags: CInt
) -> CInt

/// A socket that waits for others to connect. Its file is removed in the end.
public struct UnixListener: ~Copyable, Sendable {
    /// Where others connect to.
    public let path: String
    private let file: FileDescriptor
    private let identity: FileIdentity

    private init(path: String, file: consuming FileDescriptor, identity: FileIdentity) {
        self.path = path
        self.file = file
        self.identity = identity
    }

    /// Listens at `path`. A socket that was left behind there is replaced; nothing else is.
    ///
    /// - Throws: `.hardware`: another process listens there, something else is there, or the path cannot be used.
    public static func bind(_ path: String) throws(SocketError) -> UnixListener {
        let address = try SocketAddress(path)
        let file = try UnixSocket.make(for: path)
        if unsafe address.withPointer({ unsafe Glibc.bind(file.rawValue, $0, $1) }) != 0 {
            guard errno == EADDRINUSE else { throw .lastSystemError("bind", on: path) }
            try removeStale(path)
            guard unsafe address.withPointer({ unsafe Glibc.bind(file.rawValue, $0, $1) }) == 0 else {
                throw .lastSystemError("bind", on: path)
            }
        }
        guard let identity = FileIdentity(path) else { throw .lastSystemError("lstat", on: path) }
        let listener = UnixListener(path: path, file: file, identity: identity)
        guard listen(listener.file.rawValue, 4) == 0 else { throw .lastSystemError("listen", on: path) }
        return listener
    }

    /// Removes the socket at `path` if nobody listens there any more.
    private static func removeStale(_ path: String) throws(SocketError) {
        guard let found = FileIdentity(path) else { return }
        guard found.isSocket else {
            throw .hardware(.invalid(
                what: "\(path) exists and is no socket", remedy: "remove it, or choose another path"))
        }
        do {
            _ = try UnixSocket.connect(path, before: Deadline(milliseconds: 0))
        } catch .nobodyListens {
            // Not if it was replaced meanwhile: somebody else was faster.
            guard found.removeFile(path) else { throw inUse(path) }
            return
        } catch .timedOut {
            throw inUse(path)
        }
        throw inUse(path)
    }

    private static func inUse(_ path: String) -> SocketError {
        .hardware(.invalid(
            what: "another process listens at \(path)", remedy: "stop that one first, or choose another path"))
    }

    /// The next connection; nil if none comes in time.
    public func accept(before deadline: Deadline) throws(SocketError) -> UnixSocket? {
        while try file.wait(for: POLLIN, before: deadline) {
            let options = CInt(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            let descriptor = accept4(file.rawValue, nil, nil, options)
            if descriptor >= 0 { return UnixSocket(FileDescriptor(adopting: descriptor)) }
            // Who wanted to connect may have gone again.
            guard errno == EAGAIN || errno == EINTR || errno == ECONNABORTED else {
                throw .lastSystemError("accept", on: path)
            }
        }
        return nil
    }

    deinit {
        // Another process may have put its own there.
        _ = identity.removeFile(path)
    }
}

/// Which file a path leads to, without following a link at its end.
private struct FileIdentity: Equatable {
    let device: dev_t
    let number: ino_t
    let isSocket: Bool

    init?(_ path: String) {
        var status = stat()
        // Sound: the string is NUL-terminated, and the call fills in the structure that it is given.
        guard unsafe lstat(path, &status) == 0 else { return nil }
        device = status.st_dev
        number = status.st_ino
        isSocket = status.st_mode & S_IFMT == S_IFSOCK
    }

    /// Removes the file at `path` if it is still this one.
    func removeFile(_ path: String) -> Bool {
        // Sound: the string is NUL-terminated and lives through the call.
        unsafe FileIdentity(path) == self && unlink(path) == 0
    }
}
