import Glibc
import IxySystem

// The other end of an event: who makes it, hands it on, and signals it.
extension EventFile {
    /// A new counter, at zero.
    package convenience init() throws(HardwareError) {
        self.init(
            adopting: try naming("eventfd", on: "a queue's notifications", try FileDescriptor(counterFlags: O_NONBLOCK)))
    }

    /// The counter behind `file`, which another process has made.
    ///
    /// - Throws: `.invalid` for any other file: to write into a pipe that nobody reads would end this process (SIGPIPE), and
    ///   a file in a file system of the other process may let its users wait.
    package convenience init(checking file: consuming FileDescriptor) throws(HardwareError) {
        let name = file.name
        // No path is called so: a path begins with a slash.
        guard name == "anon_inode:[eventfd]" else {
            throw .invalid(what: "the file '\(name)' is no eventfd", remedy: "pass one that eventfd() has made")
        }
        self.init(adopting: file)
    }

    /// The number by which it is handed to another process while this object lives.
    package var descriptor: CInt { file.rawValue }

    /// The same counter once more, for the other side.
    package func duplicate() throws(HardwareError) -> FileDescriptor {
        try file.duplicate(subject: "a queue's notifications")
    }

    /// Wakes the other side. Never waits: a counter at its end stays readable, which is all that counts.
    package func signal() { file.signalEvent() }
}

extension FileDescriptor {
    /// Adds one to the counter behind this file. Never waits: a counter at its end stays readable, which is all that counts.
    func signalEvent() {
        if canProceed(POLLOUT) { _ = try? write(number: 1, 8) }
    }

    /// The kernel's name for this file; empty if it cannot tell.
    fileprivate var name: String { (try? FileSystem.target(of: "/proc/self/fd/\(rawValue)")) ?? "" }
}
