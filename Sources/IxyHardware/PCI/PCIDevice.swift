/// A PCI function, as sysfs describes it.
///
/// The ids are read once, since they never change; everything else is read when it is asked for.
package struct PCIDevice: Hashable, Sendable {
    package let address: PCIAddress
    package let vendorID: UInt16
    package let deviceID: UInt16
    let sysfs: Sysfs

    /// The device at `address`.
    ///
    /// - Throws: `HardwareError.device` where there is none.
    package init(at address: PCIAddress, in sysfs: Sysfs = Sysfs()) throws(HardwareError) {
        self.address = address
        self.sysfs = sysfs
        vendorID = try sysfs.number("vendor", of: address)
        deviceID = try sysfs.number("device", of: address)
    }

    /// The kernel driver that is bound, if any.
    package var driver: String? {
        get throws(HardwareError) { try sysfs.linkName(path("driver")) }
    }

    /// The devices with the same number can only be given to a process together; nil without an IOMMU.
    package var iommuGroup: Int? {
        get throws(HardwareError) { try sysfs.linkName(path("iommu_group")).flatMap { Int($0) } }
    }

    /// Its folder in sysfs.
    var folder: String { sysfs.folder(of: address) }

    /// The path of its attribute `name`.
    func path(_ name: String) -> String { "\(folder)/\(name)" }
}

extension PCIAddress {
    /// The error for a device that is not there, or no longer.
    var missing: HardwareError { error("there is no such PCI device", remedy: "list shows what there is: ixy list") }
}

extension Sysfs {
    func folder(of address: PCIAddress) -> String { "\(root)/bus/pci/devices/\(address)" }

    /// The attribute `name`, a number such as `0x8086`.
    func number<Value: FixedWidthInteger>(_ name: String, of address: PCIAddress) throws(HardwareError) -> Value {
        let path = "\(folder(of: address))/\(name)"
        guard let text = try text(path) else { throw address.missing }
        guard text.hasPrefix("0x"), let value = Value(text.dropFirst(2), radix: 16) else {
            throw address.error(
                "its \(name) is \"\(text)\" and not a number of \(Value.bitWidth) bits", remedy: "look at \(path)")
        }
        return value
    }
}
