@testable import IxyHardware
import TestSupport

/// Two ends of a connection.
struct SocketPair: ~Copyable {
    var left: UnixSocket?
    let right: UnixSocket

    init(_ folder: Folder) throws {
        let deadline = Deadline(milliseconds: 1000)
        let listener = try UnixListener.bind(folder / "socket")
        left = try UnixSocket.connect(folder / "socket", before: deadline)
        right = try listener.accept(before: deadline)!
    }
}

var soon: Deadline { Deadline(milliseconds: 1000) }
