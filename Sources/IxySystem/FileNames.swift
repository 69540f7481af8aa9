package import Glibc

// Calls that look at files and folders, and that make and remove names.
extension FileSystem {
    /// Whether there is anything.
    package static func exists(_ path: String) -> Bool {
        // Sound: the string is NUL-terminated and lives through the call.
        unsafe access(path, F_OK) == 0
    }

    /// Which file is there, without following a link at the path's end.
    package static func status(of path: String) throws(ErrorNumber) -> stat {
        var status = stat()
        // Sound: the string is NUL-terminated, and the call fills in the structure that it is given.
        _ = try ErrorNumber.check { unsafe Int(lstat(path, &status)) }
        return status
    }

    /// Takes the name away.
    package static func remove(_ path: String) throws(ErrorNumber) {
        // Sound: the string is NUL-terminated and lives through the call.
        _ = try ErrorNumber.check { unsafe Int(unlink(path)) }
    }

    /// The names in a folder, in no order, without those that begin with a dot.
    package static func names(in path: String) throws(ErrorNumber) -> [String] {
        // Sound: the string is NUL-terminated. An entry stays valid until the next `readdir`, and its name, copied here,
        // ends with a NUL; it is reached by address because the entry may be shorter than the type says.
        guard let folder = unsafe opendir(path) else { throw ErrorNumber(errno) }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        let offset = MemoryLayout<dirent>.offset(of: \.d_name)!
        while let entry = unsafe readdir(folder) {
            let name = unsafe String(cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self))
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}
