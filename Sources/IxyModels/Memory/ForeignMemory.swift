import Glibc
package import IxyHardware
import IxySystem

/// Memory that another process shares with this one through a file, at an address that it has chosen.
///
/// The other process cannot take the memory away: the file is sealed against being cut, as an access beyond its end would
/// end this process by SIGBUS. Who trusts the other process may do without.
package struct ForeignMemory: Sendable {
    /// The address that the other process gave to the first byte.
    package let address: UInt64
    let memory: MemoryWindow

    /// Bytes of the largest piece: as much as `DMAMemory` has, and little of what a process can map.
    package static let limit: UInt64 = 1 << 40

    /// Maps `count` bytes of `file` from `offset` on.
    ///
    /// - Parameter allowsUnsealed: take memory that the other process can take away later, which ends this process.
    /// - Throws: `.invalid` if `file` does not hold them all, or is not sealed, or if a piece does not begin with a page;
    ///   `.system`.
    package static func map(
        _ file: consuming FileDescriptor, at address: UInt64, offset: UInt64, count: UInt64, allowsUnsealed: Bool = false
    ) throws(HardwareError) -> ForeignMemory {
        // Words of a driver are aligned in memory if they are so by their addresses.
        guard address % 4096 == 0, offset % 4096 == 0, count > 0 else {
            throw .invalid(what: "shared memory does not begin with a page", remedy: "share whole pages")
        }
        // No sum that follows overflows, nor does one of whoever looks up an address here.
        guard count <= limit, offset <= UInt64(Int.max) - 2 * limit, address <= .max - count else {
            throw .invalid(
                what: "\(count) bytes at \(offset) of a file are shared as those at \(address)",
                remedy: "share pieces of at most \(limit) bytes that end before the last address")
        }
        // First, as the size counts only once it is sealed, and as a file system of the other process would not answer.
        if !allowsUnsealed { try seal(file) }
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
        // In hugetlbfs this is the size of a huge page, of which a mapping has to have whole ones. Others say what they like.
        let block = Int(status.st_blksize)
        let page = (4096...1 << 30).contains(block) && block.nonzeroBitCount == 1 ? block : 4096
        let start = Int(offset) / page * page
        let end = (Int(offset + count) + page - 1) / page * page
        let memory = try MappedMemory.map(descriptor: file, count: end - start, offset: start, subject: "shared memory")
        return ForeignMemory(
            address: address, memory: MemoryWindow(memory, from: Int(offset) - start, count: Int(count)))
    }

    /// `F_SEAL_SHRINK` of <linux/fcntl.h>, and `HUGETLBFS_MAGIC` of <linux/magic.h>.
    private static let cannotShrink: CInt = 2, hugePages: UInt64 = 0x9584_58F6

    /// Makes sure that nobody can take memory of `file` away.
    private static func seal(_ file: borrowing FileDescriptor) throws(HardwareError) {
        // The owner may not have thought of it; a memfd that was made with MFD_ALLOW_SEALING takes the seal from us.
        guard let seals = try? file.seals(), seals & cannotShrink != 0 || (try? file.add(seals: cannotShrink)) != nil else {
            throw .invalid(
                what: "shared memory is in a file that can be cut, which would end this process",
                remedy: "share a memfd that is sealed with F_SEAL_SHRINK (QEMU: memory-backend-memfd), or trust the other side "
                    + "(ixy serve PATH,unsealed)")
        }
        // A hole can be punched into a sealed file, too. Small pages are found anew then; of huge ones there may be none left.
        guard let kind = try? file.fileSystemKind(), kind != hugePages else {
            throw .invalid(
                what: "shared memory has huge pages, which can be taken away, and that would end this process",
                remedy: "share small pages, or trust the other side (ixy serve PATH,unsealed)")
        }
    }
}
