import Glibc
import IxySystem

/// A socket that waits for others to connect. Its file is removed in the end.
package struct UnixListener: ~Copyable, Sendable {
    /// Where others connect to.
    package let path: String
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
    package static func bind(_ path: String) throws(SocketError) -> UnixListener {
        let address = try SocketAddress.of(path)
        let file = try UnixSocket.make(for: path)
        do {
            try file.bind(to: address)
        } catch {
            guard error.code == EADDRINUSE else { throw SocketError("bind", on: path, error) }
            try removeStale(path)
            try SocketError.naming("bind", on: path, try file.bind(to: address))
        }
        let identity = try SocketError.naming("lstat", on: path, try FileIdentity(path))
        let listener = UnixListener(path: path, file: file, identity: identity)
        _ = try SocketError.naming("listen", on: path, try ErrorNumber.check { Int(listen(listener.file.rawValue, 4)) })
        return listener
    }

    /// Removes the socket at `path` if nobody listens there any more.
    private static func removeStale(_ path: String) throws(SocketError) {
        guard let found = try? FileIdentity(path) else { return }
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
    package func accept(before deadline: Deadline) throws(SocketError) -> UnixSocket? {
        while try SocketError.naming("poll", on: path, try file.wait(for: POLLIN, before: deadline)) {
            do {
                return UnixSocket(try file.acceptNext())
            } catch {
                // Who wanted to connect may have gone again.
                guard error.code == EAGAIN || error.code == ECONNABORTED else {
                    throw SocketError("accept", on: path, error)
                }
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

    init(_ path: String) throws(ErrorNumber) {
        let status = try FileSystem.status(of: path)
        device = status.st_dev
        number = status.st_ino
        isSocket = status.st_mode & S_IFMT == S_IFSOCK
    }

    /// Removes the file at `path` if it is still this one.
    func removeFile(_ path: String) -> Bool {
        guard (try? FileIdentity(path)) == self else { return false }
        return (try? FileSystem.remove(path)) != nil
    }
}
