import Glibc
package import IxySystem

/// The kernel's tree of devices: `/sys`, or a folder that a test has laid out like it.
package struct Sysfs: Hashable, Sendable {
    /// The tree's root, without a slash at the end.
    package let root: String
    let files: DeviceFiles

    /// The tree at `root`, but for the files in `files`.
    package init(root: String = "/sys", files: DeviceFiles = DeviceFiles()) {
        self.root = root
        self.files = files
    }

    package static func == (left: Sysfs, right: Sysfs) -> Bool { left.root == right.root }
    package func hash(into hasher: inout Hasher) { hasher.combine(root) }

    /// An attribute's text without the white space around it, or nil where there is no such attribute.
    ///
    /// A file of more than 4 KiB, which no attribute of sysfs has, is cut there.
    func text(_ path: String) throws(HardwareError) -> String? {
        guard let file = try openIfPresent(path, O_RDONLY),
            let bytes = try Self.ifPresent("read", path, try file.read(4096))
        else { return nil }
        func isSpace(_ byte: UInt8) -> Bool { " \n\0".utf8.contains(byte) }
        var text = bytes.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return String(decoding: text, as: UTF8.self)
    }

    /// Stores `text` in an attribute, in the one call that sysfs wants.
    ///
    /// - Returns: false where there is no such attribute.
    func write(_ text: String, to path: String) throws(HardwareError) -> Bool {
        guard let file = try openIfPresent(path, O_WRONLY) else { return false }
        let bytes = [UInt8](text.utf8)
        guard try Self.naming("write", path, try file.write(bytes)) == bytes.count else {
            throw Self.failure("write", path, ErrorNumber(EIO))
        }
        return true
    }

    /// The last component of what the symbolic link at `path` points to, or nil where there is no link.
    func linkName(_ path: String) throws(HardwareError) -> String? {
        do {
            return try FileSystem.target(of: path).split(separator: "/").last.map { String($0) }
        } catch {
            // EINVAL: it exists and is no link.
            if error.code == EINVAL || Self.isAbsence(error) { return nil }
            throw Self.failure("read", path, error)
        }
    }

    /// Opens a file of the tree, or returns nil where there is none.
    func openIfPresent(_ path: String, _ flags: CInt) throws(HardwareError) -> FileDescriptor? {
        try Self.ifPresent(flags == O_RDONLY ? "read" : "write", path, try files.open(path, flags))
    }

    /// The value of `result`, whose error names the action and the file at `path`.
    static func naming<Result>(
        _ action: String, _ path: String, _ result: @autoclosure () throws(ErrorNumber) -> Result
    ) throws(HardwareError) -> Result {
        do { return try result() } catch { throw failure(action, path, error) }
    }

    /// The value of `result`; nil where there is no attribute, or its device went away after we opened it.
    static func ifPresent<Result: ~Copyable>(
        _ action: String, _ path: String, _ result: @autoclosure () throws(ErrorNumber) -> Result
    ) throws(HardwareError) -> Result? {
        do {
            return try result()
        } catch {
            if isAbsence(error) { return nil }
            throw failure(action, path, error)
        }
    }

    private static func isAbsence(_ error: ErrorNumber) -> Bool { [ENOENT, ENODEV, ENOTDIR].contains(error.code) }

    /// The error for what the kernel says to somebody who wants to `action` the file at `path`.
    package static func failure(_ action: String, _ path: String, _ error: ErrorNumber) -> HardwareError {
        switch error.code {
        case EACCES, EPERM:
            .privilege(action: "\(action) \(path)", remedy: "run the command as root, for example with sudo")
        case EROFS:
            .privilege(
                action: "\(action) \(path)",
                remedy: "the file system is mounted read-only; in a container, start it with --privileged")
        default: HardwareError(action, on: path, error)
        }
    }
}
