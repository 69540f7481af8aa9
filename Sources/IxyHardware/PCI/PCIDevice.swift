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
        let folder = Self.folder(address, sysfs)
        vendorID = try Self.number("vendor", in: folder, sysfs, address)
        deviceID = try Self.number("device", in: folder, sysfs, address)
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
    static func number<Value: FixedWidthInteger>(
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
