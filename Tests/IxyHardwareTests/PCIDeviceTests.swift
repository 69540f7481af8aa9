import Glibc
import IxySystem
import IxyHardware
import TestTree
import Testing

@Suite struct PCIDeviceTests {
    @Test func idsAreRead() throws {
        let tree = try FakeTree()
        try tree.addNIC()
        let device = try tree.device()
        #expect(device.vendorID == 0x8086 && device.deviceID == 0x10FB)
        #expect(try device.classCode == 0x020000 && device.isNetworkController)
    }

    @Test func onlyBaseClassTwoIsANIC() throws {
        let tree = try FakeTree()
        try tree.addNIC(class: "0x028000")
        try tree.addNIC("0000:04:00.0", class: "0x010200")
        #expect(try tree.device().isNetworkController)
        #expect(try !tree.device("0000:04:00.0").isNetworkController)
    }

    @Test func allAreListedInOrder() throws {
        let tree = try FakeTree()
        // As text, 10000 comes before abcd.
        for address in ["10000:01:00.0", "abcd:01:00.0", "0000:0a:00.0", "0000:03:00.1", "0000:03:00.0"] {
            try tree.addNIC(address)
        }
        let addresses = try PCIDevice.all(in: tree.sysfs).map { $0.address.description }
        #expect(addresses == ["0000:03:00.0", "0000:03:00.1", "0000:0a:00.0", "abcd:01:00.0", "10000:01:00.0"])
    }

    @Test func aDeviceThatIsUnpluggedWhileListingIsSkipped() throws {
        let tree = try FakeTree()
        try tree.addNIC()
        try tree.remove(try tree.addNIC("0000:04:00.0") + "/device")
        #expect(try PCIDevice.all(in: tree.sysfs).map { $0.address.description } == ["0000:03:00.0"])
    }

    @Test func aMachineWithoutPCIHasNone() throws {
        #expect(try PCIDevice.all(in: FakeTree().sysfs).isEmpty)
    }

    @Test func thisMachinesOwnDevicesAreUnderstood() throws {
        for device in try PCIDevice.all() {
            _ = try device.bars()
            _ = try (device.driver, device.numaNode, device.iommuGroup)
            #expect(try device.interfaces.allSatisfy { !$0.name.isEmpty })
            #expect(try ConfigSpace(of: device, writable: false).read16(at: 0) == device.vendorID)
        }
    }

    @Test func aMissingDeviceIsNamedAndListIsOffered() throws {
        let tree = try FakeTree()
        let message = sentence { _ = try tree.device() }
        #expect(message == "0000:03:00.0: there is no such PCI device; list shows what there is: ixy list")
    }

    @Test(arguments: ["8086", "0x", "0x18086", "0xzz", "", "0x-1"])
    func anIdThatIsNoNumberIsRefused(_ text: String) throws {
        let tree = try FakeTree()
        try tree.write(text, try tree.addNIC() + "/vendor")
        #expect(sentence { _ = try tree.device() }?.contains("its vendor is \"\(text)\"") == true)
    }

    @Test func theDriverIsWhereTheLinkPoints() throws {
        let tree = try FakeTree()
        try tree.addNIC()
        #expect(try tree.device().driver == nil)
        try tree.setDriver("ixgbe")
        #expect(try tree.device().driver == "ixgbe")
    }

    @Test func memoryNodeAndIOMMUGroup() throws {
        let tree = try FakeTree()
        let folder = try tree.addNIC()
        let device = try tree.device()
        #expect(try device.numaNode == 1)
        #expect(try device.iommuGroup == nil)
        try tree.write("-1\n", folder + "/numa_node")
        try tree.link(folder + "/iommu_group", to: "../../../kernel/iommu_groups/27")
        #expect(try device.numaNode == nil)
        #expect(try device.iommuGroup == 27)
        try tree.remove(folder + "/numa_node")
        #expect(try device.numaNode == nil)
    }

    @Test func interfacesAreFoundAlsoBelowVirtIO() throws {
        let tree = try FakeTree()
        let folder = try tree.addNIC()
        #expect(try tree.device().interfaces.isEmpty)
        try tree.write("0x1002\n", folder + "/net/ens1f0/flags")
        try tree.write("0x1003\n", folder + "/virtio2/net/eth0/flags")
        let interfaces = try tree.device().interfaces
        #expect(interfaces.map { $0.name } == ["ens1f0", "eth0"])
        #expect(try interfaces.map { try $0.isUp } == [false, true])
    }

    @Test func missingPrivilegeNamesARemedy() {
        for code in [EACCES, EPERM] {
            let error = Sysfs.failure("write", "/sys/x", ErrorNumber(code))
            #expect(error == .privilege(action: "write /sys/x", remedy: "run the command as root, for example with sudo"))
        }
        #expect("\(Sysfs.failure("write", "/sys/x", ErrorNumber(EROFS)))".contains("--privileged"))
        let error = Sysfs.failure("write", "/sys/x", ErrorNumber(EIO))
        #expect(error == .system(call: "write", subject: "/sys/x", reason: "Input/output error"))
    }
}
