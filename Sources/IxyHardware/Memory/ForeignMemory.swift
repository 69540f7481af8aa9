import Glibc
public import IxySystem

/// Memory that another process shares with this one through a file, at an address that it has chosen.
///
/// What was checked holds as long as the other process leaves its file alone: if it cuts the file later, an access
/// ends this process. A model may take that risk, a driver does not have to.
public struct ForeignMemory: Sendable {
    /// The address that the other process gave to the first byte.
    public let address: UInt64
    /// Length in bytes.
    public let count: Int
    let memory: MappedMemory
    let offset: Int

    /// Maps `count` bytes of `file` from `offset` on.
    ///
    /// - Throws: `.invalid` if `file` does not hold them all, or if a piece does not begin with a page; `.system`.
    public static func map(
        _ file: consuming FileDescriptor, at address: UInt64, offset: UInt64, count: UInt64
    ) throws(HardwareError) -> ForeignMemory {
        // Words of a driver are aligned in memory if they are so by their addresses.
        guard address % 4096 == 0, offset % 4096 == 0, count > 0 else {
            throw .invalid(what: "shared memory does not begin with a page", remedy: "share whole pages")
        }
        let status = try naming("fstat", on: "shared memory", try file.status())
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .invalid(what: "shared memory is not a regular file", remedy: "share a memfd or a file in hugetlbfs")
        }
        // An access beyond the end of the file would end the process.
        let size = UInt64(max(0, status.st_size))
        guard count <= size, offset <= size - count else {
            throw .invalid(
                what: "\(count) bytes at \(offset) are shared, but their file has \(size)",
                remedy: "share only what the file holds")
        }
        // In hugetlbfs this is the size of a huge page, of which a mapping has to have whole ones.
        let page = max(4096, Int(status.st_blksize))
        let start = Int(offset) / page * page
        let end = (Int(offset + count) + page - 1) / page * page
        let memory = try MappedMemory.map(
            descriptor: file, count: end - start, offset: start, subject: "shared memory")
        return ForeignMemory(address: address, count: Int(count), memory: memory, offset: Int(offset) - start)
    }
}
