import IxySystem

/// A PCI function through VFIO: its BARs, configuration space and interrupts, all of them pieces of one file.
///
/// The kernel lets one process have it. When the last piece is gone, it resets the function and ends its DMA.
package struct VFIODevice: ~Copyable, Sendable {
    /// A piece of the file. (`struct vfio_region_info`)
    struct Region: Sendable {
        let count: Int
        let offset: Int
        let canBeMapped: Bool
    }

    package let device: PCIDevice
    package let bars: [BAR]
    let kernel: any VFIOKernel
    let file: FileDescriptor

    /// Takes `device`, which is bound to vfio-pci, into `space`.
    ///
    /// - Throws: as `VFIOSpace.attach`.
    package static func open(_ device: PCIDevice, in space: VFIOSpace) throws(HardwareError) -> VFIODevice {
        VFIODevice(device: device, bars: try device.bars(), kernel: space.kernel, file: try space.attach(device))
    }

    /// The configuration space.
    package func configSpace() throws(HardwareError) -> ConfigSpace {
        // VFIO_PCI_CONFIG_REGION_INDEX
        let region = try region(7)
        return ConfigSpace(
            try file.duplicate(subject: "the VFIO device"), at: region.offset, count: min(region.count, 4096),
            path: "configuration space of \(device.address)", of: device.address)
    }

    /// Maps the memory BAR `index`.
    ///
    /// - Throws: `.device` where it cannot be mapped; `.system`.
    package func map(bar index: Int) throws(HardwareError) -> MappedMemory {
        let region = try region(ofBAR: index)
        guard region.canBeMapped else {
            throw device.address.error("BAR \(index) cannot be mapped", remedy: "use a BAR in memory")
        }
        return try MappedMemory.map(
            descriptor: try file.duplicate(subject: "the VFIO device"), count: region.count, offset: region.offset,
            subject: "BAR \(index) of \(device.address)")
    }

    func region(ofBAR index: Int) throws(HardwareError) -> Region {
        let bar = try device.bar(index, of: bars)
        let region = try region(index)
        guard region.count >= bar.count else {
            throw device.address.error(
                "BAR \(index) has \(bar.count) bytes, VFIO shows \(region.count)",
                remedy: "the device changed while it was being opened; try again")
        }
        return region
    }

    private func region(_ index: Int) throws(HardwareError) -> Region {
        // struct vfio_region_info { argsz, flags, index, cap_offset, u64 size, u64 offset }
        let info = try naming(
            "VFIO_DEVICE_GET_REGION_INFO", on: "\(device.address)",
            try kernel.ask(.getRegionInfo, on: file.rawValue, 32) { $0.store(UInt32(index), at: 8) })
        let flags = info.load(UInt32.self, at: 4)
        guard let count = Int(exactly: info.load(UInt64.self, at: 16)), count > 0,
            let offset = Int(exactly: info.load(UInt64.self, at: 24)), offset <= Int.max - count
        else {
            throw device.address.error(
                "VFIO shows nothing of its region \(index)", remedy: "look at the kernel's messages: dmesg")
        }
        // Flags: mappable 4, capabilities 8. Capability 1 (sparse) says that only parts can be mapped.
        let isSparse = flags & 8 != 0 && info.capability(1, from: Int(info.load(UInt32.self, at: 12))) != nil
        return Region(count: count, offset: offset, canBeMapped: flags & 4 != 0 && !isSparse && count % 4096 == 0)
    }
}
