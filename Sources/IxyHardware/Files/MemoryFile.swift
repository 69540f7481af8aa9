import Glibc
package import IxySystem

extension FileDescriptor {
    /// A file that exists only in memory, and as long as somebody has it open.
    ///
    /// - Parameter isSealable: whoever has it may fix its size.
    package static func inMemory(_ name: String, isSealable: Bool = false) throws(HardwareError) -> FileDescriptor {
        // 2 is MFD_ALLOW_SEALING.
        try naming("memfd_create", on: name, try FileDescriptor(inMemory: name, isSealable ? 2 : 0))
    }

    /// All that is in a file, from its start.
    package func contents(subject: String) throws(HardwareError) -> [UInt8] {
        _ = try naming("lseek", on: subject, try ErrorNumber.check { lseek(rawValue, 0, SEEK_SET) })
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            var span = buffer.mutableSpan
            var bytes = span.mutableRawBytes
            let got = try read(into: &bytes, subject: subject)
            guard got > 0 else { return result }
            result += buffer[..<got]
        }
    }
}
