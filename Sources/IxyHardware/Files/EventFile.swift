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

    /// The counter behind `file`, which another process may have made.
    public init(adopting file: consuming FileDescriptor) {
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
    public func signal() {
        guard isReady(POLLOUT) else { return }
        var one: UInt64 = 1
        // Sound: eight bytes of a variable that lives through the call.
        _ = unsafe write(file.rawValue, &one, 8)
    }

    /// How often the other side has signalled since the last call. Never waits, even if the file was made to.
    @discardableResult
    public func take() -> UInt64 {
        guard isReady(POLLIN) else { return 0 }
        var count: UInt64 = 0
        // Sound: as in `signal`.
        let got = unsafe read(file.rawValue, &count, 8)
        return got == 8 ? count : 0
    }

    /// Waits until the other side has signalled; false if it does not in time.
    public func wait(milliseconds: Int) -> Bool {
        (try? file.wait(for: POLLIN, before: Deadline(milliseconds: milliseconds))) ?? false
    }

    /// Whether a read or write would not wait.
    private func isReady(_ event: CInt) -> Bool {
        var waiting = pollfd(fd: file.rawValue, events: Int16(event), revents: 0)
        // Sound: one structure, alive through the call, and the count says one.
        return unsafe poll(&waiting, 1, 0) == 1 && CInt(waiting.revents) & event != 0
    }
}
