import Glibc

/// A range of this process's address space that `mmap` gave us, unmapped when the last owner lets go of it.
///
/// Rings, pools and register windows share one mapping by holding a reference to it. Nothing on the hot path
/// retains it: the owners are noncopyable and take their reference once.
@safe
public final class MappedMemory: Sendable {
    /// First byte. Valid for `count` bytes as long as this object lives, because only `deinit` unmaps.
    @usableFromInline
    nonisolated(unsafe) let base: UnsafeMutableRawPointer
    /// Length in bytes; a whole number of pages.
    public let count: Int
    /// The pages behind it, in bytes: 4 KiB, 2 MiB or 1 GiB.
    public let pageSize: Int
    /// The file behind it, kept so that the memory can be shared with another process, or one that is not open.
    let file: FileDescriptor
    /// The number of that file, to map the memory once more or to pass it on while this object lives; negative without one.
    public var descriptor: CInt { file.rawValue }

    /// Takes over a mapping of `count` bytes at `base`.
    ///
    /// Unsafe because nothing can check that the range is mapped and owned by nobody else.
    @unsafe
    init(
        adopting base: UnsafeMutableRawPointer, count: Int, pageSize: Int,
        file: consuming FileDescriptor = FileDescriptor(adopting: -1)
    ) {
        unsafe self.base = base
        self.count = count
        self.pageSize = pageSize
        self.file = file
    }

    deinit {
        // Sound: every pointer into the range is held by a value that also holds this object.
        unsafe munmap(base, count)
    }

    /// Maps `count` bytes of the file behind `descriptor`, shared with every other mapping of it.
    ///
    /// - Parameter subject: what the file is, for the error.
    public static func map(
        descriptor: borrowing FileDescriptor, count: Int, offset: Int = 0, pageSize: Int = 4096, subject: String
    ) throws(HardwareError) -> MappedMemory {
        let address = unsafe try address(
            descriptor: descriptor, count: count, offset: offset, pageSize: pageSize, subject: subject)
        return unsafe MappedMemory(adopting: address, count: count, pageSize: pageSize)
    }

    /// Maps the first `count` bytes of `file` and keeps the file.
    static func map(
        keeping file: consuming FileDescriptor, count: Int, pageSize: Int, subject: String
    ) throws(HardwareError) -> MappedMemory {
        let address = unsafe try address(
            descriptor: file, count: count, offset: 0, pageSize: pageSize, subject: subject)
        return unsafe MappedMemory(adopting: address, count: count, pageSize: pageSize, file: file)
    }

    private static func address(
        descriptor: borrowing FileDescriptor, count: Int, offset: Int, pageSize: Int, subject: String
    ) throws(HardwareError) -> UnsafeMutableRawPointer {
        let flags = MAP_SHARED | (pageSize > 4096 ? MAP_POPULATE : 0)
        // Sound: no fixed address is asked for, so no existing mapping can be replaced.
        let address = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, flags, descriptor.rawValue, offset)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw .lastSystemError("mmap", on: subject)
        }
        return unsafe address
    }
}

extension MappedMemory {
    /// Whether the `size` bytes at `offset` lie inside. Written so that no input can overflow.
    @inlinable
    public func contains(offset: Int, size: Int) -> Bool {
        offset >= 0 && size >= 0 && size <= count && offset <= count - size
    }
}
