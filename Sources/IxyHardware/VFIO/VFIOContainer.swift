import Glibc
import IxySystem

/// The older way to ask for an IOMMU: groups of devices in a container. (Linux, Documentation/driver-api/vfio.rst)
package final class VFIOContainer: VFIOBackend {
    /// Keeps a group open, and with it the container's hold on it.
    private final class Group {
        let file: FileDescriptor
        init(_ file: consuming FileDescriptor) { self.file = file }
    }

    private let kernel: any VFIOKernel
    private let file: FileDescriptor
    private var groups: [Int: Group] = [:]
    /// Whether the container knows its kind of IOMMU, which it can only be told with its first group.
    private var isSet = false
    private var ranges = IOVARanges([])

    /// Opens a container; nil where the kernel has no VFIO, or not this way.
    package init?(_ kernel: any VFIOKernel, for _: PCIDevice) throws(HardwareError) {
        guard let file = try kernel.open("\(kernel.root)/vfio/vfio") else { return nil }
        // VFIO_API_VERSION
        guard (try? kernel.call(.getAPIVersion, on: file.rawValue, number: 0)) == 0 else { return nil }
        self.kernel = kernel
        self.file = file
    }

    /// The file of `device`, whose group becomes a part of the container.
    package func attach(_ device: PCIDevice) throws(HardwareError) -> FileDescriptor {
        guard let number = try device.iommuGroup else {
            throw device.address.error(
                "stands behind no IOMMU, so that VFIO cannot confine it",
                remedy: "switch the IOMMU on (intel_iommu=on or amd_iommu=on, and in the firmware), or unbind it from "
                    + "vfio-pci and run as root")
        }
        let group = try group(number, of: device)
        var name = KernelStructure(text: "\(device.address)")
        let file = try naming(
            "opening it through VFIO", on: "\(device.address)", try kernel.call(.getDevice, on: group.file.rawValue, &name))
        return FileDescriptor(adopting: CInt(file))
    }

    private func group(_ number: Int, of device: PCIDevice) throws(HardwareError) -> Group {
        if let known = groups[number] { return known }
        let path = "\(kernel.root)/vfio/\(number)"
        guard let opened = try kernel.open(path) else {
            throw device.address.error(
                "is not in VFIO's hands, as \(path) does not exist", remedy: "bind it: sudo ixy bind \(device.address)")
        }
        let group = Group(opened)
        // struct vfio_group_status { argsz, flags }; flags: viable 1.
        var status = KernelStructure(sized: 8)
        try naming(
            "VFIO_GROUP_GET_STATUS", on: path, try kernel.call(.getGroupStatus, on: group.file.rawValue, &status))
        guard status.load(UInt32.self, at: 4) & 1 != 0 else {
            throw device.address.error(
                "shares IOMMU group \(number) with devices that a kernel driver has",
                remedy: "bind all of /sys/kernel/iommu_groups/\(number)/devices to vfio-pci, or to no driver")
        }
        var container = KernelStructure(count: 4)
        container.store(file.rawValue, at: 0)
        try naming(
            "VFIO_GROUP_SET_CONTAINER", on: path, try kernel.call(.setContainer, on: group.file.rawValue, &container))
        if !isSet {
            // VFIO_TYPE1v2_IOMMU and VFIO_TYPE1_IOMMU.
            let kind: CInt = (try? kernel.call(.checkExtension, on: file.rawValue, number: 3)) == 1 ? 3 : 1
            _ = try naming("VFIO_SET_IOMMU", on: path, try kernel.call(.setIOMMU, on: file.rawValue, number: kind))
            isSet = true
        }
        // Each group may narrow them.
        ranges.narrow(to: usableAddresses())
        groups[number] = group
        return group
    }

    /// The addresses that the IOMMU can translate; empty where the kernel does not say.
    private func usableAddresses() -> [ClosedRange<UInt64>] {
        // struct vfio_iommu_type1_info { argsz, flags, u64 pgsizes, cap_offset, pad }; flags: has capabilities 2.
        guard let info = try? kernel.ask(.getIOMMUInfo, on: file.rawValue, 24), info.load(UInt32.self, at: 4) & 2 != 0 else {
            return []
        }
        let needed = info.bytes.count
        // VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE is 1: after its header count, reserved, then pairs of first and last.
        guard let start = info.capability(1, from: Int(info.load(UInt32.self, at: 16))), start + 16 <= needed else {
            return []
        }
        let count = min(Int(info.load(UInt32.self, at: start + 8)), (needed - start - 16) / 16)
        return (0..<count).compactMap { index in
            let first = info.load(UInt64.self, at: start + 16 + 16 * index)
            let last = info.load(UInt64.self, at: start + 24 + 16 * index)
            return first <= last ? first...last : nil
        }
    }

    package func map(_ memory: MappedMemory) throws(HardwareError) -> UInt64 {
        guard let address = ranges.take(UInt64(memory.count), alignment: UInt64(memory.pageSize)) else {
            throw .system(call: "mapping \(memory.count) bytes", subject: "the IOMMU", reason: "no address is free")
        }
        // struct vfio_iommu_type1_dma_map { argsz, flags, u64 vaddr, u64 iova, u64 size }; flags: read 1, write 2.
        var argument = KernelStructure(sized: 32)
        argument.store(UInt32(3), at: 4)
        argument.store(address, at: 16)
        do {
            _ = try kernel.call(.mapDMA, on: file.rawValue, &argument, memory: memory)
        } catch {
            ranges.release(address)
            throw memory.refused(error)
        }
        return address
    }

    package func unmap(_ count: Int, at address: UInt64) {
        // struct vfio_iommu_type1_dma_unmap { argsz, flags, u64 iova, u64 size }
        var argument = KernelStructure(sized: 24)
        argument.store(address, at: 8)
        argument.store(UInt64(count), at: 16)
        // If the kernel did not let go of it, the addresses stay taken, so that nothing else gets there.
        if (try? kernel.call(.unmapDMA, on: file.rawValue, &argument)) != nil { ranges.release(address) }
    }
}

extension KernelStructure {
    /// Where the capability `id` starts in the list that begins at `first`; nil where there is none.
    ///
    /// A header is { u16 id, u16 version, u32 next }, offsets count from the structure's start.
    func capability(_ id: UInt16, from first: Int) -> Int? {
        var offset = first
        // A link has to lead on, so that the walk ends.
        while offset > 0, offset <= bytes.count - 8 {
            if load(UInt16.self, at: offset) == id { return offset }
            let next = Int(load(UInt32.self, at: offset + 4))
            guard next > offset else { return nil }
            offset = next
        }
        return nil
    }
}

extension MappedMemory {
    /// The error for memory that the kernel does not map for a device.
    func refused(_ error: ErrorNumber) -> HardwareError {
        guard error.code == ENOMEM else { return HardwareError("mapping \(count) bytes", on: "the IOMMU", error) }
        return .privilege(
            action: "lock \(count) bytes of memory for a device",
            remedy: "raise the limit (ulimit -l, or LimitMEMLOCK= of a systemd service), or run as root")
    }
}
