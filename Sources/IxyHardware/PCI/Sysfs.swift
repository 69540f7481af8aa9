import Glibc

/// The kernel's tree of devices: `/sys`, or a folder that a test has laid out like it.
public struct Sysfs: Hashable, Sendable {
    /// The tree's root, without a slash at the end.
    public let root: String

    /// The tree at `root`.
    public init(root: String = "/sys") {
        self.root = root
    }

    /// An attribute's text without the white space around it, or nil where there is no such attribute.
    ///
    /// A file of more than 4 KiB, which no attribute of sysfs has, is cut there.
    func text(_ path: String) throws(HardwareError) -> String? {
        guard let file = try openIfPresent(path, O_RDONLY) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let size = bytes.count
        // Sound: the kernel writes at most `size` bytes, and the array has as many.
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file.rawValue, $0.baseAddress, size) }
        if count < 0, Self.isAbsence(errno) { return nil }
        guard count >= 0 else { throw Self.failure("read", path) }
        var text = bytes[..<count].drop { Self.isSpace($0) }
        while let last = text.last, Self.isSpace(last) { text.removeLast() }
        return String(decoding: text, as: UTF8.self)
    }

    /// Stores `text` in an attribute, in the one call that sysfs wants.
    ///
    /// - Returns: false where there is no such attribute.
    func write(_ text: String, to path: String) throws(HardwareError) -> Bool {
        guard let file = try openIfPresent(path, O_WRONLY) else { return false }
        let bytes = [UInt8](text.utf8)
        // Sound: the kernel reads `count` bytes of an array that has as many.
        let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file.rawValue, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw Self.failure("write", path) }
        return true
    }

    /// The last component of what the symbolic link at `path` points to, or nil where there is no link.
    func linkName(_ path: String) throws(HardwareError) -> String? {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        // Sound: the kernel writes at most as many bytes as it is told that the array has, which is not empty.
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe readlink(path, $0.baseAddress!, $0.count) }
        // EINVAL: it exists and is no link.
        if count < 0, errno == EINVAL || Self.isAbsence(errno) { return nil }
        guard count >= 0 else { throw Self.failure("read", path) }
        return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "/").last.map { String($0) }
    }

    /// The sorted names in the folder at `path`; none where there is no folder.
    func names(in path: String) throws(HardwareError) -> [String] {
        // Sound: the string is NUL-terminated and lives through the call.
        guard let folder = unsafe opendir(path) else {
            if Self.isAbsence(errno) { return [] }
            throw Self.failure("read", path)
        }
        // Sound: opened above, closed only here.
        defer { unsafe closedir(folder) }
        var names: [String] = []
        let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name)!
        // Sound: an entry stays valid until the next `readdir`, and its name, copied here, ends with a NUL. The name
        // is reached by address because the entry may be shorter than the type says.
        while let entry = unsafe readdir(folder) {
            let name = unsafe String(cString: (UnsafeRawPointer(entry) + nameOffset).assumingMemoryBound(to: CChar.self))
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Whether there is anything at `path`.
    func exists(_ path: String) -> Bool {
        // Sound: the string is NUL-terminated and lives through the call.
        unsafe access(path, F_OK) == 0
    }

    /// Opens a file of the tree, or returns nil where there is none.
    func openIfPresent(_ path: String, _ flags: CInt) throws(HardwareError) -> FileDescriptor? {
        // Sound: the string is NUL-terminated and lives through the call.
        let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC)
        if descriptor < 0, Self.isAbsence(errno) { return nil }
        guard descriptor >= 0 else { throw Self.failure(flags == O_RDONLY ? "read" : "write", path) }
        return FileDescriptor(adopting: descriptor)
    }

    /// The error for the `errno` that a call has just left behind.
    package static func failure(_ action: String, _ path: String) -> HardwareError {
        let code = errno
        return switch code {
        case EACCES, EPERM:
            .privilege(action: "\(action) \(path)", remedy: "run the command as root, for example with sudo")
        case EROFS:
            .privilege(
                action: "\(action) \(path)",
                remedy: "the file system is mounted read-only; in a container, start it with --privileged")
        default: .system(call: action, subject: path, reason: systemReason(code))
        }
    }

    /// The attribute does not exist, or its device went away after we opened it.
    private static func isAbsence(_ code: CInt) -> Bool {
        code == ENOENT || code == ENODEV || code == ENOTDIR
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == 0
    }
}
