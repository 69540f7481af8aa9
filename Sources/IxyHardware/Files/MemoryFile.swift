import Glibc

/// Glibc has it, but Swift's import of Glibc leaves it out.
@_extern(c, "memfd_create")
private func memfd_create(_ name: UnsafePointer<CChar>, _ flags: CUnsignedInt) -> CInt

extension FileDescriptor {
    /// A file that exists only in memory, and as long as somebody has it open.
    ///
    /// - Parameter isSealable: whoever has it may fix its size.
    public static func inMemory(_ name: String, isSealable: Bool = false) throws(HardwareError) -> FileDescriptor {
        // Sound: the string is NUL-terminated and lives through the call. 1 is MFD_CLOEXEC, 2 MFD_ALLOW_SEALING.
        let descriptor = unsafe memfd_create(name, isSealable ? 3 : 1)
        guard descriptor >= 0 else { throw .lastSystemError("memfd_create", on: name) }
        return FileDescriptor(adopting: descriptor)
    }

    /// All that is in a file, from its start.
    public func contents(subject: String) throws(HardwareError) -> [UInt8] {
        guard lseek(rawValue, 0, SEEK_SET) == 0 else { throw .lastSystemError("lseek", on: subject) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let got = unsafe buffer.withUnsafeMutableBytes { bytes in
                // Sound: at most as many bytes as there are.
                unsafe Glibc.read(rawValue, bytes.baseAddress, bytes.count)
            }
            if got > 0 {
                result += buffer[..<got]
            } else if got == 0 {
                return result
            } else if errno != EINTR {
                throw .lastSystemError("read", on: subject)
            }
        }
    }
}
