import Glibc
package import IxySystem

/// Memory that a device can reach, with the device's address of every page.
///
/// It has no name in any file system: it is a memfd, so nothing is left behind, however the process ends.
package final class DMAMemory: Sendable {
    /// The mapping in this process.
    package let memory: MappedMemory
    /// The device's address of each page of `memory.pageSize` bytes.
    package let pageAddresses: [UInt64]
    private let mapper: any DMAMapper
    /// Whose addresses these are.
    let space: ObjectIdentifier

    /// Allocates at least `count` bytes of zeroed memory, rounded up to whole pages, and maps it for the device.
    ///
    /// - Throws: `.noHugePages` if the kernel has too few; what `mapper` throws.
    package init(count: Int, pages: PageSize, mapper: any DMAMapper) throws(HardwareError) {
        guard count > 0, count <= 1 << 40 else {
            throw .invalid(what: "\(count) bytes of DMA memory", remedy: "ask for 1 byte to 1 TiB")
        }
        let rounded = (count + pages.rawValue - 1) & ~(pages.rawValue - 1)
        let memory = try DMAMemory.allocate(count: rounded, pages: pages)
        let addresses = try mapper.map(memory)
        // Pools look addresses up without a check.
        precondition(addresses.count == rounded / pages.rawValue, "a mapper tells an address for each page")
        pageAddresses = addresses
        self.memory = memory
        self.mapper = mapper
        space = mapper.space
    }

    deinit {
        mapper.unmap(memory)
    }

    package static func allocate(count: Int, pages: PageSize) throws(HardwareError) -> MappedMemory {
        do {
            // With MFD_ALLOW_SEALING, for `SharedMemoryMapper`.
            let file = try FileDescriptor(inMemory: "ixy-dma", pages.memfdFlags | 2)
            _ = try ErrorNumber.check { Int(ftruncate(file.rawValue, count)) }
            return try MappedMemory(file, count: count, pageSize: pages.rawValue)
        } catch {
            if pages != .small { throw .noHugePages(needed: count / pages.rawValue, pageSize: pages.rawValue) }
            throw HardwareError("memfd_create", on: "DMA memory of \(count) bytes", error)
        }
    }

    /// Whether the device sees bytes `offset ..< offset + count` at consecutive addresses.
    func isContiguous(offset: Int, count: Int) -> Bool {
        let first = offset / memory.pageSize
        let last = (offset + count - 1) / memory.pageSize
        return (first..<last).allSatisfy { page in
            pageAddresses[page + 1] == pageAddresses[page] &+ UInt64(memory.pageSize)
        }
    }

    /// The device's address of the byte at `offset`.
    func deviceAddress(of offset: Int) -> UInt64 {
        pageAddresses[offset / memory.pageSize] + UInt64(offset % memory.pageSize)
    }
}
