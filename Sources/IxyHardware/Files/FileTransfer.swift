import Glibc
package import IxySystem

/// Streaming input and output. A call that a signal interrupts is repeated, and a descriptor that another process
/// made non-blocking (a terminal or pipe that is shared with it) is waited for.
extension FileDescriptor {
    /// Opens the file at `path` to read it from its start.
    package static func reading(_ path: String) throws(HardwareError) -> FileDescriptor {
        try open(path, O_RDONLY)
    }

    /// This process's standard input, through a descriptor of its own: closing it leaves the original open.
    package static func standardInput() throws(HardwareError) -> FileDescriptor {
        try naming("dup", on: "standard input", try FileDescriptor(duplicating: STDIN_FILENO))
    }

    /// This process's standard output, through a descriptor of its own: closing it leaves the original open.
    package static func standardOutput() throws(HardwareError) -> FileDescriptor {
        try naming("dup", on: "standard output", try FileDescriptor(duplicating: STDOUT_FILENO))
    }

    /// This process's standard error, through a descriptor of its own: closing it leaves the original open.
    package static func standardError() throws(HardwareError) -> FileDescriptor {
        try naming("dup", on: "standard error", try FileDescriptor(duplicating: STDERR_FILENO))
    }

    /// Makes sure that the descriptors 0 to 2 are open. A program that was started without them would otherwise take the
    /// first file that it opens for its standard output, and write its messages into it.
    package static func openStandardOnes() {
        // The system takes the lowest number that is free. Nobody closes these again.
        while let file = try? FileDescriptor(path: "/dev/null", O_RDWR), file.rawValue <= STDERR_FILENO { file.leave() }
    }

    /// Reads what there is, at least one byte unless the file ends, and waits for it where it must.
    ///
    /// - Parameters:
    ///   - buffer: where the bytes go, from `offset` on and at most to the buffer's end.
    ///   - offset: `0 ... buffer.byteCount`; anything else traps.
    ///   - subject: the file's name, for the error.
    /// - Returns: the number of bytes read; 0 at the end of the file, or when the buffer has no room.
    package func read(
        into buffer: inout MutableRawSpan, at offset: Int = 0, subject: String
    ) throws(HardwareError) -> Int {
        precondition(offset >= 0 && offset <= buffer.byteCount, "read beyond the end of the buffer")
        guard offset < buffer.byteCount else { return 0 }
        var room = buffer._mutatingExtracting(offset..<buffer.byteCount)
        while true {
            do throws(ErrorNumber) {
                return try read(into: &room)
            } catch {
                try waitAfter(error, events: POLLIN, call: "read", subject: subject)
            }
        }
    }

    /// Writes all of `bytes`, in as many steps as the system makes of it.
    ///
    /// - Parameters:
    ///   - bytes: what to write.
    ///   - written: set to the number of bytes that the system took; also right when this throws, so that the caller
    ///     knows where a full disk cut the file.
    ///   - subject: the file's name, for the error.
    package func write(
        _ bytes: borrowing RawSpan, written: inout Int, subject: String
    ) throws(HardwareError) {
        written = 0
        while written < bytes.byteCount {
            var step = 0
            do throws(ErrorNumber) {
                step = try write(bytes.extracting(written..<bytes.byteCount))
            } catch {
                try waitAfter(error, events: POLLOUT, call: "write", subject: subject)
                continue
            }
            // POSIX leaves a write of nothing open; repeating it for ever would hang.
            guard step > 0 else { throw .system(call: "write", subject: subject, reason: "the device takes no more bytes") }
            written += step
        }
    }

    /// Cuts the last `count` bytes before the current position off the file and moves the position there.
    ///
    /// Only where the position is the end of a regular file, so that nothing of another writer is lost.
    ///
    /// - Returns: whether it was done. Pipes, terminals and devices cannot be cut.
    package func dropLast(_ count: Int) -> Bool {
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
    package consuming func closeReporting(subject: String) throws(HardwareError) {
        do { try close() } catch { throw HardwareError("close", on: subject, error) }
    }

    /// Returns when the call that has failed with `error` may be repeated; throws when it failed for good.
    private func waitAfter(
        _ error: ErrorNumber, events: CInt, call: String, subject: String
    ) throws(HardwareError) {
        guard error.code == EAGAIN else { throw HardwareError(call, on: subject, error) }
        var files = [pollfd(fd: rawValue, events: Int16(events), revents: 0)]
        _ = try? FileDescriptor.poll(&files, milliseconds: -1)
    }
}
