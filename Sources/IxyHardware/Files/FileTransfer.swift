import Glibc

/// Streaming input and output. A call that a signal interrupts is repeated, and a descriptor that another process
/// made non-blocking (a terminal or pipe that is shared with it) is waited for.
extension FileDescriptor {
    /// Opens the file at `path` to read it from its start.
    public static func reading(_ path: String) throws(HardwareError) -> FileDescriptor {
        try open(path, O_RDONLY)
    }

    /// This process's standard input, through a descriptor of its own: closing it leaves the original open.
    public static func standardInput() throws(HardwareError) -> FileDescriptor {
        try duplicate(of: STDIN_FILENO, subject: "standard input")
    }

    /// This process's standard output, through a descriptor of its own: closing it leaves the original open.
    public static func standardOutput() throws(HardwareError) -> FileDescriptor {
        try duplicate(of: STDOUT_FILENO, subject: "standard output")
    }

    /// This process's standard error, through a descriptor of its own: closing it leaves the original open.
    public static func standardError() throws(HardwareError) -> FileDescriptor {
        try duplicate(of: STDERR_FILENO, subject: "standard error")
    }

    /// Makes sure that the descriptors 0 to 2 are open. A program that was started without them would otherwise take the
    /// first file that it opens for its standard output, and write its messages into it.
    public static func openStandardOnes() {
        var descriptor: CInt = 0
        while (0...STDERR_FILENO).contains(descriptor) {
            // Sound: the string is NUL-terminated and lives through the call. The system takes the lowest number that is free.
            descriptor = unsafe Glibc.open("/dev/null", O_RDWR | O_CLOEXEC)
        }
        if descriptor >= 0 { close(descriptor) }
    }

    /// Reads what there is, at least one byte unless the file ends, and waits for it where it must.
    ///
    /// - Parameters:
    ///   - buffer: where the bytes go, from `offset` on and at most to the buffer's end.
    ///   - offset: `0 ... buffer.byteCount`; anything else traps.
    ///   - subject: the file's name, for the error.
    /// - Returns: the number of bytes read; 0 at the end of the file, or when the buffer has no room.
    public func read(
        into buffer: inout MutableRawSpan, at offset: Int = 0, subject: String
    ) throws(HardwareError) -> Int {
        precondition(offset >= 0 && offset <= buffer.byteCount, "read beyond the end of the buffer")
        let room = buffer.byteCount - offset
        guard room > 0 else { return 0 }
        while true {
            let got = unsafe buffer.withUnsafeMutableBytes { bytes in
                // Sound: `room` bytes from `offset` on lie inside of the buffer, which nobody else can reach meanwhile.
                unsafe Glibc.read(rawValue, bytes.baseAddress! + offset, room)
            }
            if got >= 0 { return got }
            try waitAfterFailure(events: Int16(POLLIN), call: "read", subject: subject)
        }
    }

    /// Writes all of `bytes`, in as many steps as the system makes of it.
    ///
    /// - Parameters:
    ///   - bytes: what to write.
    ///   - written: set to the number of bytes that the system took; also right when this throws, so that the caller
    ///     knows where a full disk cut the file.
    ///   - subject: the file's name, for the error.
    public func write(
        _ bytes: borrowing RawSpan, written: inout Int, subject: String
    ) throws(HardwareError) {
        written = 0
        while written < bytes.byteCount {
            let start = written
            let step = unsafe bytes.withUnsafeBytes { source in
                // Sound: `start` is below the count, so pointer and length stay inside of the span.
                unsafe Glibc.write(rawValue, source.baseAddress! + start, source.count - start)
            }
            if step > 0 {
                written += step
            } else if step < 0 {
                try waitAfterFailure(events: Int16(POLLOUT), call: "write", subject: subject)
            } else {
                // POSIX leaves a write of nothing open; repeating it for ever would hang.
                throw .system(call: "write", subject: subject, reason: "the device takes no more bytes")
            }
        }
    }

    /// Cuts the last `count` bytes before the current position off the file and moves the position there.
    ///
    /// Only where the position is the end of a regular file, so that nothing of another writer is lost.
    ///
    /// - Returns: whether it was done. Pipes, terminals and devices cannot be cut.
    public func dropLast(_ count: Int) -> Bool {
        let position = lseek(rawValue, 0, SEEK_CUR)
        guard count >= 0, position >= count else { return false }
        guard lseek(rawValue, 0, SEEK_END) == position else {
            _ = lseek(rawValue, position, SEEK_SET)
            return false
        }
        return ftruncate(rawValue, position - count) == 0 && lseek(rawValue, position - count, SEEK_SET) >= 0
    }

    /// Closes the file and reports what only the closing shows: on network file systems and under quotas the last
    /// bytes may fail as late as this.
    public consuming func closeReporting(subject: String) throws(HardwareError) {
        let descriptor = rawValue
        discard self
        // Never repeated: Linux has released the descriptor even when close is interrupted.
        guard Glibc.close(descriptor) == 0 || errno == EINTR else { throw .lastSystemError("close", on: subject) }
    }

    /// Another descriptor of the same open file.
    public func duplicate(subject: String) throws(HardwareError) -> FileDescriptor {
        try Self.duplicate(of: rawValue, subject: subject)
    }

    private static func duplicate(of original: CInt, subject: String) throws(HardwareError) -> FileDescriptor {
        let descriptor = fcntl(original, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .lastSystemError("dup", on: subject) }
        return FileDescriptor(adopting: descriptor)
    }

    /// Returns when the call that has just failed may be repeated; throws when it failed for good.
    private func waitAfterFailure(events: Int16, call: String, subject: String) throws(HardwareError) {
        let code = errno
        switch code {
        case EINTR:
            return
        case EAGAIN:
            var waiting = pollfd(fd: rawValue, events: events, revents: 0)
            // Sound: one structure, alive through the call, and the count says one.
            _ = unsafe poll(&waiting, 1, -1)
        default:
            throw .system(call: call, subject: subject, reason: systemReason(code))
        }
    }
}
