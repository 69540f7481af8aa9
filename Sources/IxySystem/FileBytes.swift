import Glibc

// Bytes in spans.
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
}
