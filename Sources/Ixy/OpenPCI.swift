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
        var port: PCIPort
        do throws(HardwareError) {
            port = try PCIPort.take(pci, force: force, sharing: space ?? VFIOSpace(files: files))
        } catch {
            throw .hardware(error)
        }
        let mapper = port.mapper
        let needsHugePages = port.needsHugePages
        let name = "\(pci.address)"
        switch supported.driver {
        case .ixgbe:
            let bus = try registers(of: port)
            let events = try IXGBE.wire(&port, settings)
            return try IXGBE.start(
                bus, port: port, name: supported.name, address: name, settings: settings, mapper: mapper,
                needsHugePages: needsHugePages, events: events)
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

    /// The registers of a card, which may do DMA from here on.
    private static func registers(of port: borrowing PCIPort) throws(IxyError) -> MappedRegisters {
        do throws(HardwareError) {
            let bar = try port.map(bar: 0)
            try port.enableBARs()
            try port.enableDMA()
            return MappedRegisters(bar)
        } catch {
            throw .hardware(error)
        }
    }
}
