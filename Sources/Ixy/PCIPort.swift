package import IxyHardware
import IxySystem

/// A PCI function that is ours and may do DMA: through sysfs, or through VFIO where vfio-pci has it. Dropping it ends
/// its DMA and gives it back.
package struct PCIPort: PCIFunction, ~Copyable {
    /// How it is reached.
    private enum Way: ~Copyable, Sendable {
        /// Claimed, and without the kernel's driver.
        case sysfs(Detached)
        /// The kernel lets nobody else have it.
        case vfio(VFIODevice)
    }

    /// The right to the device, which whatever is mapped of it keeps: a queue that was taken out of a device which is stopped
    /// meanwhile still reaches its tail register, so the kernel's driver is not back before the queue is gone. The claim ends
    /// after that.
    private final class Detached: Sendable {
        let binding: DriverBinding
        let claim: DeviceClaim

        init(binding: consuming DriverBinding, claim: consuming DeviceClaim) {
            self.binding = binding
            self.claim = claim
        }
    }

    let device: PCIDevice
    private let config: ConfigSpace
    private let way: Way
    private var interrupts: VFIOInterrupts?
    package let bars: [BAR]
    /// What makes memory reachable for it.
    package let mapper: any DMAMapper
    /// It sees physical addresses, which only huge pages keep.
    package var needsHugePages: Bool { !isBehindIOMMU }
    package let isBehindIOMMU: Bool

    private init(
        device: PCIDevice, config: consuming ConfigSpace, way: consuming Way, interrupts: consuming VFIOInterrupts?,
        bars: [BAR], mapper: any DMAMapper
    ) {
        self.device = device
        self.config = config
        self.way = way
        self.interrupts = interrupts
        self.bars = bars
        self.mapper = mapper
        isBehindIOMMU = mapper is VFIOSpace
    }

    /// Takes `device`: through VFIO where vfio-pci has it, else by detaching the kernel's driver.
    ///
    /// - Parameter space: the addresses that it shares with other devices behind an IOMMU.
    package static func take(
        _ device: PCIDevice, force: Bool, sharing space: VFIOSpace
    ) throws(HardwareError) -> PCIPort {
        if try device.driver == "vfio-pci" {
            let function = try VFIODevice.open(device, in: space)
            let config = try function.configSpace()
            let interrupts = try VFIOInterrupts(of: function)
            let bars = function.bars
            return PCIPort(
                device: device, config: config, way: .vfio(function), interrupts: interrupts, bars: bars, mapper: space)
        }
        let claim = try DeviceClaim(device)
        let config = try ConfigSpace(of: device)
        let binding = try DriverBinding.detach(claim, force: force)
        let bars = claim.bars
        return PCIPort(
            device: device, config: config, way: .sysfs(Detached(binding: binding, claim: claim)), interrupts: nil, bars: bars,
            mapper: PhysicalMemoryMapper())
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
        case .sysfs(let detached): try detached.claim.enableDMA(through: config)
        // If we are killed the kernel ends it.
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

    /// The `count` bytes at `offset` of BAR `index`.
    package func window(bar index: Int, at offset: Int, count: Int) throws(HardwareError) -> BARWindow {
        switch way {
        case .sysfs(let detached): try detached.claim.window(bar: index, at: offset, count: count, keeper: detached)
        case .vfio(let function): try function.window(bar: index, at: offset, count: count)
        }
    }

    /// Where the VirtIO structures are; nil for a legacy device.
    package func virtIOStructures() throws(IxyError) -> VirtIO.PCIStructures? {
        try VirtIO.PCIStructures.find(in: config, bars: bars)
    }

    package var interruptCount: Int {
        switch interrupts {
        case nil: 0
        case .some(let interrupts): interrupts.count
        }
    }

    package func isMSIXEnabled() throws(HardwareError) -> Bool {
        let id = PCICapability.messageSignalledInterruptsX
        guard let capability = try config.capabilities().first(where: { $0.id == id }) else { return false }
        // Message control, bit 15. (PCI 3.0 §6.8.2.3)
        return try config.read16(at: capability.offset + 2) & 1 << 15 != 0
    }

    package mutating func interrupt(_ vector: Int) throws(HardwareError) -> FileDescriptor {
        guard isBehindIOMMU else {
            throw .device(
                address: "\(device.address)", problem: "has interrupts only through VFIO",
                remedy: "bind it: sudo ixy bind \(device.address)")
        }
        return try interrupts!.event(of: vector)
    }

    deinit {
        // Whatever the device still wanted to do, it cannot reach memory from here on.
        DeviceClaim.disableDMA(of: device, through: config)
    }
}
