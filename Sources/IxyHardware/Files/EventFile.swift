import Glibc
public import IxySystem

/// A counter of the kernel behind a file (`eventfd`), with which one side wakes the other: a virtqueue's kick or its
/// interrupt. Readable while it is not zero.
public final class EventFile: Sendable {
    private let file: FileDescriptor

    /// A new counter, at zero.
    public init() throws(HardwareError) {
        file = try naming("eventfd", on: "a queue's notifications", try FileDescriptor(counterFlags: O_NONBLOCK))
    }

    /// The counter behind `file`, which another process may have made.
    public init(adopting file: consuming FileDescriptor) {
        self.file = file
    }

    /// The number by which it is handed to another process while this object lives.
    public var descriptor: CInt { file.rawValue }

    /// The same counter once more, for the other side.
    public func duplicate() throws(HardwareError) -> FileDescriptor {
        try file.duplicate(subject: "a queue's notifications")
    }

    /// Wakes the other side. Never waits: a counter at its end stays readable, which is all that counts.
    public func signal() {
        if isReady(POLLOUT) { _ = try? file.write(number: 1, 8) }
    }

    /// How often the other side has signalled since the last call. Never waits, even if the file was made to.
    @discardableResult
    public func take() -> UInt64 {
        guard isReady(POLLIN), let count = try? file.readNumber(8) else { return 0 }
        return count
    }

    /// Waits until the other side has signalled; false if it does not in time.
    public func wait(milliseconds: Int) -> Bool {
        (try? file.wait(for: POLLIN, before: Deadline(milliseconds: milliseconds))) ?? false
    }

    /// Whether a read or write would not wait.
    private func isReady(_ event: CInt) -> Bool {
        var files = [pollfd(fd: file.rawValue, events: Int16(event), revents: 0)]
        return (try? FileDescriptor.poll(&files, milliseconds: 0)) == 1 && CInt(files[0].revents) & event != 0
    }
}
