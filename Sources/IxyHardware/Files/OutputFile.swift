import Glibc
import IxySystem

/// A file that is to be written anew. Its old content stays until the first byte is to be written, so that a program
/// which fails before that leaves everything as it was: `discard` removes the file where opening has made it.
package struct OutputFile: ~Copyable, Sendable {
    private let descriptor: FileDescriptor
    /// The path of a file that opening has made; nil for one that was there before.
    private let madeAt: String?

    /// Writes to what somebody else opened, from its position on.
    package init(adopting descriptor: consuming FileDescriptor) {
        self.descriptor = descriptor
        madeAt = nil
    }

    private init(_ descriptor: consuming FileDescriptor, madeAt path: String?) {
        self.descriptor = descriptor
        madeAt = path
    }

    /// Opens the file at `path`: made where there is none, left as it is where there is one.
    package static func open(_ path: String) throws(HardwareError) -> OutputFile {
        // Only this tells who has made it.
        if let new = try? FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL) {
            return OutputFile(new, madeAt: path)
        }
        return OutputFile(try FileDescriptor.open(path, O_WRONLY | O_CREAT), madeAt: nil)
    }

    /// Empties the file. Pipes, terminals and devices hold nothing that could be emptied.
    package func empty(subject: String) throws(HardwareError) {
        guard madeAt == nil, let status = try? descriptor.status(), status.st_mode & S_IFMT == S_IFREG else { return }
        // Only from the position on: what somebody else has written before it is theirs.
        let position = lseek(descriptor.rawValue, 0, SEEK_CUR)
        _ = try naming("ftruncate", on: subject, try ErrorNumber.check { Int(ftruncate(descriptor.rawValue, position)) })
    }

    /// Removes the file if opening has made it, and if its path has not come to mean another file since.
    package func discard() {
        guard let madeAt, let ours = try? descriptor.status(), let there = try? FileSystem.status(of: madeAt),
            there.st_dev == ours.st_dev, there.st_ino == ours.st_ino
        else { return }
        try? FileSystem.remove(madeAt)
    }

    /// As in `FileDescriptor`.
    package func write(_ bytes: borrowing RawSpan, written: inout Int, subject: String) throws(HardwareError) {
        try descriptor.write(bytes, written: &written, subject: subject)
    }

    /// As in `FileDescriptor`.
    package func dropLast(_ count: Int) -> Bool { descriptor.dropLast(count) }

    /// As in `FileDescriptor`.
    package consuming func closeReporting(subject: String) throws(HardwareError) {
        try descriptor.closeReporting(subject: subject)
    }
}
