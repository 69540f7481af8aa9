package import IxyHardware
import IxySystem

/// A PCI function that is ours and may do DMA: through sysfs, or through VFIO where vfio-pci has it. Dropping it ends
/// its DMA and gives it back.
package struct PCIPort: ~Copyable, Sendable {
    /// How it is reached.
    enum Way: ~Copyable, Sendable {
        /// Claimed, and without the kernel's driver.
        case sysfs(Detached)
        /// The kernel lets nobody else have it.
        case vfio(VFIODevice)
    }

    /// The right to the device, which whatever is mapped of it keeps: a queue that was taken out of a device which is stopped
    /// meanwhile still reaches its tail register, so the kernel's driver is not back before the queue is gone. The claim ends
    /// after that.
    final class Detached: Sendable {
        let binding: DriverBinding
        let claim: DeviceClaim

        init(_ device: PCIDevice) throws(HardwareError) {
            claim = try DeviceClaim(device)
            binding = try DriverBinding.detach(claim)
        }
    }

    let device: PCIDevice
    let config: ConfigSpace
    package let bars: [BAR]
    let way: Way
    /// The watch that ends its DMA if we cannot.
    private let watch: (any DMAWatch)?
    /// The mapper that makes memory reachable for it.
    package let mapper: any DMAMapper
    package let isBehindIOMMU: Bool
    /// It sees physical addresses, which only huge pages keep.
    package var needsHugePages: Bool { !isBehindIOMMU }

    /// Takes `device`: through VFIO where vfio-pci has it, else by detaching the kernel's driver, whoever needs it.
    ///
    /// - Parameters:
    ///   - watch: what ends its DMA if it reaches all memory, and we are killed; nil for nothing.
    ///   - space: the addresses that it shares with other devices behind an IOMMU.
    package static func take(
        _ device: PCIDevice, watchedBy watch: (any DMAWatch)?, sharing space: VFIOSpace
    ) throws(HardwareError) -> PCIPort {
        if try device.driver == "vfio-pci" {
            let function = try VFIODevice.open(device, in: space)
            return PCIPort(
                device: device, config: try function.configSpace(), bars: function.bars, way: .vfio(function), watch: nil,
                mapper: space, isBehindIOMMU: true)
        }
        let detached = try Detached(device)
        return PCIPort(
            device: device, config: try ConfigSpace(of: device), bars: detached.claim.bars, way: .sysfs(detached), watch: watch,
            mapper: PhysicalMemoryMapper(watchedBy: watch), isBehindIOMMU: false)
    }

    /// Lets the device answer at its BARs. It raises no interrupt that nobody would handle.
    package func enableBARs() throws(HardwareError) {
        var commands: ConfigSpace.Command = []
        if bars.contains(where: { $0.space == .memory }) { commands.insert(.memory) }
        if bars.contains(where: { $0.space == .io }) { commands.insert(.io) }
        // Through VFIO the kernel takes care of it.
        if !isBehindIOMMU { commands.insert(.noInterruptPin) }
        try config.enable(commands)
    }

    /// Lets the device do DMA.
    package func enableDMA() throws(HardwareError) {
        switch way {
        case .sysfs(let detached): try detached.claim.enableDMA(through: config, watchedBy: watch)
        case .vfio: try config.enable(.busMaster)
        }
    }

    /// Maps the memory BAR `index`.
    package func map(bar index: Int) throws(HardwareError) -> MappedMemory {
        switch way {
        case .sysfs(let detached): try detached.claim.map(bar: index, keeper: detached)
        case .vfio(let function): try function.map(bar: index)
        }
    }

    /// The registers in BAR 0 of a card, which may do DMA from here on.
    package func registers() throws(IxyError) -> MappedRegisters {
        do throws(HardwareError) {
            let bar = try map(bar: 0)
            try enableBARs()
            try enableDMA()
            return MappedRegisters(bar)
        } catch {
            throw .hardware(error)
        }
    }

    deinit {
        // Whatever the device still wanted to do, it cannot reach memory from here on.
        // If that fails it is gone.
        try? config.disable(.busMaster)
        watch?.forget(device)
    }
}
