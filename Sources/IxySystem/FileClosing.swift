import Glibc

// Other ends than `deinit`.
extension FileDescriptor {
    /// Leaves it open, for whoever closes the number.
    @discardableResult
    package consuming func leave() -> CInt {
        let number = rawValue
        discard self
        return number
    }

    /// Closes it and reports what only the closing shows: on network file systems and under quotas the last bytes may
    /// fail as late as this.
    package consuming func close() throws(ErrorNumber) {
        let number = rawValue
        discard self
        // Never repeated: Linux has released the descriptor even when close is interrupted.
        guard Glibc.close(number) == 0 || errno == EINTR else { throw ErrorNumber(errno) }
    }
}
