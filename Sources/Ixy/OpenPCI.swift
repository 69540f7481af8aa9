public import IxyHardware

extension Device {
    /// Opens a PCI device by its address, such as `0000:03:00.0`, and starts it.
    ///
    /// The kernel's driver is detached, and gets the device back when it is stopped or dropped. A device that vfio-pci
    /// has stays there, and is used through VFIO.
    ///
    /// - Parameters:
    ///   - settings: queues, rings, memory.
    ///   - force: take the device even though its network interface is in use.
    ///   - space: for a device that vfio-pci has: the addresses which it shares with the devices that it hands packets
    ///     to; nil for addresses of its own.
    /// - Throws: `.unsupported`; `.hardware` for a wrong address, a missing privilege, a device in use, or too few huge
    ///   pages; `.timeout` if the device does not start.
    public static func open(
        _ address: String, settings: DeviceSettings = DeviceSettings(), force: Bool = false, sharing space: VFIOSpace? = nil
    ) throws(IxyError) -> Device {
        try open(address, settings: settings, force: force, sharing: space, files: DeviceFiles())
    }

    /// The same with what a process with privileges has opened for this one: `files`.
    package static func open(
        _ address: String, settings: DeviceSettings = DeviceSettings(), force: Bool = false, sharing space: VFIOSpace? = nil,
        files: DeviceFiles
    ) throws(IxyError) -> Device {
        let pci: PCIDevice
        do throws(HardwareError) {
            pci = try PCIDevice(at: PCIAddress(address), in: Sysfs(files: files))
        } catch {
            throw .hardware(error)
        }
        guard let supported = SupportedDevice.find(vendor: pci.vendorID, device: pci.deviceID) else {
            throw .unsupported(
                device: "\(pci.address)", found: SupportedDevice.ids(vendor: pci.vendorID, device: pci.deviceID))
        }
        // Before anything is touched.
        switch supported.driver {
        case .ixgbe: try IXGBE.check(settings)
        case .virtIO: try VirtIO.check(settings)
        }
        let port = try take(pci, force: force, sharing: space ?? VFIOSpace(files: files))
        let mapper = port.mapper
        let needsHugePages = port.needsHugePages
        let name = "\(pci.address)"
        switch supported.driver {
        case .ixgbe:
            let bus = try port.registers()
            let interrupts = try PortInterrupts(of: port)
            return try IXGBE.start(
                bus, port: port, name: supported.name, address: name, settings: settings, mapper: mapper,
                needsHugePages: needsHugePages, interrupts: interrupts)
        case .virtIO:
            switch try VirtIO.PCITransport.open(port) {
            case .modern(let transport):
                return try VirtIO.start(
                    transport, address: name, settings: settings, mapper: mapper, needsHugePages: needsHugePages)
            case .legacy(let transport):
                return try VirtIO.start(
                    transport, address: name, settings: settings, mapper: mapper, needsHugePages: needsHugePages)
            }
        }
    }

    private static func take(_ device: PCIDevice, force: Bool, sharing space: VFIOSpace) throws(IxyError) -> PCIPort {
        do throws(HardwareError) {
            return try PCIPort.take(device, force: force, sharing: space)
        } catch {
            throw .hardware(error)
        }
    }
}

extension PCIPort {
    /// Takes `device`: through VFIO where vfio-pci has it, else by detaching the kernel's driver. A guard ends its DMA if we are
    /// killed.
    ///
    /// - Parameters:
    ///   - force: also where its network interface is in use.
    ///   - space: the addresses that it shares with other devices behind an IOMMU.
    package static func take(
        _ device: PCIDevice, force: Bool, sharing space: VFIOSpace
    ) throws(HardwareError) -> PCIPort {
        if !force { try device.refuseUsed() }
        return try take(device, watchedBy: DMAGuard.shared, sharing: space)
    }
}
