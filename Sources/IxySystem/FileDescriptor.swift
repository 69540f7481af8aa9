package import Glibc

// Glibc has these for every program, but its headers show them only where _GNU_SOURCE is defined, which Swift's module
// of it does not do.
@_extern(c, "memfd_create")
private func memfd_create(_ name: UnsafePointer<CChar>, _ flags: CUnsignedInt) -> CInt
@_extern(c, "eventfd")
private func eventfd(_ count: CUnsignedInt, _ flags: CInt) -> CInt

@_extern(c, "fstatfs")
private func fstatfs(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer) -> CInt

/// An open file, closed exactly once; none, if the number is negative.
package struct FileDescriptor: ~Copyable, Sendable {
    package let rawValue: CInt

    /// Takes over an open descriptor, to close it.
    package init(adopting rawValue: CInt) {
        self.rawValue = rawValue
    }

    /// Takes over the descriptor that `call` returns.
    package init(_ call: () -> CInt) throws(ErrorNumber) {
        rawValue = CInt(try ErrorNumber.check { Int(call()) })
    }

    deinit {
        if rawValue >= 0 { Glibc.close(rawValue) }
    }

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

// Other files.
extension FileDescriptor {
    /// Opens the file at `path`; `O_CLOEXEC` is added to `flags`.
    package init(path: String, _ flags: CInt, mode: mode_t = 0o644) throws(ErrorNumber) {
        // Sound: the string is NUL-terminated and lives through the call.
        try self.init { unsafe Glibc.open(path, flags | O_CLOEXEC, mode) }
    }

    /// A file that exists only in memory, and as long as somebody has it open.
    package init(inMemory name: String, _ flags: CUnsignedInt = 0) throws(ErrorNumber) {
        // Sound: the string is NUL-terminated and lives through the call. 1 is MFD_CLOEXEC.
        try self.init { unsafe memfd_create(name, flags | 1) }
    }

    /// A counter of the kernel, at zero. (eventfd(2))
    package init(counterFlags: CInt) throws(ErrorNumber) {
        // <linux/eventfd.h> gives its flags the values of open's.
        try self.init { eventfd(0, counterFlags | O_CLOEXEC) }
    }

    /// Another descriptor of the open file `number`.
    package init(duplicating number: CInt) throws(ErrorNumber) {
        try self.init { fcntl(number, F_DUPFD_CLOEXEC, 0) }
    }

    /// Nobody can change any more what `seals` name. (`F_ADD_SEALS` of fcntl(2))
    package func add(seals: CInt) throws(ErrorNumber) {
        _ = try ErrorNumber.check { Int(fcntl(rawValue, 1033, seals)) }
    }

    /// The seals of a file in memory. (`F_GET_SEALS` of fcntl(2))
    package func seals() throws(ErrorNumber) -> CInt { CInt(try ErrorNumber.check { Int(fcntl(rawValue, 1034)) }) }

    /// The kind of file system that the file is in, as <linux/magic.h> numbers them.
    package func fileSystemKind() throws(ErrorNumber) -> UInt64 {
        var words = InlineArray<16, UInt64>(repeating: 0)
        // Sound: the call fills in 120 bytes of the 128 that there are, the kind first.
        _ = try ErrorNumber.check { unsafe Int(withUnsafeMutableBytes(of: &words) { unsafe fstatfs(rawValue, $0.baseAddress!) }) }
        return words[0]
    }

    /// Whether reads and writes fail from now on instead of waiting.
    package func set(nonblocking: Bool) throws(ErrorNumber) {
        _ = try ErrorNumber.check { Int(fcntl(rawValue, F_SETFL, nonblocking ? O_NONBLOCK : 0)) }
    }
}

// Bytes.
extension FileDescriptor {
    /// Reads once: from `position` on, or from where the file's own position is.
    ///
    /// - Returns: how many bytes were read; 0 at the file's end.
    package func read(into bytes: inout MutableRawSpan, at position: Int? = nil) throws(ErrorNumber) -> Int {
        // Sound: the kernel writes at most as many bytes as the span has, which nobody else can reach meanwhile.
        unsafe try bytes.withUnsafeMutableBytes { (buffer) throws(ErrorNumber) in
            try ErrorNumber.check {
                if let position { return unsafe pread(rawValue, buffer.baseAddress, buffer.count, position) }
                return unsafe Glibc.read(rawValue, buffer.baseAddress, buffer.count)
            }
        }
    }

    /// Writes once: from `position` on, or from where the file's own position is.
    ///
    /// - Returns: how many bytes were taken.
    package func write(_ bytes: RawSpan, at position: Int? = nil) throws(ErrorNumber) -> Int {
        // Sound: the kernel reads as many bytes as the span has.
        unsafe try bytes.withUnsafeBytes { (buffer) throws(ErrorNumber) in
            try ErrorNumber.check {
                if let position { return unsafe pwrite(rawValue, buffer.baseAddress, buffer.count, position) }
                return unsafe Glibc.write(rawValue, buffer.baseAddress, buffer.count)
            }
        }
    }

    /// Reads a little-endian number of `count` bytes, at most 8; nil where the file holds no whole one.
    package func readNumber(_ count: Int, at position: Int? = nil) throws(ErrorNumber) -> UInt64? {
        precondition((0...8).contains(count), "a number of at most 8 bytes")
        var word: UInt64 = 0
        // Sound: at most the 8 bytes of a variable that lives through the call, in which every bit pattern is valid.
        let got = try ErrorNumber.check {
            if let position { return unsafe pread(rawValue, &word, count, position) }
            return unsafe Glibc.read(rawValue, &word, count)
        }
        return got == count ? UInt64(littleEndian: word) : nil
    }

    /// Writes `number` as a little-endian number of `count` bytes, at most 8; false where not all of it was taken.
    package func write(number: UInt64, _ count: Int, at position: Int? = nil) throws(ErrorNumber) -> Bool {
        precondition((0...8).contains(count), "a number of at most 8 bytes")
        var word = number.littleEndian
        // Sound: at most the 8 bytes of a variable that lives through the call, which only reads.
        return try ErrorNumber.check {
            if let position { return unsafe pwrite(rawValue, &word, count, position) }
            return unsafe Glibc.write(rawValue, &word, count)
        } == count
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

    /// Which file it is, how long, and of which kind.
    package func status() throws(ErrorNumber) -> stat {
        var status = stat()
        // Sound: the call fills in the structure that it is given.
        _ = try ErrorNumber.check { unsafe Int(fstat(rawValue, &status)) }
        return status
    }
}
