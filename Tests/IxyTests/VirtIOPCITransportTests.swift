import Ixy
import IxyHardware
import TestTree
import TestSupport
import Testing

@Suite struct VirtIOPCIModernTests {
    let fake = FakeVirtIO()

    private func modern(
        behindIOMMU: Bool = false, interrupts: Int = 0, bells: Int = 16, distance: Int = 4, configuration: Int = 24
    ) -> VirtIO.PCIModern<FakeWindow> {
        fake.set { $0.configuration = (0..<UInt8(configuration)).map { $0 } }
        return VirtIO.PCIModern(
            address: "0000:00:04.0", common: fake.window(.common, count: 56),
            notify: fake.window(.bells, count: bells), notifyMultiplier: distance,
            device: configuration > 0 ? fake.window(.device, count: configuration) : nil,
            function: FakeFunction(device: fake, isBehindIOMMU: behindIOMMU, interruptCount: interrupts))
    }

    @Test func resetWaitsUntilTheStatusIsZero() throws {
        var transport = modern()
        fake.set { $0.status = 0x0F; $0.slowResets = 3 }
        try transport.reset()
        #expect(fake.get { $0.slowResets } == 0)
        let log = fake.get { $0.log }
        #expect(log == ["write8 20", "read8 20", "read8 20", "read8 20", "read8 20"])
    }

    @Test func aResetThatDoesNotEndIsATimeout() {
        var transport = modern()
        fake.set { $0.slowResets = .max }
        let message = sentence { try transport.reset() }
        #expect(message?.contains("waited 1000 ms for its reset (VirtIO 1.2") == true)
    }

    @Test func aDeviceThatIsGoneIsNamed() {
        var transport = modern()
        fake.set { $0.isGone = true }
        for message in [
            sentence { try transport.reset() }, sentence { _ = try transport.status() },
            sentence { _ = try transport.offeredFeatures() }, sentence { try transport.add(.driver) },
        ] {
            #expect(message == "0000:00:04.0 does not answer any more; check that it is plugged in and powered")
        }
        let isPresent = transport.isPresent()
        #expect(!isPresent)
    }

    @Test func statusBitsAdd() throws {
        var transport = modern()
        try transport.add(.acknowledge)
        try transport.add(.driver)
        #expect(try transport.status() == [.acknowledge, .driver])
        let isBack = try transport.reconnect()
        #expect(isBack)
    }

    @Test func featuresHaveTwoHalves() throws {
        var transport = modern()
        fake.set { $0.features = 0x1234_5678_9ABC_DEF0 }
        #expect(try transport.offeredFeatures().rawValue == 0x1234_5678_9ABC_DEF0)
        try transport.accept([.version1, .macAddress, .packedRing])
        #expect(fake.get { $0.accepted } == 1 << 32 | 1 << 5 | 1 << 34)
    }

    @Test func behindAnIOMMUTheDeviceMustUseIt() throws {
        var transport = modern(behindIOMMU: true)
        let message = sentence { try transport.accept([.version1]) }
        #expect(message?.contains("goes past the IOMMU") == true)
        #expect(fake.get { $0.accepted } == 0)
        try transport.accept([.version1, .accessPlatform])
        #expect(fake.get { $0.accepted } == 3 << 32)
    }

    @Test func configurationIsReadInNaturalWidths() throws {
        var transport = modern()
        #expect(try transport.configuration(at: 0, count: 6) == [0, 1, 2, 3, 4, 5])
        fake.set { $0.log = [] }
        #expect(try transport.configuration(at: 6, count: 2) == [6, 7])
        #expect(try transport.configuration(at: 12, count: 4) == [12, 13, 14, 15])
        let log = fake.get { $0.log }
        #expect(log == ["read8 21", "read16 6", "read8 21", "read8 21", "read32 12", "read8 21"])
    }

    @Test func configurationThatChangesIsReadAgain() throws {
        var transport = modern()
        fake.set { $0.changes = 2 }
        #expect(try transport.configuration(at: 6, count: 2) == [8, 7])
        fake.set { $0.changes = .max }
        let message = sentence { _ = try transport.configuration(at: 6, count: 2) }
        #expect(message?.contains("its configuration to stay the same") == true)
    }

    @Test(arguments: [(0, 25), (24, 1), (-1, 2), (Int.max, 2), (2, Int.max)])
    func configurationOutsideOfItsBytesIsRefused(_ offset: Int, _ count: Int) {
        var transport = modern()
        #expect(sentence { _ = try transport.configuration(at: offset, count: count) }?.contains("has 24 bytes") == true)
    }

    @Test func aDeviceWithoutConfigurationHasNone() throws {
        var transport = modern(configuration: 0)
        #expect(try transport.configuration(at: 0, count: 6) == nil)
        try transport.setConfiguration([1], at: 0)
    }

    @Test func configurationIsWritten() throws {
        var transport = modern()
        try transport.setConfiguration([0xAA, 0xBB], at: 4)
        #expect(fake.get { $0.configuration[3...6] } == [3, 0xAA, 0xBB, 6])
        #expect(sentence { try transport.setConfiguration([1, 2], at: 23) }?.contains("has 24 bytes") == true)
    }

    private let layout = VirtIO.QueueLayout(
        size: 64, descriptors: 0x1_2345_6000, driverArea: 0x2_0000_7000, deviceArea: 0x3_0000_8000)

    @Test func aQueueIsToldAndThenEnabled() throws {
        var transport = modern()
        #expect(try transport.largestQueue(1) == 256)
        try transport.configure(1, layout.addresses)
        let queue = fake.get { $0.queues[1] }
        #expect(queue.size == 64 && queue.enable == 1 && queue.vector == 0xFFFF)
        #expect(queue.addresses == [0x2345_6000, 1, 0x7000, 2, 0x8000, 3])
        #expect(fake.get { $0.queues[0].enable } == 0)
        // Last, apart from the look whether it was accepted.
        #expect(fake.get { $0.log.suffix(2) } == ["write16 28", "read16 28"])
    }

    @Test func queuesThatAreNotThere() throws {
        var transport = modern()
        for index in [3, 65535, 65536, -1] {
            #expect(try transport.largestQueue(index) == 0)
            #expect(sentence { try transport.configure(index, layout.addresses) }?.contains("has no queue \(index)") == true)
            #expect(sentence { _ = try transport.notifier(index) }?.contains("has no queue \(index)") == true)
        }
    }

    @Test func aDeviceThatDoesNotTakeAQueueIsRefused() {
        var transport = modern()
        fake.set { $0.refusesSize = true }
        #expect(sentence { try transport.configure(0, layout.addresses) }?.contains("does not take 64 descriptors") == true)
        fake.set { $0.refusesSize = false; $0.refusesEnable = true }
        #expect(sentence { try transport.configure(0, layout.addresses) }?.contains("cannot be enabled") == true)
    }

    @Test(arguments: [(0, 0), (3, 12), (1, 4)] as [(UInt16, Int)])
    func bellsAreTheirDistanceApart(_ number: UInt16, _ offset: Int) throws {
        var transport = modern()
        fake.set { $0.queues[2].notifyOffset = number }
        _ = try transport.notifier(2)
        #expect(fake.get { $0.log.last } == "bell of 2 at \(offset)")
    }

    /// A bell has two bytes, and both are in its structure of 14.
    @Test(arguments: [(12, true), (13, false)])
    func theLastBell(number: UInt16, isGood: Bool) {
        var transport = modern(bells: 14, distance: 1)
        fake.set { $0.queues[0].notifyOffset = number }
        let refusal = sentence { _ = try transport.notifier(0) }
        #expect((refusal == nil) == isGood)
    }

    @Test func aBellOutsideOfItsStructureIsRefused() {
        var transport = modern(bells: 14)
        fake.set { $0.queues[0].notifyOffset = 4 }
        #expect(sentence { _ = try transport.notifier(0) }?.contains("bell of queue 0 is at 16, outside of the 14") == true)
        var far = modern(distance: 1 << 31)
        fake.set { $0.queues[0].notifyOffset = .max }
        #expect(sentence { _ = try far.notifier(0) }?.contains("outside of the 16 bytes") == true)
    }

    @Test func interruptsHaveAVectorEach() throws {
        var transport = modern(interrupts: 2)
        for index in 0..<3 {
            let file = try transport.interrupt(index)
            let isThere = file != nil
            #expect(isThere)
        }
        // The third shares.
        #expect(fake.get { $0.queues.map(\.vector) } == [0, 1, 0])
        // A reset forgets them, and a queue that is set up again has its own again.
        try transport.reset()
        #expect(fake.get { $0.queues[1].vector } == 0xFFFF)
        try transport.configure(1, layout.addresses)
        #expect(fake.get { $0.queues[1].vector } == 1)
    }

    @Test func aDeviceWithoutVectorsForAQueueIsRefused() {
        var transport = modern(interrupts: 2)
        fake.set { $0.vectorCount = 0 }
        #expect(sentence { _ = try transport.interrupt(0) }?.contains("cannot give queue 0 the interrupt 0") == true)
    }

    @Test func withoutVFIOThereAreNoInterrupts() throws {
        var transport = modern()
        let file = try transport.interrupt(0)
        let isThere = file != nil
        #expect(!isThere)
    }
}

@Suite struct VirtIOPCILegacyTests {
    let fake = FakeVirtIO()

    private func legacy(interrupts: Int = 0, behindIOMMU: Bool = false) throws -> VirtIO.PCILegacy<FakeWindow> {
        fake.set { $0.configuration = (0..<12).map { $0 } }
        return try VirtIO.PCILegacy.open(
            address: "0000:00:04.0", window: fake.window(.legacy, count: 32),
            function: FakeFunction(device: fake, isBehindIOMMU: behindIOMMU, interruptCount: interrupts))
    }

    /// One piece, as §2.7.2 lays it out.
    private let layout = VirtIO.QueueLayout(
        size: 256, descriptors: 0x1234_5000, driverArea: 0x1234_6000, deviceArea: 0x1234_7000)

    @Test func statusFeaturesAndReset() throws {
        var transport = try legacy()
        fake.set { $0.features = 0x79BF_8064; $0.status = 7 }
        try transport.reset()
        try transport.add(.acknowledge)
        #expect(try transport.status() == .acknowledge)
        #expect(try transport.offeredFeatures().rawValue == 0x79BF_8064)
        try transport.accept([.macAddress, .status])
        #expect(fake.get { $0.accepted } == 1 << 5 | 1 << 16)
    }

    @Test func aQueueIsToldByItsPage() throws {
        var transport = try legacy()
        #expect(try transport.largestQueue(0) == 256)
        #expect(try transport.largestQueue(7) == 0)
        try transport.configure(1, layout.addresses)
        #expect(fake.get { $0.queues.map(\.page) } == [0, 0x12345, 0])
    }

    @Test(arguments: [
        VirtIO.QueueLayout(size: 256, descriptors: 0x1234_5010, driverArea: 0x1234_6010, deviceArea: 0x1234_7000),
        VirtIO.QueueLayout(size: 256, descriptors: 0x1234_5000, driverArea: 0x1234_6002, deviceArea: 0x1234_7000),
        VirtIO.QueueLayout(size: 256, descriptors: 0x1234_5000, driverArea: 0x1234_6000, deviceArea: 0x1234_8000),
        VirtIO.QueueLayout(
            size: 256, descriptors: 1 << 44, driverArea: 1 << 44 + 0x1000, deviceArea: 1 << 44 + 0x2000),
        VirtIO.QueueLayout(
            size: 256, descriptors: .max & ~4095, driverArea: 0, deviceArea: 0x1000),
    ])
    func aLayoutThatTheDeviceWouldNotComputeIsRefused(_ layout: VirtIO.QueueLayout) throws {
        var transport = try legacy()
        #expect(sentence { try transport.configure(0, layout.addresses) }?.contains("in pieces or beyond 16 TiB") == true)
        #expect(fake.get { $0.queues[0].page } == 0)
    }

    @Test func theSizeIsTheDevices() throws {
        var transport = try legacy()
        fake.set { $0.queues[0].size = 128 }
        #expect(sentence { try transport.configure(0, layout.addresses) }?.contains("no queue 0 of 256 descriptors") == true)
        fake.set { $0.queues[0].size = 256; $0.refusesAddress = true }
        #expect(sentence { try transport.configure(0, layout.addresses) }?.contains("does not take an address") == true)
    }

    @Test func configurationComesAfterTheHeader() throws {
        var transport = try legacy()
        #expect(try transport.configuration(at: 0, count: 6) == [0, 1, 2, 3, 4, 5])
        #expect(try transport.configuration(at: 11, count: 1) == [11])
        #expect(sentence { _ = try transport.configuration(at: 12, count: 1) }?.contains("has 12 bytes") == true)
        try transport.setConfiguration([9], at: 5)
        #expect(fake.get { $0.configuration[5] } == 9)
    }

    @Test func interruptsMoveTheConfiguration() throws {
        var transport = try legacy(interrupts: 4)
        _ = try transport.interrupt(2)
        #expect(fake.get { $0.queues.map(\.vector) } == [0xFFFF, 0xFFFF, 2])
        #expect(try transport.configuration(at: 0, count: 2) == [0, 1])
        #expect(sentence { _ = try transport.configuration(at: 8, count: 1) }?.contains("has 8 bytes") == true)
        try transport.reset()
        try transport.configure(2, layout.addresses)
        #expect(fake.get { $0.queues[2].vector } == 2)
    }

    @Test func aDeviceThatSomebodyLeftWithMSIXHasTheLongHeader() throws {
        fake.set { $0.hasVectors = true }
        var transport = try legacy()
        #expect(try transport.configuration(at: 0, count: 2) == [0, 1])
    }

    @Test func configurationThatChangesIsReadAgain() throws {
        var transport = try legacy()
        // Two readings that differ, then two that agree.
        fake.set { $0.changes = 2 }
        #expect(try transport.configuration(at: 6, count: 2) == [8, 7])
        fake.set { $0.changes = .max }
        #expect(sentence { _ = try transport.configuration(at: 6, count: 2) }?.contains("to stay the same") == true)
    }

    @Test func bellsArePorts() throws {
        var transport = try legacy()
        _ = try transport.notifier(1)
        #expect(fake.get { $0.log.last } == "bell of 1 at 16")
    }

    @Test func aBARThatIsTooSmallIsRefused() {
        let message = sentence {
            _ = try VirtIO.PCILegacy.open(
                address: "0000:00:04.0", window: fake.window(.legacy, count: 20), function: FakeFunction(device: fake))
        }
        #expect(message?.contains("its BAR 0 has only 20 bytes") == true)
    }

    @Test func aDeviceThatIsGoneIsNamed() throws {
        var transport = try legacy()
        fake.set { $0.isGone = true }
        for message in [
            sentence { try transport.reset() }, sentence { _ = try transport.status() },
            sentence { _ = try transport.offeredFeatures() }, sentence { _ = try transport.largestQueue(0) },
        ] {
            #expect(message?.contains("does not answer any more") == true)
        }
        let isPresent = transport.isPresent()
        #expect(!isPresent)
    }

    @Test func itCannotBeConfined() throws {
        var transport = try legacy(behindIOMMU: true)
        #expect(sentence { try transport.accept([.macAddress]) }?.contains("goes past the IOMMU") == true)
    }
}
