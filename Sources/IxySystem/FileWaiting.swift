package import Glibc

// Whether and how long calls wait.
extension FileDescriptor {
    /// Whether reads and writes fail from now on instead of waiting.
    package func set(nonblocking: Bool) throws(ErrorNumber) {
        _ = try ErrorNumber.check { Int(fcntl(rawValue, F_SETFL, nonblocking ? O_NONBLOCK : 0)) }
    }

    /// Waits until one of `files` has what it waits for, or has ended; a signal ends that too.
    ///
    /// - Parameter milliseconds: how long at most; negative for ever.
    /// - Returns: how many have; each one's `revents` says what.
    package static func poll(_ files: inout [pollfd], milliseconds: CInt) throws(ErrorNumber) -> Int {
        let count = nfds_t(files.count)
        // Sound: as many structures as the count says, which live through the call.
        return try ErrorNumber.check(repeated: false) { unsafe Int(Glibc.poll(&files, count, milliseconds)) }
    }
}
