import ArgumentParser
import Ixy
import IxyHardware

/// `ixy bind A`
struct BindCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bind", abstract: "Give a card to a driver of the kernel: to vfio-pci, or back to its own.",
        discussion: """
            With vfio-pci an IOMMU confines the card to our memory, and a user who may open its file in /dev/vfio needs \
            no root. All commands then use it through VFIO.
            """)

    @Argument(help: "The card.", transform: DeviceAddress.init)
    var device: DeviceAddress
    @Option(help: "The driver, such as ixgbe or virtio-pci.")
    var driver = "vfio-pci"
    @Flag(help: "Also if the card's network interface is in use.")
    var force = false

    func run() throws {
        guard case .pci(let address) = device else {
            throw ValidationError("\(device.text) is no card; `ixy list` shows those that there are.")
        }
        let card = try PCIDevice(at: address)
        let group = try card.iommuGroup
        guard driver != "vfio-pci" || group != nil else {
            throw IxyError.invalidSetting(
                "\(address) stands behind no IOMMU, so that vfio-pci cannot have it",
                remedy: "switch the IOMMU on: intel_iommu=on or amd_iommu=on for the kernel, and in the firmware")
        }
        let claim = try DeviceClaim(card)
        if !force { try card.refuseUsed() }
        let binding = try DriverBinding.bind(claim, to: driver)
        let former = binding.formerDriver
        try binding.keep()
        let from = former.map { " instead of \($0)" } ?? ""
        let file = driver == "vfio-pci" ? ", as /dev/vfio/\(group ?? 0)" : ""
        Console.write("\(address) has driver \(driver) now\(from)\(file).\n")
    }
}
