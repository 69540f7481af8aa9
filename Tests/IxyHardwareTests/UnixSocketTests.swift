import Foundation
import IxySystem
import TestSupport
import Testing

@testable import IxyHardware

@Suite struct UnixSocketTests {
    @Test func bytesArriveWithTheirFiles() throws {
        let pair = try SocketPair(Folder())
        let event = try EventFile()
        try pair.left!.send([1, 2, 3], files: [event.descriptor], before: soon)
        var files = PassedFiles()
        let bytes = try pair.right.receive(count: 3, files: &files, before: soon)
        #expect(bytes == [1, 2, 3])
        let count = files.count
        #expect(count == 1)
        let passed = EventFile(adopting: files.takeFirst()!)
        passed.signal()
        let woken = event.take()
        #expect(woken == 1)
    }

    /// Sends one end of another connection, lets the receiver drop it, and sees whether it is closed.
    private func isClosedAfter(_ receive: (borrowing UnixSocket) -> Void) throws -> Bool {
        let folder = try Folder()
        let pair = try SocketPair(folder)
        let listener = try UnixListener.bind(folder / "other")
        let watched: UnixSocket
        do {
            let passed = try UnixSocket.connect(folder / "other", before: soon)
            watched = try listener.accept(before: soon)!
            try pair.left!.send([1], files: [passed.descriptor], before: soon)
        }
        let isOpenOnTheWay = watched.isConnected
        #expect(isOpenOnTheWay)
        receive(pair.right)
        return !watched.isConnected
    }

    @Test func filesThatNobodyTakesAreClosed() throws {
        let isClosed = try isClosedAfter { socket in
            var files = PassedFiles()
            _ = try? socket.receive(count: 1, files: &files, before: soon)
            let count = files.count
            #expect(count == 1)
        }
        #expect(isClosed)
    }

    @Test func filesThatAreTooManyAreAnErrorAndClosed() throws {
        let pair = try SocketPair(Folder())
        let event = try EventFile()
        let eight = [CInt](repeating: event.descriptor, count: 8)
        try pair.left!.send([1], files: eight, before: soon)
        try pair.left!.send([2], files: [event.descriptor], before: soon)
        var files = PassedFiles()
        #expect(throws: SocketError.tooManyFiles) {
            _ = try pair.right.receive(count: 2, files: &files, before: soon)
        }
        let kept = files.count
        #expect(kept == 8)
        // Nine at once: the kernel cuts what does not fit.
        let control = ControlMessage.bytes(files: eight + [event.descriptor])
        let sent = try pair.right.file.send([UInt8](repeating: 3, count: 1).span.rawBytes, control: control)
        #expect(sent == 1)
        #expect(throws: SocketError.tooManyFiles) {
            var files = PassedFiles()
            _ = try pair.left!.receive(count: 1, files: &files, before: soon)
        }
    }

    @Test func theNinthFileIsClosed() throws {
        let isClosed = try isClosedAfter { socket in
            var files = PassedFiles()
            for _ in 0..<8 { _ = files.admit(dup(0)) }
            #expect(throws: SocketError.tooManyFiles) { _ = try socket.receive(count: 1, files: &files, before: soon) }
        }
        #expect(isClosed)
    }

    @Test func theEndInTheMiddleIsNoticed() throws {
        var pair = try SocketPair(Folder())
        var isConnected = pair.right.isConnected
        #expect(isConnected)
        try pair.left!.send([1, 2], before: soon)
        pair.left = nil
        isConnected = pair.right.isConnected
        #expect(!isConnected)
        var files = PassedFiles()
        #expect(throws: SocketError.closed) { _ = try pair.right.receive(count: 3, files: &files, before: soon) }
    }

    @Test func sendingToNobodyIsAnErrorAndNoSignal() throws {
        var pair = try SocketPair(Folder())
        pair.left = nil
        #expect(throws: SocketError.closed) { try pair.right.send([1], before: soon) }
    }

    @Test func aSenderThatTricklesCannotStretchTheTime() throws {
        let folder = try Folder()
        let listener = try UnixListener.bind(folder / "socket")
        let path = listener.path
        Thread.detachNewThread {
            guard let socket = try? UnixSocket.connect(path, before: soon) else { return }
            while (try? socket.send([0], before: soon)) != nil { usleep(10_000) }
        }
        let socket = try listener.accept(before: soon)!
        let start = MonotonicClock.nanoseconds
        var files = PassedFiles()
        #expect(throws: SocketError.timedOut) {
            _ = try socket.receive(count: 1000, files: &files, before: Deadline(milliseconds: 60))
        }
        let milliseconds = (MonotonicClock.nanoseconds - start) / 1_000_000
        #expect((55..<5000).contains(milliseconds))
    }

    @Test func aReceiverThatTakesNothingDoesNotHoldTheSenderUp() throws {
        let pair = try SocketPair(Folder())
        #expect(throws: SocketError.timedOut) {
            while true { try pair.left!.send([UInt8](repeating: 0, count: 100_000), before: Deadline(milliseconds: 30)) }
        }
    }

    @Test func connectingToNobodyFailsAtOnce() throws {
        let folder = try Folder()
        let path = folder / "socket"
        #expect(throws: SocketError.nobodyListens(path: path)) { _ = try UnixSocket.connect(path, before: soon) }
        // A file that was left behind.
        try leaveSocketBehind(at: path)
        #expect(throws: SocketError.nobodyListens(path: path)) { _ = try UnixSocket.connect(path, before: soon) }
        let long = "/tmp/" + String(repeating: "x", count: 200)
        let error = try #require(throws: SocketError.self) { _ = try UnixSocket.connect(long, before: soon) }
        #expect(error.description.contains("1 to 107 bytes"))
    }
}

/// A socket's file whose listener has ended without removing it.
func leaveSocketBehind(at path: String) throws {
    let listener = try UnixListener.bind(path + "-")
    try FileManager.default.moveItem(atPath: listener.path, toPath: path)
}

@Suite struct UnixListenerTests {
    @Test func itsFileIsRemovedInTheEnd() throws {
        let folder = try Folder()
        do {
            let listener = try UnixListener.bind(folder / "socket")
            let nobody = try listener.accept(before: Deadline(milliseconds: 0)) == nil
            #expect(nobody)
            let isThere = FileManager.default.fileExists(atPath: folder / "socket")
            #expect(isThere)
        }
        let isLeft = FileManager.default.fileExists(atPath: folder / "socket")
        #expect(!isLeft)
    }

    @Test func aFileThatWasLeftBehindIsReplaced() throws {
        let folder = try Folder()
        try leaveSocketBehind(at: folder / "socket")
        let listener = try UnixListener.bind(folder / "socket")
        _ = try UnixSocket.connect(listener.path, before: soon)
    }

    @Test func aLiveOneIsNotReplaced() throws {
        let folder = try Folder()
        let first = try UnixListener.bind(folder / "socket")
        let error = try #require(throws: SocketError.self) { _ = try UnixListener.bind(first.path) }
        #expect(error.description.contains("another process listens"))
        _ = try UnixSocket.connect(first.path, before: soon)
    }

    @Test func aFileThatIsNoSocketIsNeitherReplacedNorRemoved() throws {
        let folder = try Folder()
        try Data("mine".utf8).write(to: URL(fileURLWithPath: folder / "socket"))
        let error = try #require(throws: SocketError.self) { _ = try UnixListener.bind(folder / "socket") }
        #expect(error.description.contains("is no socket"))
        do {
            let listener = try UnixListener.bind(folder / "other")
            try FileManager.default.removeItem(atPath: listener.path)
            try Data("mine".utf8).write(to: URL(fileURLWithPath: listener.path))
        }
        let isThere = FileManager.default.fileExists(atPath: folder / "socket")
        #expect(isThere)
        let isOtherThere = FileManager.default.fileExists(atPath: folder / "other")
        #expect(isOtherThere, "put there by somebody else meanwhile")
    }
}

@Suite struct EventFileNotificationTests {
    @Test func signalsAddUpUntilTheyAreTaken() throws {
        let event = try EventFile()
        var count = event.take()
        #expect(count == 0)
        let other = EventFile(adopting: try event.duplicate())
        event.signal()
        other.signal()
        count = event.take()
        #expect(count == 2)
        count = other.take()
        #expect(count == 0)
    }

    @Test func waitingEndsWithASignalOrWithTheTime() throws {
        let event = try EventFile()
        var isWoken = event.wait(milliseconds: 20)
        #expect(!isWoken)
        event.signal()
        isWoken = event.wait(milliseconds: 10_000)
        #expect(isWoken)
    }

    @Test func aNotifierRingsIt() throws {
        let event = try EventFile()
        let notifier = Notifier(event: try event.duplicate())
        notifier.notify()
        let count = event.take()
        #expect(count == 1)
    }
    @Test func aFileThatWasMadeToWaitIsNotWaitedFor() throws {
        let file = try EventFile().duplicate()
        try file.set(nonblocking: false)
        let event = EventFile(adopting: file)
        var count = event.take()
        #expect(count == 0)
        event.signal()
        count = event.take()
        #expect(count == 1)
    }
}
