import Glibc
import IxySystem

/// A counter of the kernel behind a file (`eventfd`), with which one side wakes the other: a virtqueue's kick or its
/// interrupt. Readable while it is not zero.
@usableFromInline
package final class EventFile: Sendable {
    private let file: FileDescriptor

    /// A new counter, at zero.
    package init() throws(HardwareError) {
        file = try naming("eventfd", on: "a queue's notifications", try FileDescriptor(counterFlags: O_NONBLOCK))
    }

    /// The counter behind `file`, which this process or the kernel has made.
    package init(adopting file: consuming FileDescriptor) {
        self.file = file
    }

    /// The counter behind `file`, which another process has made.
    ///
    /// - Throws: `.invalid` for any other file: to write into a pipe that nobody reads would end this process (SIGPIPE), and
    ///   a file in a file system of the other process may let its users wait.
    package init(checking file: consuming FileDescriptor) throws(HardwareError) {
        let name = file.name
        // No path is called so: a path begins with a slash.
        guard name == "anon_inode:[eventfd]" else {
            throw .invalid(what: "the file '\(name)' is no eventfd", remedy: "pass one that eventfd() has made")
        }
        self.file = file
    }

    /// The number by which it is handed to another process while this object lives.
    package var descriptor: CInt { file.rawValue }

    /// The same counter once more, for the other side.
    package func duplicate() throws(HardwareError) -> FileDescriptor {
        try file.duplicate(subject: "a queue's notifications")
    }

    /// Wakes the other side. Never waits: a counter at its end stays readable, which is all that counts.
    package func signal() { file.signalEvent() }

    /// How often the other side has signalled since the last call. Never waits, even if the file was made to.
    @discardableResult
    package func take() -> UInt64 {
        guard file.canProceed(POLLIN), let count = try? file.readNumber(8) else { return 0 }
        return count
    }

    /// Waits until the other side has signalled; false if it does not in time.
    package func wait(milliseconds: Int) -> Bool {
        (try? file.wait(for: POLLIN, before: Deadline(milliseconds: milliseconds))) ?? false
    }
}

extension FileDescriptor {
    /// Adds one to the counter behind this file. Never waits: a counter at its end stays readable, which is all that counts.
    func signalEvent() {
        if canProceed(POLLOUT) { _ = try? write(number: 1, 8) }
    }

    /// Whether a read or write can go ahead, which then does not wait.
    ///
    /// Whoever has the same open file can make it a waiting one at any time, so that this is said each time. Somebody who did so
    /// between this call and the next, and filled or emptied the counter there, too, could still hold us up: for writing there
    /// is no call that never waits.
    fileprivate func canProceed(_ event: CInt) -> Bool {
        var files = [pollfd(fd: rawValue, events: Int16(event), revents: 0)]
        guard (try? FileDescriptor.poll(&files, milliseconds: 0)) == 1, CInt(files[0].revents) & event != 0 else { return false }
        return (try? set(nonblocking: true)) != nil
    }

    /// What the kernel calls this file; empty if it cannot tell.
    fileprivate var name: String { (try? FileSystem.target(of: "/proc/self/fd/\(rawValue)")) ?? "" }
    }
