package import Glibc

// Glibc has these for every program, but its headers show them only where _GNU_SOURCE is defined, which Swift's module
// of it does not do.
@_extern(c, "memfd_create")
private func memfd_create(_ name: UnsafePointer<CChar>, _ flags: CUnsignedInt) -> CInt

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

    /// Another descriptor of the open file `number`.
    package init(duplicating number: CInt) throws(ErrorNumber) {
        try self.init { fcntl(number, F_DUPFD_CLOEXEC, 0) }
    }
}

// Bytes.
extension FileDescriptor {
    /// Reads once, at most `count` bytes, from where the file's own position is.
    package func read(_ count: Int) throws(ErrorNumber) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        // Sound: the kernel writes at most `count` bytes, as many as the array has.
        let got = try ErrorNumber.check { unsafe Glibc.read(rawValue, &bytes, count) }
        return Array(bytes[..<got])
    }

    /// Writes once, to where the file's own position is; returns how many bytes were taken.
    package func write(_ bytes: [UInt8]) throws(ErrorNumber) -> Int {
        // Sound: the kernel reads as many bytes as the array has, which lives through the call.
        try ErrorNumber.check { unsafe Glibc.write(rawValue, bytes, bytes.count) }
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

    /// Which file it is, how long, and of which kind.
    package func status() throws(ErrorNumber) -> stat {
        var status = stat()
        // Sound: the call fills in the structure that it is given.
        _ = try ErrorNumber.check { unsafe Int(fstat(rawValue, &status)) }
        return status
    }
}
