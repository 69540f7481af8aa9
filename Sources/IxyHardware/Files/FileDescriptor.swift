public import Glibc

/// An open file, closed exactly once; none, if the number is negative.
public struct FileDescriptor: ~Copyable, Sendable {
    public let rawValue: CInt

    /// Takes over an open descriptor, to close it.
    public init(adopting rawValue: CInt) {
        self.rawValue = rawValue
    }

    /// Opens `path`.
    ///
    /// - Parameters:
    ///   - flags: `O_RDWR` and the like; `O_CLOEXEC` is added.
    ///   - mode: the permissions of a file that is created.
    public static func open(_ path: String, _ flags: CInt, mode: mode_t = 0o644) throws(HardwareError) -> FileDescriptor {
        // Sound: the string is NUL-terminated and lives through the call.
        let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .lastSystemError("open", on: path) }
        return FileDescriptor(adopting: descriptor)
    }

    deinit {
        if rawValue >= 0 { close(rawValue) }
    }
}

/// The system's text for an `errno` value.
func systemReason(_ code: CInt) -> String {
    // Sound: strerror's result is a NUL-terminated string that stays valid until this thread's next call.
    unsafe String(cString: strerror(code))
}
