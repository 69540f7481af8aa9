/// A PCI function, as sysfs describes it.
///
/// The ids are read once, since they never change; everything else is read when it is asked for.
package struct PCIDevice: Hashable, Sendable {
    package let address: PCIAddress
    package let vendorID: UInt16
    package let deviceID: UInt16
    /// Class, subclass and programming interface: 24 bits. 0x020000 is an Ethernet controller.
    package let classCode: UInt32
    package let revision: UInt8
    package let subsystemVendorID: UInt16
    package let subsystemID: UInt16
    let sysfs: Sysfs

    /// The device at `address`.
    ///
    /// - Throws: `HardwareError.device` where there is none.
    package init(at address: PCIAddress, in sysfs: Sysfs = Sysfs()) throws(HardwareError) {
        self.address = address
        self.sysfs = sysfs
        let folder = Self.folder(address, sysfs)
        vendorID = try Self.number("vendor", in: folder, sysfs, address)
        deviceID = try Self.number("device", in: folder, sysfs, address)
        classCode = try Self.number("class", in: folder, sysfs, address)
        revision = try Self.number("revision", in: folder, sysfs, address)
        subsystemVendorID = try Self.number("subsystem_vendor", in: folder, sysfs, address)
        subsystemID = try Self.number("subsystem_device", in: folder, sysfs, address)
    }

    /// All devices of the machine, in the order of their addresses; none where the machine has no PCI.
    package static func all(in sysfs: Sysfs = Sysfs()) throws(HardwareError) -> [PCIDevice] {
        var devices: [PCIDevice] = []
        for name in try sysfs.names(in: "\(sysfs.root)/bus/pci/devices") {
            do {
                devices.append(try PCIDevice(at: PCIAddress(name), in: sysfs))
            } catch .device {
                // Unplugged since the folder was read.
                continue
            }
        }
        return devices.sorted { $0.address < $1.address }
    }

    /// Whether it is a network controller: base class 0x02.
    package var isNetworkController: Bool { classCode >> 16 == 0x02 }

    /// The kernel driver that is bound, if any.
    package var driver: String? {
        get throws(HardwareError) { try sysfs.linkName(path("driver")) }
    }

    /// The memory node that it is attached to; nil where the machine has one only, or does not say.
    package var numaNode: Int? {
        get throws(HardwareError) {
            guard let text = try sysfs.text(path("numa_node")), let node = Int(text), node >= 0 else { return nil }
            return node
        }
    }

    /// The devices with the same number can only be given to a process together; nil without an IOMMU.
    package var iommuGroup: Int? {
        get throws(HardwareError) { try sysfs.linkName(path("iommu_group")).flatMap { Int($0) } }
    }

    /// The network interfaces that the kernel made of it.
    package var interfaces: [NetworkInterface] {
        get throws(HardwareError) {
            var found: [NetworkInterface] = []
            // A virtio NIC has its interfaces below the virtio device that its PCI driver made.
            let parents = [folder] + (try sysfs.names(in: folder)).filter { $0.hasPrefix("virtio") }.map { path($0) }
            for parent in parents {
                for name in try sysfs.names(in: "\(parent)/net") {
                    found.append(NetworkInterface(name: name, folder: "\(parent)/net/\(name)", sysfs: sysfs))
                }
            }
            return found
        }
    }

    /// Its folder in sysfs.
    var folder: String { Self.folder(address, sysfs) }

    /// The path of its attribute `name`.
    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// The error for a device that is not there, or no longer.
    static func missing(_ address: PCIAddress) -> HardwareError {
        .device(
            address: "\(address)", problem: "there is no such PCI device",
            remedy: "list shows what there is: ixy list")
    }

    private static func folder(_ address: PCIAddress, _ sysfs: Sysfs) -> String {
        "\(sysfs.root)/bus/pci/devices/\(address)"
    }

    /// The attribute `name`, a number such as `0x8086`.
    private static func number<Value: FixedWidthInteger>(
        _ name: String, in folder: String, _ sysfs: Sysfs, _ address: PCIAddress
    ) throws(HardwareError) -> Value {
        guard let text = try sysfs.text("\(folder)/\(name)") else { throw missing(address) }
        guard text.hasPrefix("0x"), let value = Value(text.dropFirst(2), radix: 16) else {
            throw .device(
                address: "\(address)", problem: "its \(name) is \"\(text)\" and not a number of \(Value.bitWidth) bits",
                remedy: "look at \(folder)/\(name)")
        }
        return value
    }
}
