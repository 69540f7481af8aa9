// The properties that a list of devices shows.
extension PCIDevice {
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

    /// Class, subclass and programming interface: 24 bits. 0x020000 is an Ethernet controller.
    package var classCode: UInt32 {
        get throws(HardwareError) { try sysfs.number("class", of: address) }
    }

    /// Whether it is a network controller: base class 0x02.
    package var isNetworkController: Bool { get throws(HardwareError) { try classCode >> 16 == 0x02 } }

    /// The memory node that it is attached to; nil where the machine has one only, or does not say.
    package var numaNode: Int? {
        get throws(HardwareError) {
            guard let text = try sysfs.text(path("numa_node")), let node = Int(text), node >= 0 else { return nil }
            return node
        }
    }
}

extension PCIAddress: Comparable {
    /// In the order of domain, bus, device, function.
    package static func < (left: PCIAddress, right: PCIAddress) -> Bool {
        (left.domain, left.bus, left.device, left.function) < (right.domain, right.bus, right.device, right.function)
    }
}
