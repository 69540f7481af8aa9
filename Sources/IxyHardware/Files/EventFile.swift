import Glibc

/// Glibc has it, but Swift's import of Glibc leaves its header out.
@_extern(c, "eventfd")
private func eventfd(_ count: CUnsignedInt, _ flags: CInt) -> CInt

/// A counter of the kernel by which one side wakes another: an eventfd. (eventfd(2))
public struct EventFile: ~Copyable, Sendable {
    private let file: FileDescriptor

    /// Takes over an eventfd that came from elsewhere.
    public init(_ file: consuming FileDescriptor) {
        self.file = file
    }

    /// A counter at zero, which does not block.
    public static func make() throws(HardwareError) -> EventFile {
        // EFD_CLOEXEC and EFD_NONBLOCK are these two by definition.
        let descriptor = eventfd(0, O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .lastSystemError("eventfd", on: "a notification") }
        return EventFile(FileDescriptor(adopting: descriptor))
    }

    /// The number by which it is handed to another process, as long as this value lives.
    public var descriptor: CInt { file.rawValue }

    /// Another descriptor of the same counter.
    public func duplicate() throws(HardwareError) -> FileDescriptor {
        let descriptor = fcntl(file.rawValue, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .lastSystemError("dup", on: "a notification") }
        return FileDescriptor(adopting: descriptor)
    }

    /// Wakes whoever waits for it.
    public func signal() {
        var one: UInt64 = 1
        // Sound: eight bytes of a variable that lives through the call. A counter at its end stays readable.
        _ = unsafe write(file.rawValue, &one, 8)
    }

    /// Sets the counter to zero and returns what it was. Does not wait.
    @discardableResult
    public func drain() -> UInt64 {
        // One that came from elsewhere may be a blocking one.
        guard wait(milliseconds: 0) else { return 0 }
        var count: UInt64 = 0
        // Sound: at most eight bytes into a variable that lives through the call.
        return unsafe read(file.rawValue, &count, 8) == 8 ? count : 0
    }

    /// Waits until the counter is not zero; false if it stays zero for so long.
    public func wait(milliseconds: Int) -> Bool {
        (try? file.wait(for: POLLIN, before: Deadline(milliseconds: milliseconds))) ?? false
    }
}
