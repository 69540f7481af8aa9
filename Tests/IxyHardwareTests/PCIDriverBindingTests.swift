import IxyHardware
import TestTree
import Testing

@Suite struct PCIDriverBindingTests {
    private let folder = "bus/pci/devices/0000:03:00.0"
    private let ixgbe = "bus/pci/drivers/ixgbe"
    private let vfio = "bus/pci/drivers/vfio-pci"

    /// A NIC that ixgbe drives, with an interface that is down.
    private func tree(interface flags: String = "0x1002") throws -> FakeTree {
        let tree = try FakeTree()
        try tree.addNIC()
        try tree.addDriver("ixgbe")
        try tree.addDriver("vfio-pci")
        try tree.setDriver("ixgbe")
        try tree.write(flags + "\n", folder + "/net/ens1f0/flags")
        return tree
    }

    @Test func theFormerDriverIsReleasedAndGetsTheDeviceBack() throws {
        let tree = try tree()
        let claim = try DeviceClaim(tree.device())
        let binding = try DriverBinding.detach(claim)
        #expect(binding.formerDriver == "ixgbe")
        #expect(try tree.text(ixgbe + "/unbind") == "0000:03:00.0")
        try tree.setDriver(nil)
        #expect(try tree.text(ixgbe + "/bind") == "")
        try binding.restore()
        #expect(try tree.text(ixgbe + "/bind") == "0000:03:00.0")
        // Only `bind` touches it.
        #expect(try tree.text(folder + "/driver_override") == "(null)\n")
    }

    @Test func aDroppedBindingGivesTheDeviceBack() throws {
        let tree = try tree()
        let claim = try DeviceClaim(tree.device())
        do {
            _ = try DriverBinding.detach(claim)
            // The link of the fake tree still names ixgbe here, so that there was nothing to give back.
            #expect(try tree.text(ixgbe + "/bind") == "")
            try tree.setDriver("ixgbe")
            let binding = try DriverBinding.detach(claim)
            try tree.setDriver(nil)
            _ = binding.device
        }
        #expect(try tree.text(ixgbe + "/bind") == "0000:03:00.0")
    }

    @Test func restoringThatFailsSaysSoOnce() throws {
        let tree = try tree()
        let claim = try DeviceClaim(tree.device())
        let binding = try DriverBinding.detach(claim)
        try tree.setDriver(nil)
        try tree.remove(ixgbe)
        let message = restoring(binding)
        #expect(message?.contains("ixgbe, which is not loaded; load it with: sudo modprobe ixgbe") == true)
    }

    private func restoring(_ binding: consuming DriverBinding) -> String? {
        do {
            try binding.restore()
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func aDeviceThatIsKeptIsNotGivenBack() throws {
        let tree = try tree()
        let claim = try DeviceClaim(tree.device())
        let binding = try DriverBinding.bind(claim, to: "vfio-pci")
        #expect(try tree.text(vfio + "/bind") == "0000:03:00.0")
        try tree.setDriver("vfio-pci")
        try binding.keep()
        // Nobody was given it, and the next driver that fits may have it one day.
        #expect(try tree.text(ixgbe + "/bind") == "" && tree.text(vfio + "/unbind") == "")
        // The file of the fake tree keeps what a longer text left behind.
        #expect(try tree.text(folder + "/driver_override").hasPrefix("\n"))
    }

    @Test func aDeviceWithoutADriverNeedsNothing() throws {
        let tree = try tree()
        try tree.setDriver(nil)
        let claim = try DeviceClaim(tree.device())
        let binding = try DriverBinding.detach(claim)
        #expect(binding.formerDriver == nil)
        try binding.restore()
        #expect(try tree.text(ixgbe + "/unbind") == "" && tree.text(ixgbe + "/bind") == "")
    }

    @Test func anInterfaceThatIsUpKeepsItsDriver() throws {
        let tree = try tree(interface: "0x1003")
        let message = sentence { try tree.device().refuseUsed(addressed: []) }
        #expect(
            message == "0000:03:00.0: is in use: its network interface ens1f0 is up; "
                + "if nobody needs it, free it with: sudo ip link set ens1f0 down")
    }

    @Test func anInterfaceWithAnAddressKeepsItsDriver() throws {
        let tree = try tree()
        let message = sentence { try tree.device().refuseUsed(addressed: ["lo", "ens1f0"]) }
        #expect(message?.contains("ens1f0 has an IP address; ") == true)
        #expect(message?.contains("sudo ip addr flush dev ens1f0") == true)
    }

    @Test func anInterfaceInABridgeKeepsItsDriver() throws {
        let tree = try tree()
        try tree.link(folder + "/net/ens1f0/master", to: "../../../../net/br0")
        let message = sentence { try tree.device().refuseUsed(addressed: []) }
        #expect(message?.contains("ens1f0 is a part of br0; ") == true)
        #expect(message?.contains("sudo ip link set ens1f0 nomaster") == true)
    }

    @Test func forceTakesADeviceInUse() throws {
        let tree = try tree(interface: "0x1003")
        let claim = try DeviceClaim(tree.device())
        let binding = try DriverBinding.detach(claim)
        #expect(try tree.text(ixgbe + "/unbind") == "0000:03:00.0")
        _ = binding.device
    }

    @Test func anotherDriverCanBeGivenTheDevice() throws {
        let tree = try tree()
        let claim = try DeviceClaim(tree.device())
        let binding = try DriverBinding.bind(claim, to: "vfio-pci")
        #expect(try tree.text(folder + "/driver_override").hasPrefix("vfio-pci\n"))
        #expect(try tree.text(ixgbe + "/unbind") == "0000:03:00.0")
        #expect(try tree.text(vfio + "/bind") == "0000:03:00.0")
        try tree.setDriver("vfio-pci")
        try tree.write("", folder + "/driver_override")
        try binding.restore()
        #expect(try tree.text(vfio + "/unbind") == "0000:03:00.0")
        #expect(try tree.text(ixgbe + "/bind") == "0000:03:00.0")
        // An empty line takes the override away.
        // The file of the fake tree keeps what a longer text left behind.
        #expect(try tree.text(folder + "/driver_override").hasPrefix("\n"))
    }

    @Test func aFormerOverrideIsPutBack() throws {
        let tree = try tree()
        try tree.write("ixgbe\n", folder + "/driver_override")
        let claim = try DeviceClaim(tree.device())
        let binding = try DriverBinding.bind(claim, to: "vfio-pci")
        try tree.setDriver("vfio-pci")
        try tree.write("", folder + "/driver_override")
        try binding.restore()
        #expect(try tree.text(folder + "/driver_override") == "ixgbe\n")
    }

    @Test(arguments: ["uio_pci_generic", "", "../../devices", "."])
    func aDriverThatIsNotLoadedChangesNothing(_ driver: String) throws {
        let tree = try tree()
        let claim = try DeviceClaim(tree.device())
        let message = sentence { _ = try DriverBinding.bind(claim, to: driver) }
        #expect(message?.contains("which is not loaded") == true)
        #expect(try tree.text(ixgbe + "/unbind") == "")
        #expect(try tree.text(folder + "/driver_override") == "(null)\n")
    }

    @Test func theRealMachinesAddressesAreFound() throws {
        // Whatever the machine has, asking must work, and names are names.
        #expect(try NetworkInterface.withAddresses().allSatisfy { !$0.isEmpty })
    }
}
