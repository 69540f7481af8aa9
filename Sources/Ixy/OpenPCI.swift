import IxyHardware

extension Device {
    /// Opens a PCI device by its address, such as `0000:03:00.0`, and starts it.
    ///
    /// The kernel's driver is detached, and gets the device back when it is stopped or dropped.
    ///
    /// - Parameters:
    ///   - settings: queues, rings, memory.
    ///   - force: take the device even though its network interface is in use.
    /// - Throws: `.unsupported`; `.hardware` for a wrong address, a missing privilege, a device in use, or too few huge
    ///   pages; `.timeout` if the device does not start.
    public static func open(
        _ address: String, settings: DeviceSettings = DeviceSettings(), force: Bool = false
    ) throws(IxyError) -> Device {
        let pci: PCIDevice
        do throws(HardwareError) {
            pci = try PCIDevice(at: PCIAddress(address))
        } catch {
            throw .hardware(error)
        }
        guard let supported = SupportedDevice.find(vendor: pci.vendorID, device: pci.deviceID) else {
            throw .unsupported(
                device: "\(pci.address)", found: SupportedDevice.ids(vendor: pci.vendorID, device: pci.deviceID))
        }
        try IXGBE.check(settings)
        let port: PCIPort
        do throws(HardwareError) {
            port = try PCIPort.take(pci, force: force)
        } catch {
            throw .hardware(error)
        }
        let bus: MappedRegisters
        do throws(HardwareError) {
            bus = try port.enable()
        } catch {
            throw .hardware(error)
        }
        return try IXGBE.start(
            bus, port: port, name: supported.name, address: "\(pci.address)", settings: settings,
            mapper: PhysicalMemoryMapper(), needsHugePages: true)
    }
}

/// A PCI function that is ours: claimed, without a kernel driver, allowed to do DMA. Dropping it ends all three.
struct PCIPort: ~Copyable, Sendable {
    private let config: ConfigSpace
    private let binding: DriverBinding
    private let claim: DeviceClaim

    init(config: consuming ConfigSpace, binding: consuming DriverBinding, claim: consuming DeviceClaim) {
        self.config = config
        self.binding = binding
        self.claim = claim
    }

    /// Claims `device` and detaches the kernel's driver.
    static func take(_ device: PCIDevice, force: Bool) throws(HardwareError) -> PCIPort {
        let claim = try DeviceClaim(device)
        let config = try ConfigSpace(of: device)
        let binding = try DriverBinding.detach(claim, force: force)
        return PCIPort(config: config, binding: binding, claim: claim)
    }

    /// Maps the registers and lets the device do DMA.
    func enable() throws(HardwareError) -> MappedRegisters {
        let bar = try claim.map(bar: 0)
        try config.enable([.memory, .busMaster])
        return MappedRegisters(bar)
    }

    deinit {
        // Whatever the device still wanted to do, it cannot reach memory from here on. If this fails the device is gone.
        try? config.disable(.busMaster)
    }
}
