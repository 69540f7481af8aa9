import Ixy
import IxyHardware
import TestTree
import Testing

@Suite struct PCIPortTests {
    private func take(_ tree: FakeTree) throws -> PCIPort {
        try PCIPort.take(tree.virtIODevice(), force: false, sharing: VFIOSpace())
    }

    private func command(_ tree: FakeTree) throws -> UInt8 { try tree.bytes(FakeTree.virtIOFolder + "/config")[4] }

    /// Why it cannot be opened.
    private func opening(_ port: consuming PCIPort) -> String? {
        do {
            _ = try VirtIO.PCITransport.open(port)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func aModernDeviceThroughSysfs() throws {
        let tree = try FakeTree()
        try tree.addVirtIO(VirtIOCapability.all)
        // Somebody left it running.
        var bar = [UInt8](repeating: 0, count: 0x4000)
        bar[20] = 0x0F
        try tree.write(bytes: bar, FakeTree.virtIOFolder + "/resource4")
        let port = try take(tree)
        #expect(!port.isBehindIOMMU && port.needsHugePages)
        do {
            let transport = try VirtIO.PCITransport.open(port)
            #expect(try tree.bytes(FakeTree.virtIOFolder + "/resource4")[20] == 0)
            // I/O, memory, bus master; and no interrupt pin, which nobody would serve.
            #expect(try command(tree) == 0b111)
            #expect(try tree.bytes(FakeTree.virtIOFolder + "/config")[5] == 0b100)
            switch consume transport {
            case .modern(var modern):
                try modern.add(.acknowledge)
                #expect(try tree.bytes(FakeTree.virtIOFolder + "/resource4")[20] == 1)
                try modern.setConfiguration([0x52], at: 1)
                #expect(try tree.bytes(FakeTree.virtIOFolder + "/resource4")[0x2001] == 0x52)
            case .legacy: Issue.record("taken for a legacy device")
            }
        }
        // It is gone, and so is its DMA.
        #expect(try command(tree) == 0b011)
    }

    @Test func aLegacyDeviceThroughSysfs() throws {
        let tree = try FakeTree()
        try tree.addVirtIO([], device: "0x1000")
        switch try VirtIO.PCITransport.open(take(tree)) {
        case .modern: Issue.record("taken for a modern device")
        case .legacy(var legacy):
            try legacy.add(.acknowledge)
            try legacy.accept([.macAddress, .status])
            #expect(try tree.bytes(FakeTree.virtIOFolder + "/resource0")[4...7] == [0x20, 0, 1, 0])
            #expect(try tree.bytes(FakeTree.virtIOFolder + "/resource0")[18] == 1)
            let bell = try legacy.notifier(1)
            bell.notify()
            #expect(try tree.bytes(FakeTree.virtIOFolder + "/resource0")[16...17] == [1, 0])
        }
    }

    @Test func aTransitionalDeviceIsUsedAsAModernOne() throws {
        let tree = try FakeTree()
        try tree.addVirtIO(VirtIOCapability.all, device: "0x1000")
        switch try VirtIO.PCITransport.open(take(tree)) {
        case .modern: break
        case .legacy: Issue.record("taken for a legacy device")
        }
    }

    @Test func aHostileDeviceIsGivenBack() throws {
        let tree = try FakeTree()
        try tree.addVirtIO([.common.with { $0.bar = 5 }])
        try tree.addDriver("virtio-pci")
        try tree.setDriver("virtio-pci", FakeTree.virtIOFolder)
        let port = try take(tree)
        #expect(try tree.text("bus/pci/drivers/virtio-pci/unbind") == "0000:00:04.0")
        try tree.setDriver(nil, FakeTree.virtIOFolder)
        let message = opening(port)
        #expect(message?.contains("BAR 5, which there is not") == true)
        #expect(try tree.text("bus/pci/drivers/virtio-pci/bind") == "0000:00:04.0")
        #expect(try command(tree) & 0b100 == 0)
    }

    /// A queue that outlives its device still reaches a register, so nobody else may have the device meanwhile.
    @Test func theKernelsDriverIsBackOnlyWhenNothingIsMappedAnyMore() throws {
        let tree = try FakeTree()
        try tree.addVirtIO(VirtIOCapability.all)
        try tree.addDriver("virtio-pci")
        try tree.setDriver("virtio-pci", FakeTree.virtIOFolder)
        var tail: TailRegister?
        do {
            let port = try take(tree)
            try tree.setDriver(nil, FakeTree.virtIOFolder)
            try port.enableBARs()
            try port.enableDMA()
            tail = TailRegister(in: try port.map(bar: 4), at: 0x1000)
        }
        #expect(try command(tree) & 0b100 == 0, "its DMA has ended")
        #expect(try tree.text("bus/pci/drivers/virtio-pci/bind") != "0000:00:04.0")
        #expect(throws: HardwareError.self, "nobody else gets it") { _ = try take(tree) }
        tail?.write(7)
        tail = nil
        #expect(try tree.text("bus/pci/drivers/virtio-pci/bind") == "0000:00:04.0")
    }

    @Test func aDeviceInUseIsLeftAlone() throws {
        let tree = try FakeTree()
        try tree.addVirtIO(VirtIOCapability.all)
        try tree.addDriver("virtio-pci")
        try tree.setDriver("virtio-pci", FakeTree.virtIOFolder)
        try tree.write("0x1003\n", FakeTree.virtIOFolder + "/net/ens1f0/flags")
        let message = sentence { _ = try take(tree) }
        #expect(message?.contains("is in use: its network interface ens1f0 is up") == true)
        #expect(try tree.text("bus/pci/drivers/virtio-pci/unbind") == "")
        // Unless it is to be taken nevertheless.
        _ = try PCIPort.take(tree.virtIODevice(), force: true, sharing: VFIOSpace())
        #expect(try tree.text("bus/pci/drivers/virtio-pci/unbind") == "0000:00:04.0")
    }

    @Test func neitherCapabilitiesNorPorts() throws {
        let tree = try FakeTree()
        try tree.addVirtIO([])
        try tree.setBARs(
            [4: "0x00000000fe000000 0x00000000fe003fff 0x000000000014220c"], FakeTree.virtIOFolder)
        let port = try take(tree)
        let message = opening(port)
        #expect(message?.contains("neither VirtIO capabilities nor a BAR 0") == true)
    }

    @Test func aDeviceThatVFIOHasIsUsedThroughVFIO() throws {
        let kernel = try FakeVFIO()
        let space = VFIOSpace(kernel: kernel)
        do {
            let port = try PCIPort.take(kernel.tree.device(), force: false, sharing: space)
            #expect(port.isBehindIOMMU && !port.needsHugePages && port.mapper === space)
            try port.enableBARs()
            try port.enableDMA()
            let bar = try port.map(bar: 0)
            #expect(bar.count == 8192)
            var function = try VirtIO.PortFunction(port)
            #expect(function.interruptCount == 3)
            #expect(try kernel.tree.bytes("dev/device")[FakeVFIO.configOffset + 4] == 0b110)
            // It is nobody's business in sysfs, which would need root.
            #expect(try kernel.tree.bytes("bus/pci/devices/0000:03:00.0/config")[4] == 0)
            _ = try function.interrupt(1)
            #expect(kernel.get { $0.vectors[1] } >= 0)
        }
        #expect(try kernel.tree.bytes("dev/device")[FakeVFIO.configOffset + 4] == 0b010)
    }

    @Test func interruptsNeedVFIO() throws {
        let tree = try FakeTree()
        try tree.addVirtIO([])
        var function = try VirtIO.PortFunction(take(tree))
        #expect(function.interruptCount == 0)
        let message = sentence { _ = try function.interrupt(0) }
        #expect(message?.contains("has interrupts only through VFIO") == true)
    }

    @Test func whetherMSIXIsOn() throws {
        let tree = try FakeTree()
        try tree.addVirtIO([])
        var config = try tree.bytes(FakeTree.virtIOFolder + "/config")
        config[0x06] = 0x10
        config[0x34] = 0x98
        config[0x98] = PCICapability.messageSignalledInterruptsX
        for (high, isOn) in [(0x00, false), (0x80, true)] as [(UInt8, Bool)] {
            config[0x9B] = high
            try tree.write(bytes: config, FakeTree.virtIOFolder + "/config")
            let function = try VirtIO.PortFunction(take(tree))
            #expect(try function.isMSIXEnabled() == isOn)
        }
    }

    @Test func aSnapshotShowsTheDeviceAndLeavesItAlone() throws {
        let tree = try FakeTree()
        try tree.addVirtIO(VirtIOCapability.all)
        // As a file answers: the same word for each half of the features, the same queue for each number.
        var bar = [UInt8](repeating: 0, count: 0x4000)
        bar[4] = 0x20
        bar[18] = 2
        bar[20] = 0x0F
        bar[25] = 1
        bar[0x2000...0x2005] = [2, 0, 0, 0, 0, 7]
        try tree.write(bytes: bar, FakeTree.virtIOFolder + "/resource4")
        let snapshot = try VirtIO.PCISnapshot.read(tree.virtIODevice())
        #expect(!snapshot.isLegacy && snapshot.structures.map(\.offset) == [0, 0x3000, 0x1000, 0x2000])
        #expect(snapshot.features.rawValue == 0x20 << 32 | 0x20 && snapshot.macAddress == MACAddress(2, 0, 0, 0, 0, 7))
        #expect(snapshot.features.described.map(\.name) == ["MAC", "SR_IOV"])
        #expect(snapshot.entries.first?.name == "device_status" && snapshot.entries.first?.value == 0x0F)
        #expect(snapshot.queues.count == 2 && snapshot.queues[1].first?.value == 256)
        #expect(snapshot.link == nil && snapshot.mtu == nil && snapshot.queuePairs == nil)
        // Neither reset nor allowed to do DMA.
        #expect(try tree.bytes(FakeTree.virtIOFolder + "/resource4")[20] == 0x0F)
        #expect(try command(tree) == 0b011)
    }

    @Test func aSnapshotDoesNotDisturbAKernelDriver() throws {
        let tree = try FakeTree()
        try tree.addVirtIO(VirtIOCapability.all)
        try tree.addDriver("virtio-pci")
        try tree.setDriver("virtio-pci", FakeTree.virtIOFolder)
        let message = sentence { _ = try VirtIO.PCISnapshot.read(tree.virtIODevice()) }
        #expect(message?.contains("belongs to virtio-pci, which looking at it would confuse") == true)
        #expect(try tree.text("bus/pci/drivers/virtio-pci/unbind") == "")
    }
}
