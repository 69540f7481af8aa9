import Glibc

/// Glibc has it, but Swift's import of Glibc leaves its header out.
@_extern(c, "eventfd")
private func eventfd(_ count: CUnsignedInt, _ flags: CInt) -> CInt

/// A counter of the kernel behind a file (`eventfd`), with which one side wakes the other: a virtqueue's kick or its
/// interrupt. Readable while it is not zero.
public final class EventFile: Sendable {
    private let file: FileDescriptor

    /// A new counter, at zero.
    public init() throws(HardwareError) {
        // <linux/eventfd.h> gives its flags the values of open's.
        let descriptor = eventfd(0, O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .lastSystemError("eventfd", on: "a queue's notifications") }
        file = FileDescriptor(adopting: descriptor)
    }

    /// The counter behind `file`, which this process or the kernel has made.
    public init(adopting file: consuming FileDescriptor) {
        self.file = file
    }

    /// The counter behind `file`, which another process has made.
    ///
    /// - Throws: `.invalid` for any other file: to write into a pipe that nobody reads would end this process (SIGPIPE), and
    ///   a file in a file system of the other process may let its users wait.
    public init(checking file: consuming FileDescriptor) throws(HardwareError) {
        let name = file.name
        // No path is called so: a path begins with a slash.
        guard name == "anon_inode:[eventfd]" else {
            throw .invalid(what: "the file '\(name)' is no eventfd", remedy: "pass one that eventfd() has made")
        }
        self.file = file
    }

    /// The number by which it is handed to another process while this object lives.
    public var descriptor: CInt { file.rawValue }

    /// The same counter once more, for the other side.
    public func duplicate() throws(HardwareError) -> FileDescriptor {
        let descriptor = fcntl(file.rawValue, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .lastSystemError("dup", on: "a queue's notifications") }
        return FileDescriptor(adopting: descriptor)
    }

    /// Wakes the other side. Never waits: a counter at its end stays readable, which is all that counts.
    public func signal() { file.signalEvent() }

    /// How often the other side has signalled since the last call. Never waits, even if the file was made to.
    @discardableResult
    public func take() -> UInt64 {
        guard file.canProceed(POLLIN) else { return 0 }
        var count: UInt64 = 0
        // Sound: eight bytes of a variable that lives through the call.
        let got = unsafe read(file.rawValue, &count, 8)
        return got == 8 ? count : 0
    }

    /// Waits until the other side has signalled; false if it does not in time.
    public func wait(milliseconds: Int) -> Bool {
        (try? file.wait(for: POLLIN, before: Deadline(milliseconds: milliseconds))) ?? false
    }
}

extension FileDescriptor {
    /// Adds one to the counter behind this file. Never waits: a counter at its end stays readable, which is all that counts.
    func signalEvent() {
        guard canProceed(POLLOUT) else { return }
        var one: UInt64 = 1
        // Sound: eight bytes of a variable that lives through the call.
        _ = unsafe Glibc.write(rawValue, &one, 8)
    }

    /// Whether a read or write can go ahead, which then does not wait.
    ///
    /// Whoever has the same open file can make it a waiting one at any time, so that this is said anew each time. Who did so
    /// between this call and the next, and filled or emptied the counter there, too, could still hold us up: for writing there
    /// is no call that never waits.
    fileprivate func canProceed(_ event: CInt) -> Bool {
        var waiting = pollfd(fd: rawValue, events: Int16(event), revents: 0)
        // Sound: one structure, alive through the call, and the count says one.
        guard unsafe poll(&waiting, 1, 0) == 1, CInt(waiting.revents) & event != 0 else { return false }
        return fcntl(rawValue, F_SETFL, O_NONBLOCK) == 0
    }

    /// What the kernel calls this file; empty if it cannot tell.
    fileprivate var name: String {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            // Sound: at most as many bytes as there are; the path is NUL-terminated and lives through the call.
            unsafe readlink("/proc/self/fd/\(rawValue)", buffer.baseAddress!, buffer.count)
        }
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
