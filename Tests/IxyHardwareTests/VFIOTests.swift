import Glibc
import IxyHardware
import IxySystem
import TestTree
import Testing

@Suite struct VFIOTests {
    private func open(_ kernel: FakeVFIO, _ space: VFIOSpace) throws -> VFIODevice {
        try VFIODevice.open(kernel.tree.device(), in: space)
    }

    @Test func aGroupJoinsAContainerBeforeItsDeviceIsOpened() throws {
        let kernel = try FakeVFIO()
        _ = try open(kernel, VFIOSpace(kernel: kernel))
        #expect(
            kernel.get { $0.log } == [
                "getAPIVersion 0", "getGroupStatus", "setContainer", "checkExtension 3", "setIOMMU 3", "getIOMMUInfo",
                "getDevice",
            ])
    }

    @Test func aGroupIsOpenedOnce() throws {
        let kernel = try FakeVFIO()
        let space = VFIOSpace(kernel: kernel)
        let first = try open(kernel, space)
        let second = try open(kernel, space)
        #expect(kernel.get { $0.log.filter { $0 == "setContainer" }.count } == 1)
        #expect(first.device == second.device)
    }

    @Test func theOlderKindOfIOMMUIsTakenToo() throws {
        let kernel = try FakeVFIO()
        kernel.set { $0.hasType1v2 = false }
        _ = try open(kernel, VFIOSpace(kernel: kernel))
        #expect(kernel.get { $0.log.contains("setIOMMU 1") })
    }

    @Test func memoryIsReachableWhileItLives() throws {
        let kernel = try FakeVFIO()
        let space = VFIOSpace(kernel: kernel)
        let device = try open(kernel, space)
        do {
            let first = try DMAMemory(count: 3 * 4096, pages: .small, mapper: space)
            let second = try DMAMemory(count: 4096, pages: .small, mapper: space)
            let start = first.pageAddresses[0]
            #expect(first.pageAddresses == [start, start + 4096, start + 8192])
            #expect(start >= 1 << 32 && start % 4096 == 0)
            #expect(kernel.get { $0.mapped } == [start: 12288, second.pageAddresses[0]: 4096])
            #expect(space.mappedCount == 2)
        }
        #expect(kernel.get { $0.mapped }.isEmpty && space.mappedCount == 0)
        _ = device.bars
    }

    @Test func memoryBeforeTheFirstDeviceIsRefused() throws {
        let kernel = try FakeVFIO()
        let message = sentence { _ = try DMAMemory(count: 4096, pages: .small, mapper: VFIOSpace(kernel: kernel)) }
        #expect(message?.contains("open the first device before it") == true)
    }

    @Test func memoryThatMayNotBeLockedNamesTheLimit() throws {
        let kernel = try FakeVFIO()
        let space = VFIOSpace(kernel: kernel)
        let device = try open(kernel, space)
        kernel.set { $0.failures[.mapDMA] = ENOMEM }
        let message = sentence { _ = try DMAMemory(count: 4096, pages: .small, mapper: space) }
        #expect(message?.contains("ulimit -l") == true)
        #expect(space.mappedCount == 0)
        // The address is free again.
        kernel.set { $0.failures = [:] }
        let memory = try DMAMemory(count: 4096, pages: .small, mapper: space)
        #expect(memory.pageAddresses == [1 << 36])
        _ = device.bars
    }

    @Test func addressesAreWhereTheIOMMUCanTranslate() throws {
        let kernel = try FakeVFIO()
        kernel.set { $0.ranges = [0...0xFEDF_FFFF, 0xFEF0_0000...0xFFFF_FFFF] }
        let space = VFIOSpace(kernel: kernel)
        let device = try open(kernel, space)
        let memory = try DMAMemory(count: 4096, pages: .small, mapper: space)
        #expect(memory.pageAddresses == [1 << 20])
        _ = device.bars
    }

    @Test(arguments: [false, true])
    func registersAreMappedOrReadFromTheFile(_ canMap: Bool) throws {
        let kernel = try FakeVFIO()
        kernel.set { $0.canMapBARs = canMap }
        let device = try open(kernel, VFIOSpace(kernel: kernel))
        let window = try device.window(bar: 0, at: 0x1000, count: 0x100)
        window.write32(0xDDCC_BBAA, at: 4)
        window.write16(0x2211, at: 0xFE)
        window.write8(7, at: 0)
        let bytes = try kernel.tree.bytes("dev/device")
        #expect(bytes[0x1000...0x1007] == [7, 0, 0, 0, 0xAA, 0xBB, 0xCC, 0xDD] && bytes[0x10FE...0x10FF] == [0x11, 0x22])
        #expect(window.read32(at: 4) == 0xDDCC_BBAA && window.read16(at: 6) == 0xDDCC && window.read8(at: 7) == 0xDD)
        let bell = try window.notifier(at: 0x10, queue: 0x1234)
        bell.notify()
        #expect(try kernel.tree.bytes("dev/device")[0x1010...0x1011] == [0x34, 0x12])
        let message = sentence { _ = try device.map(bar: 0) }
        #expect((message == nil) == canMap)
    }

    @Test func aBARThatCanBeMappedOnlyInPartsIsNotMapped() throws {
        let kernel = try FakeVFIO()
        kernel.set { $0.isSparse = true }
        let device = try open(kernel, VFIOSpace(kernel: kernel))
        #expect(sentence { _ = try device.map(bar: 0) }?.contains("BAR 0 cannot be mapped") == true)
        let window = try device.window(bar: 0, at: 0, count: 64)
        window.write8(5, at: 9)
        #expect(try kernel.tree.bytes("dev/device")[9] == 5)
    }

    @Test func windowsLieInsideOfTheirBAR() throws {
        let kernel = try FakeVFIO()
        let device = try open(kernel, VFIOSpace(kernel: kernel))
        for (offset, count) in [(8192, 1), (0, 8193), (-1, 4), (Int.max, 8), (8, Int.max)] {
            #expect(sentence { _ = try device.window(bar: 0, at: offset, count: count) }?.contains("not within BAR 0") == true)
        }
        #expect(sentence { _ = try device.window(bar: 3, at: 0, count: 4) }?.contains("BAR 3 is not implemented") == true)
        kernel.set { $0.barCount = 4096 }
        #expect(sentence { _ = try device.map(bar: 0) }?.contains("VFIO shows 4096") == true)
    }

    @Test func aFileThatIsGoneReadsAsAllOnes() throws {
        let kernel = try FakeVFIO()
        kernel.set { $0.canMapBARs = false }
        let device = try open(kernel, VFIOSpace(kernel: kernel))
        let window = try device.window(bar: 0, at: 0, count: 64)
        // A device that is gone answers no read: nor does a file that has become empty.
        _ = try FileDescriptor.open("\(kernel.root)/device", O_WRONLY | O_TRUNC)
        #expect(window.read8(at: 0) == 0xFF && window.read16(at: 0) == 0xFFFF && window.read32(at: 0) == 0xFFFF_FFFF)
    }

    @Test func theConfigurationSpaceIsARegion() throws {
        let kernel = try FakeVFIO()
        let config = try open(kernel, VFIOSpace(kernel: kernel)).configSpace()
        #expect(config.count == 256)
        try config.enable([.memory, .busMaster])
        #expect(try kernel.tree.bytes("dev/device")[FakeVFIO.configOffset + 4] == 6)
        #expect(sentence { _ = try config.read32(at: 256) }?.contains("not within its 256 bytes") == true)
    }

    @Test func interruptsAreEventfds() throws {
        let kernel = try FakeVFIO()
        let device = try open(kernel, VFIOSpace(kernel: kernel))
        var interrupts = try VFIOInterrupts(of: device)
        #expect(interrupts.count == 3)
        let file = try interrupts.event(of: 2)
        let vectors = kernel.get { $0.vectors }
        #expect(vectors.count == 3 && vectors[0] == -1 && vectors[1] == -1 && vectors[2] >= 0)
        // The kernel does this when the device raises the interrupt.
        let isRaised = try FileDescriptor(duplicating: vectors[2]).write(number: 1, 8)
        let count = try file.readNumber(8)
        #expect(isRaised && count == 1)
        // The same vector again is the same counter.
        let again = try interrupts.event(of: 2)
        let isSame = try again.write(number: 1, 8) && file.readNumber(8) == 1
        #expect(isSame)
        _ = try interrupts.event(of: 0)
        #expect(kernel.get { $0.vectors[0] } >= 0 && kernel.get { $0.log.filter { $0 == "setInterrupts" }.count } == 3)
    }

    @Test func theNewWayIsTakenWhereItIsThere() throws {
        let kernel = try FakeVFIO(isNew: true)
        let space = VFIOSpace(kernel: kernel)
        let device = try open(kernel, space)
        do {
            let memory = try DMAMemory(count: 8192, pages: .small, mapper: space)
            #expect(memory.pageAddresses == [0x100_0000, 0x100_1000])
        }
        #expect(
            kernel.get { $0.log } == ["allocateIOAS", "bindToIOMMUFD", "attachToIOAS", "mapIOAS", "unmapIOAS"])
        #expect(kernel.get { $0.mapped }.isEmpty && kernel.get { $0.isAttached })
        let window = try device.window(bar: 0, at: 0, count: 16)
        window.write8(3, at: 1)
        #expect(try kernel.tree.bytes("dev/vfio/devices/vfio3")[1] == 3)
    }

    @Test func withoutAnIommufdTheOldWayIsTaken() throws {
        let kernel = try FakeVFIO(isNew: true)
        try kernel.tree.remove("dev/iommu")
        _ = try open(kernel, VFIOSpace(kernel: kernel))
        #expect(kernel.get { $0.hasContainer && !$0.isBound })
    }

    @Test func anotherProcessHasIt() throws {
        let kernel = try FakeVFIO(isNew: true)
        kernel.set { $0.failures[.bindToIOMMUFD] = EBUSY }
        let message = sentence { _ = try open(kernel, VFIOSpace(kernel: kernel)) }
        #expect(message?.contains("is in use by another process, or shares its IOMMU group") == true)
    }

    /// A missing part, and words of the sentence that names it.
    @Test(arguments: [
        ("vfio", "load it with: sudo modprobe vfio-pci"), ("27", "bind it: sudo ixy bind 0000:03:00.0"),
        ("group", "stands behind no IOMMU"), ("viable", "shares IOMMU group 27 with devices"),
    ])
    func whatIsMissingIsNamed(_ what: String, _ words: String) throws {
        let kernel = try FakeVFIO()
        switch what {
        case "group": try kernel.tree.remove("bus/pci/devices/0000:03:00.0/iommu_group")
        case "viable": kernel.set { $0.isViable = false }
        default: try kernel.tree.remove("dev/vfio/\(what)")
        }
        let space = VFIOSpace(kernel: kernel)
        let message = sentence { _ = try open(kernel, space) }
        #expect(message?.contains(words) == true && message?.contains("\n") == false, "\(message ?? "no error")")
    }

    @Test(arguments: [
        IOControl.getGroupStatus, .setContainer, .setIOMMU, .getDevice,
    ])
    func aCallThatFailsIsNamedAndCanBeTriedAgain(_ call: IOControl) throws {
        let kernel = try FakeVFIO()
        let space = VFIOSpace(kernel: kernel)
        kernel.set { $0.failures[call] = EIO }
        #expect(sentence { _ = try open(kernel, space) }?.contains("Input/output error") == true)
        // The group was closed, and with it left the container.
        kernel.set { $0.failures = [:]; $0.hasContainer = false }
        #expect(sentence { _ = try open(kernel, space) } == nil)
    }
}

@Suite struct IOVARangesTests {
    @Test func gapsAreFilledAgain() {
        var ranges = IOVARanges([0x10_0000...0x10_FFFF])
        #expect(ranges.take(0x1000, alignment: 0x1000) == 0x10_0000)
        #expect(ranges.take(0x3000, alignment: 0x1000) == 0x10_1000)
        #expect(ranges.take(0x1000, alignment: 0x1000) == 0x10_4000)
        ranges.release(0x10_1000)
        #expect(ranges.take(0x4000, alignment: 0x1000) == 0x10_5000)
        #expect(ranges.take(0x2000, alignment: 0x1000) == 0x10_1000)
        #expect(ranges.take(0x1000, alignment: 0x1000) == 0x10_3000)
    }

    @Test func theEndIsNotCrossed() {
        var ranges = IOVARanges([0x10_0000...0x10_1FFF])
        #expect(ranges.take(0x3000, alignment: 0x1000) == nil)
        #expect(ranges.take(0x2000, alignment: 0x1000) == 0x10_0000)
        #expect(ranges.take(0x1000, alignment: 0x1000) == nil)
        var last = IOVARanges([(UInt64.max - 0xFFF)...UInt64.max])
        #expect(last.take(0x1000, alignment: 0x1000) == UInt64.max - 0xFFF)
        #expect(last.take(0x1000, alignment: 0x1000) == nil)
    }

    @Test func alignmentHolds() {
        var ranges = IOVARanges([0x10_1000...0xFFF_FFFF])
        #expect(ranges.take(0x20_0000, alignment: 0x20_0000) == 0x20_0000)
        #expect(ranges.take(0x1000, alignment: 0x1000) == 0x10_1000)
        #expect(ranges.take(0x20_0000, alignment: 0x20_0000) == 0x40_0000)
    }

    @Test func theWindowOfInterruptsIsLeftOut() {
        var ranges = IOVARanges([])
        #expect(ranges.take(0x1000, alignment: 0x1000) == 1 << 36)
        #expect(ranges.take(1 << 39, alignment: 0x1000) == nil)
        // More than is above 64 GiB.
        #expect(ranges.take(500 << 30, alignment: 0x1000) == nil)
        var low = IOVARanges([0...0xFEDF_FFFF, 0xFEF0_0000...0xFFFF_FFFF])
        #expect(low.take(0xFED0_0000, alignment: 0x1000) == 0x10_0000)
        #expect(low.take(0x1000, alignment: 0x1000) == 0xFEF0_0000)
    }

    @Test(arguments: [0, UInt64.max, 1 << 60]) func impossibleSizes(_ count: UInt64) {
        var ranges = IOVARanges([0...UInt64.max])
        #expect(ranges.take(count, alignment: 0x1000) == nil)
    }

    @Test func narrowingKeepsWhatIsTaken() {
        var ranges = IOVARanges([0...0xFFFF_FFFF])
        #expect(ranges.take(0x1000, alignment: 0x1000) == 0x10_0000)
        ranges.narrow(to: [])
        ranges.narrow(to: [0x10_0000...0x10_2FFF])
        #expect(ranges.take(0x2000, alignment: 0x1000) == 0x10_1000)
        #expect(ranges.take(0x1000, alignment: 0x1000) == nil)
    }
}
