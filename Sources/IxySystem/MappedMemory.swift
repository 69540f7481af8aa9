import Glibc

/// A range of this process's address space that `mmap` gave us, unmapped when the last owner lets go of it.
///
/// Rings, pools and register windows share one mapping by holding a reference to it. Nothing on the hot path
/// retains it: the owners are noncopyable and take their reference once. Safe code can pass it on and no more: its bytes
/// are reached through what `IxyTrusted` makes of it.
@safe
@usableFromInline
package final class MappedMemory: Sendable {
    /// First byte. Valid for `count` bytes as long as this object lives, because only `deinit` unmaps.
    @unsafe @usableFromInline
    nonisolated(unsafe) package let base: UnsafeMutableRawPointer
    /// Length in bytes; a whole number of pages.
    package let count: Int
    /// The pages behind it, in bytes: 4 KiB, 2 MiB or 1 GiB.
    package let pageSize: Int
    /// The file behind it, kept so that the memory can be shared with another process.
    private let file: FileDescriptor
    /// The right to the mapped memory, kept as long as the mapping.
    private let keeper: (any AnyObject & Sendable)?
    /// The number of that file, to map the memory once more or to pass it on while this object lives.
    package var descriptor: CInt { file.rawValue }

    /// Maps `count` bytes of `file` from `offset` on, shared with every other mapping of it.
    package init(
        _ file: consuming FileDescriptor, count: Int, offset: Int = 0, pageSize: Int = 4096,
        keeper: (any AnyObject & Sendable)? = nil
    ) throws(ErrorNumber) {
        let flags = MAP_SHARED | (pageSize > 4096 ? MAP_POPULATE : 0)
        // Sound: no fixed address is asked for, so no existing mapping can be replaced, and nobody else has this one.
        let base = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, flags, file.rawValue, offset)
        guard let base = unsafe base, unsafe base != MAP_FAILED else { throw ErrorNumber(errno) }
        unsafe self.base = base
        self.count = count
        self.pageSize = pageSize
        self.file = file
        self.keeper = keeper
    }

    deinit {
        // Sound: every pointer into the range is held by a value that also holds this object.
        unsafe munmap(base, count)
    }

    /// Where it begins in this process, as a number for the kernel's tables. No safe call takes such a number for an
    /// address.
    package var number: UInt64 {
        // Sound: only the number is used.
        unsafe UInt64(UInt(bitPattern: base))
    }

    /// Whether the `size` bytes at `offset` lie inside. Written so that no input can overflow.
    package func contains(offset: Int, size: Int) -> Bool {
        offset >= 0 && size >= 0 && size <= count && offset <= count - size
    }
}
