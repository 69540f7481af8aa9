import Glibc
import IxySystem

/// Device addresses are physical addresses: for a device that no IOMMU stands before.
///
/// Only huge pages qualify, since the kernel may move 4 KiB pages at any time.
package final class PhysicalMemoryMapper: DMAMapper {
    private let watch: (any DMAWatch)?

    /// - Parameter watch: keeps the memory from others as long as a device may write to it; nobody does if it is nil.
    package init(watchedBy watch: (any DMAWatch)?) { self.watch = watch }

    /// Physical addresses are the same for every device.
    package var space: ObjectIdentifier { ObjectIdentifier(PhysicalMemoryMapper.self) }

    package func map(_ memory: MappedMemory) throws(HardwareError) -> [UInt64] {
        guard memory.pageSize >= PageSize.huge2MiB.rawValue else {
            throw .invalid(
                what: "4 KiB pages cannot be used by a device without an IOMMU, because the kernel may move them",
                remedy: "use huge pages, or bind the device to vfio-pci")
        }
        let pageMap = try PageMap()
        var addresses: [UInt64] = []
        for offset in stride(from: 0, to: memory.count, by: memory.pageSize) {
            addresses.append(try pageMap.physicalAddress(in: memory, at: offset))
        }
        // If we are killed, nobody else gets these pages before DMA has ended.
        try watch?.keep(memory)
        return addresses
    }

    package func unmap(_ memory: MappedMemory) { watch?.letGo(memory) }
}

/// The kernel's table of this process's pages, `/proc/self/pagemap` (Documentation/admin-guide/mm/pagemap.rst).
struct PageMap: ~Copyable {
    private let file: FileDescriptor

    init() throws(HardwareError) {
        file = try FileDescriptor.open("/proc/self/pagemap", O_RDONLY)
    }

    /// The physical address of the byte at `offset` of `memory`, which must be resident.
    func physicalAddress(in memory: MappedMemory, at offset: Int) throws(HardwareError) -> UInt64 {
        precondition(memory.contains(offset: offset, size: 1))
        let address = memory.number + UInt64(offset)
        let entry = try naming(
            "pread", on: "/proc/self/pagemap", try file.readNumber(8, at: Int(address / 4096 * 8))) ?? 0
        let isPresent = entry >> 63 == 1
        let frame = entry & (1 << 55 - 1)
        // Without CAP_SYS_ADMIN the kernel shows frame 0.
        guard isPresent, frame != 0 else {
            throw .privilege(
                action: "read physical addresses from /proc/self/pagemap",
                remedy: "run as root (CAP_SYS_ADMIN), or bind the device to vfio-pci")
        }
        return frame * 4096 + address % 4096
    }
}
