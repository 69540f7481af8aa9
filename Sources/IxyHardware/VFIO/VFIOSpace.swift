import IxySystem
import Synchronization

/// The addresses at which devices behind an IOMMU reach memory: they reach what was mapped here, and nothing else.
///
/// Devices that hand packets to each other share one space, so that a pool's addresses hold for all of them. It lives
/// as long as one of them, or memory that was mapped for them; then the kernel takes everything away from the devices.
public final class VFIOSpace: DMAMapper {
    struct State {
        /// How the kernel is asked; nil until the first device decides it.
        var backend: (any VFIOBackend)?
        /// Where each piece of memory is mapped.
        var addresses: [ObjectIdentifier: UInt64] = [:]
    }

    let state = Mutex(State())
    let kernel: any VFIOKernel

    /// How the kernel can be asked, the best one first.
    private let ways: [any VFIOBackend.Type]

    /// A space without devices.
    package init(kernel: any VFIOKernel, ways: [any VFIOBackend.Type]) {
        self.kernel = kernel
        self.ways = ways
    }

    /// Lets `device`, which is bound to vfio-pci, reach this space, and returns its file.
    ///
    /// The first device decides how the kernel is asked: the newer way, where it has that for this device.
    ///
    /// - Throws: `HardwareError.device` where it is in use, not bound to vfio-pci, or not isolated by an IOMMU;
    ///   `.privilege`; `.system`.
    func attach(_ device: PCIDevice) throws(HardwareError) -> FileDescriptor {
        try state.withLock { (state) throws(HardwareError) -> FileDescriptor in
            if let backend = state.backend { return try backend.attach(device) }
            let backend = try backend(for: device)
            let file = try backend.attach(device)
            state.backend = backend
            return file
        }
    }

    private func backend(for device: PCIDevice) throws(HardwareError) -> any VFIOBackend {
        for way in ways { if let backend = try way.init(kernel, for: device) { return backend } }
        throw device.address.error(
            "is to be used through VFIO, which this kernel does not offer now",
            remedy: "load it with: sudo modprobe vfio-pci")
    }

    package func map(_ memory: MappedMemory) throws(HardwareError) -> [UInt64] {
        let start = try state.withLock { (state) throws(HardwareError) -> UInt64 in
            guard let backend = state.backend else {
                throw .invalid(what: "memory for devices behind an IOMMU", remedy: "open the first device before it")
            }
            let address = try backend.map(memory)
            state.addresses[ObjectIdentifier(memory)] = address
            return address
        }
        return (0..<memory.count / memory.pageSize).map { start + UInt64($0) * UInt64(memory.pageSize) }
    }

    package func unmap(_ memory: MappedMemory) {
        state.withLock { state in
            guard let address = state.addresses.removeValue(forKey: ObjectIdentifier(memory)) else { return }
            state.backend?.unmap(memory.count, at: address)
        }
    }
}

/// How the kernel is asked: `VFIOContainer` or `IOMMUFD`. Used under the lock of its space.
package protocol VFIOBackend: AnyObject, SendableMetatype {
    /// Asks for an IOMMU; nil where the kernel cannot be asked this way for `device`.
    init?(_ kernel: any VFIOKernel, for device: PCIDevice) throws(HardwareError)
    /// The file of `device`, which reaches from now on what is mapped.
    func attach(_ device: PCIDevice) throws(HardwareError) -> FileDescriptor
    /// Lets the devices read and write `memory`, and returns where they see it.
    func map(_ memory: MappedMemory) throws(HardwareError) -> UInt64
    /// Takes the `count` bytes at `address` away from the devices.
    func unmap(_ count: Int, at address: UInt64)
}
