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
        let pageMap = try FileDescriptor.open(Self.pageMap, O_RDONLY)
        var addresses: [UInt64] = []
        for offset in stride(from: 0, to: memory.count, by: memory.pageSize) {
            addresses.append(try physicalAddress(memory.number + UInt64(offset), pageMap))
        }
        // If we are killed, nobody else gets these pages before DMA has ended.
        try watch?.keep(memory)
        return addresses
    }

    package func unmap(_ memory: MappedMemory) { watch?.letGo(memory) }

    /// The kernel's table of this process's pages. (Documentation/admin-guide/mm/pagemap.rst)
    private static let pageMap = "/proc/self/pagemap"

    /// The physical address of the first byte of the resident page at `address`.
    private func physicalAddress(_ address: UInt64, _ pageMap: borrowing FileDescriptor) throws(HardwareError) -> UInt64 {
        let entry = try naming("pread", on: Self.pageMap, try pageMap.readNumber(8, at: Int(address / 4096 * 8))) ?? 0
        let frame = entry & (1 << 55 - 1)
        // Bit 63 says that it is there. Without CAP_SYS_ADMIN the kernel shows frame 0.
        guard entry >> 63 == 1, frame != 0 else {
            throw .privilege(
                action: "read physical addresses from \(Self.pageMap)",
                remedy: "run as root (CAP_SYS_ADMIN), or bind the device to vfio-pci")
        }
        return frame * 4096
    }
}
