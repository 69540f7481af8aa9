import Foundation
@testable import IxyHardware

/// A folder of its own for a test's sockets, with a short path, as theirs must be.
struct SocketFolder: ~Copyable {
    let path = "/tmp/ixy-\(UUID().uuidString.prefix(8))"

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    func file(_ name: String = "socket") -> String { path + "/" + name }
    func exists(_ name: String = "socket") -> Bool { FileManager.default.fileExists(atPath: file(name)) }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// Two ends of a connection.
struct SocketPair: ~Copyable {
    var left: UnixSocket?
    let right: UnixSocket

    init(_ folder: borrowing SocketFolder) throws {
        let deadline = Deadline(milliseconds: 1000)
        let listener = try UnixListener.bind(folder.file())
        left = try UnixSocket.connect(folder.file(), before: deadline)
        right = try listener.accept(before: deadline)!
    }
}

var soon: Deadline { Deadline(milliseconds: 1000) }
