import Glibc
import IxySystem

/// The newer way to ask for an IOMMU: an address space in an iommufd, to which single devices are attached.
/// (Linux 6.6, Documentation/userspace-api/iommufd.rst)
package final class IOMMUFD: VFIOBackend {
    private let kernel: any VFIOKernel
    private let file: FileDescriptor
    /// The number of the address space.
    private let space: UInt32

    /// Opens an iommufd with an empty space; nil where the kernel does not have it, or not for `device`.
    package init?(_ kernel: any VFIOKernel, for device: PCIDevice) throws(HardwareError) {
        guard try IOMMUFD.path(of: device, kernel) != nil, let file = try kernel.open("\(kernel.root)/iommu") else { return nil }
        // struct iommu_ioas_alloc { size, flags, out id }
        var argument = KernelStructure(sized: 12)
        try naming(
            "IOMMU_IOAS_ALLOC", on: "\(kernel.root)/iommu", try kernel.call(.allocateIOAS, on: file.rawValue, &argument))
        space = argument.load(at: 8)
        self.kernel = kernel
        self.file = file
    }

    /// The path of the file that stands for `device` itself; nil where the kernel has only files for groups.
    private static func path(of device: PCIDevice, _ kernel: any VFIOKernel) throws(HardwareError) -> String? {
        let name = try device.sysfs.names(in: device.path("vfio-dev")).first { $0.hasPrefix("vfio") }
        let path = name.map { "\(kernel.root)/vfio/devices/\($0)" }
        return path.flatMap { kernel.files.has($0) ? $0 : nil }
    }

    /// The file of `device`, which reaches the space.
    package func attach(_ device: PCIDevice) throws(HardwareError) -> FileDescriptor {
        guard let path = try Self.path(of: device, kernel), let opened = try kernel.open(path) else {
            throw .device(
                address: "\(device.address)", problem: "is not in VFIO's hands",
                remedy: "bind it: sudo ixy bind \(device.address)")
        }
        // struct vfio_device_bind_iommufd { argsz, flags, s32 iommufd, out id }
        var binding = KernelStructure(sized: 16)
        binding.store(file.rawValue, at: 8)
        do {
            try kernel.call(.bindToIOMMUFD, on: opened.rawValue, &binding)
        } catch {
            // A device of the same group that a kernel driver has looks like one that another process has.
            guard error.code == EBUSY || error.code == EPERM else {
                throw HardwareError("VFIO_DEVICE_BIND_IOMMUFD", on: path, error)
            }
            throw .device(
                address: "\(device.address)",
                problem: "is in use by another process, or shares its IOMMU group with a device that is",
                remedy: "stop that process; bind all devices of its group to vfio-pci, or to no driver")
        }
        // struct vfio_device_attach_iommufd_pt { argsz, flags, id of the space }
        var attachment = KernelStructure(sized: 12)
        attachment.store(space, at: 8)
        try naming(
            "VFIO_DEVICE_ATTACH_IOMMUFD_PT", on: path, try kernel.call(.attachToIOAS, on: opened.rawValue, &attachment))
        return opened
    }

    package func map(_ memory: MappedMemory) throws(HardwareError) -> UInt64 {
        // struct iommu_ioas_map { size, flags, space, 0, u64 user_va, u64 length, u64 iova }; flags: write 2, read 4.
        // Without the flag for a fixed address the kernel chooses one that all attached devices can use.
        var argument = KernelStructure(sized: 40)
        argument.store(UInt32(6), at: 4)
        argument.store(space, at: 8)
        do {
            _ = try kernel.call(.mapIOAS, on: file.rawValue, &argument, memory: memory)
        } catch {
            throw memory.refused(error)
        }
        return argument.load(at: 32)
    }

    package func unmap(_ count: Int, at address: UInt64) {
        // struct iommu_ioas_unmap { size, space, u64 iova, u64 length }
        var argument = KernelStructure(sized: 24)
        argument.store(space, at: 4)
        argument.store(address, at: 8)
        argument.store(UInt64(count), at: 16)
        _ = try? kernel.call(.unmapIOAS, on: file.rawValue, &argument)
    }
}
