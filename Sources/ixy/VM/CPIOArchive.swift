import IxyHardware
import IxySystem

/// An archive as the kernel unpacks it into its first file system: cpio's "newc" kind. (Linux,
/// Documentation/driver-api/early-userspace/buffer-format.rst)
struct CPIOArchive: ~Copyable {
    private let file: FileDescriptor
    private var number = 0
    private var known: Set<String> = []

    /// Begins one in `file`.
    init(in file: consuming FileDescriptor) { self.file = file }

    /// Adds a folder, and those above it, unless it is there.
    mutating func addFolder(_ path: String) throws {
        var path = path[...]
        while path.first == "/" { path.removeFirst() }
        guard !path.isEmpty, known.insert(String(path)).inserted else { return }
        if let end = path.lastIndex(of: "/") { try addFolder(String(path[..<end])) }
        try add(String(path), mode: 0o040755, [])
    }

    /// Adds a file. The first one of a path stays.
    mutating func addFile(_ path: String, _ bytes: [UInt8], isExecutable: Bool = false) throws {
        let path = String(path.drop { $0 == "/" })
        guard known.insert(path).inserted else { return }
        if let end = path.lastIndex(of: "/") { try addFolder(String(path[..<end])) }
        try add(path, mode: isExecutable ? 0o100755 : 0o100644, bytes)
    }

    /// Ends it.
    consuming func finish() throws -> FileDescriptor {
        try add("TRAILER!!!", mode: 0, [])
        return file
    }

    private mutating func add(_ name: String, mode: UInt32, _ bytes: [UInt8]) throws {
        number += 1
        // Inode, mode, owner, group, links, time, length, four device numbers, length of the name, checksum.
        let fields: [UInt32] = [
            UInt32(number), mode, 0, 0, 1, 0, UInt32(bytes.count), 0, 0, 0, 0, UInt32(name.utf8.count + 1), 0,
        ]
        var head = Array("070701".utf8)
        for field in fields {
            let text = String(field, radix: 16, uppercase: true)
            head += Array((String(repeating: "0", count: 8 - text.count) + text).utf8)
        }
        head += Array(name.utf8) + [0]
        try write(CPIOArchive.padded(head))
        try write(bytes)
        try write([UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4))
    }

    /// Everything begins at a multiple of four bytes.
    private static func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
    }

    private func write(_ bytes: [UInt8]) throws {
        guard !bytes.isEmpty else { return }
        var written = 0
        try file.write(bytes.span.rawBytes, written: &written, subject: "the guest's files")
    }
}
