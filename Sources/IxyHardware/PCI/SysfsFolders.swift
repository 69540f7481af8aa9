import IxySystem

extension Sysfs {
    /// The sorted names in the folder at `path`; none where there is no folder.
    func names(in path: String) throws(HardwareError) -> [String] {
        try Self.ifPresent("read", path, try FileSystem.names(in: path))?.sorted() ?? []
    }

    /// Whether there is anything at `path`.
    func exists(_ path: String) -> Bool { files.has(path) }
}

extension DeviceFiles {
    /// Whether there is anything at `path`.
    func has(_ path: String) -> Bool { kept.withLock { $0[path] != nil } || FileSystem.exists(path) }
}
