package import IxySystem

/// Types of `IxySystem`, which only this module imports, under names for the others.
package typealias FileDescriptor = IxySystem.FileDescriptor
package typealias MappedMemory = IxySystem.MappedMemory

extension FileDescriptor {
    /// Opens `path`.
    ///
    /// - Parameter flags: `O_RDWR` and the like; `O_CLOEXEC` is added.
    package static func open(_ path: String, _ flags: CInt) throws(HardwareError) -> FileDescriptor {
        try naming("open", on: path, try FileDescriptor(path: path, flags))
    }

    /// Another descriptor of the same open file.
    package func duplicate(subject: String) throws(HardwareError) -> FileDescriptor {
        try naming("dup", on: subject, try FileDescriptor(duplicating: rawValue))
    }
}

extension MappedMemory {
    /// Maps `count` bytes of the file behind `descriptor`, which the mapping closes, shared with every other mapping of it.
    ///
    /// - Parameters:
    ///   - subject: what the file is, for the error.
    ///   - keeper: stays as long as the mapping does.
    package static func map(
        descriptor: consuming FileDescriptor, count: Int, offset: Int = 0, subject: String,
        keeper: (any AnyObject & Sendable)? = nil
    ) throws(HardwareError) -> MappedMemory {
        do {
            return try MappedMemory(descriptor, count: count, offset: offset, keeper: keeper)
        } catch {
            throw HardwareError("mmap", on: subject, error)
        }
    }
}
