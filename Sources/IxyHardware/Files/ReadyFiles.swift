import Glibc
package import IxySystem

extension FileDescriptor {
    /// Waits until at least one of several files has something to read, or has ended.
    ///
    /// - Parameter nanoseconds: how long at most; nil for ever.
    /// - Returns: for each of `files` whether it has. All are false if none has in time, or if a signal came.
    package static func waitReadable(_ files: [CInt], nanoseconds: UInt64?) -> [Bool] {
        var states = files.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        // We do not wait for less than a millisecond: the caller comes back.
        let time = nanoseconds.map { CInt(clamping: $0 / 1_000_000) } ?? -1
        let count = try? FileDescriptor.poll(&states, milliseconds: time)
        return count ?? 0 > 0 ? states.map { $0.revents != 0 } : files.map { _ in false }
    }
}
