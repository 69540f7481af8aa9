import Ixy
import IxyHardware
import TestSupport
import Testing

@testable import IxyModels

/// The control side of a modelled VirtIO device: status, features, configuration and set-up, and each mistake there.
@Suite struct VirtIOStateTests {
    /// Exactly one violation, with this text and section.
    private func violation(
        _ text: String, _ section: String, _ driver: HandMadeDriver, after mistake: (HandMadeDriver) throws -> Void
    ) throws {
        #expect(driver.violations == [])
        try mistake(driver)
        let found = driver.violations
        #expect(found.count == 1 && found[0].contains(text) && found[0].hasSuffix("(VirtIO 1.2 §\(section))"), "\(found)")
    }

    /// A driver that has come as far as `steps`.
    private func driver(
        _ steps: [VirtIO.Status], _ features: VirtIO.Features = .version1, offered: VirtIO.Features? = nil,
        _ change: (inout ModelVirtIO.Options) -> Void = { _ in }
    ) throws -> HandMadeDriver {
        let driver = try HandMadeDriver(features, offered: offered, change)
        try driver.transport.reset()
        for step in steps {
            if step == .featuresOK { try driver.transport.accept(features) }
            try driver.transport.add(step)
        }
        return driver
    }

    @Test func aRightStartIsNoViolation() throws {
        for features: VirtIO.Features in [.version1, [.version1, .packedRing]] {
            let driver = try HandMadeDriver.started(features)
            #expect(driver.violations == [])
            let status = try driver.transport.status()
            #expect(status == [.acknowledge, .driver, .featuresOK, .driverOK])
            try driver.transport.reset()
            let after = try driver.transport.status()
            #expect(after == [])
        }
    }

    // MARK: Status

    @Test func statusOutOfOrder() throws {
        try violation("DRIVER before ACKNOWLEDGE", "3.1.1", driver([])) { try $0.transport.add(.driver) }
        try violation("DRIVER_OK before FEATURES_OK", "3.1.1", driver([.acknowledge, .driver])) { driver in
            driver.device.control { model in
                for index in [0, 1] { model.layouts[index] = (driver.rings[index]!.layout, .start(isPacked: false)) }
            }
            try driver.transport.add(.driverOK)
        }
    }

    @Test func statusTakenBack() throws {
        try violation("status 3 taken back to 1", "2.1.1", driver([.acknowledge, .driver])) { driver in
            driver.device.control { $0.setStatus(.acknowledge) }
        }
    }

    @Test func statusWrittenAfterFailure() throws {
        try violation("after FAILED", "2.1.1", driver([.acknowledge, .failed])) { try $0.transport.add(.driver) }
    }

    @Test func statusBitOfTheDevice() throws {
        try violation("DEVICE_NEEDS_RESET set by the driver", "2.1", driver([.acknowledge])) {
            try $0.transport.add(.needsReset)
        }
    }

    @Test func setUpForgotten() throws {
        try violation("DRIVER_OK before queue 1 is set up", "5.1.5", driver([.acknowledge, .driver, .featuresOK])) {
            try $0.transport.configure(0, $0.rings[0]!.layout.addresses)
            try $0.transport.add(.driverOK)
        }
    }

    @Test func notifiedBeforeDriverOK() throws {
        try violation("queue 1 notified before DRIVER_OK", "3.1.1", HandMadeDriver()) { driver in
            try driver.transport.notifier(1).notify()
            driver.device.control { $0.reset() }
            // A reset makes the device forget earlier notifications.
            try driver.start()
            #expect(driver.violations == [])
            try driver.transport.reset()
            try driver.transport.add(.acknowledge)
            try driver.transport.add(.driver)
            try driver.transport.accept(driver.features)
            try driver.transport.add(.featuresOK)
            try driver.configure()
            try driver.transport.notifier(1).notify()
            try driver.transport.add(.driverOK)
        }
    }

    @Test func theDeviceNeedsAResetAfterARingThatMakesNoSense() throws {
        let driver = try HandMadeDriver.started([.version1, .status])
        (driver.rings[1] as? HandMadeSplitRing)?.setIndex(100)
        driver.device.step()
        let status = try driver.transport.status()
        #expect(status.contains(.needsReset))
        #expect(driver.device.counters.configurationChanges == 1)
        driver.device.attach(source: FrameList([testFrame()]))
        driver.arm(0)
        let moved = driver.device.step()
        #expect(moved == 0)
        (driver.rings[1] as? HandMadeSplitRing)?.setIndex(0)
        driver.device.control { $0.reset() }
        let after = try driver.transport.status()
        #expect(after == [])
    }

    // MARK: Features

    @Test func featureThatWasNotOffered() throws {
        let driver = try driver([.acknowledge, .driver])
        try violation("feature bits 0x10000 were not offered", "2.2.1", driver) {
            try $0.transport.accept([.version1, .status])
        }
        try driver.transport.add(.featuresOK)
        let status = try driver.transport.status()
        #expect(!status.contains(.featuresOK))
    }

    @Test func featureWithoutWhatItRequires() throws {
        let offered: VirtIO.Features = [.version1, .controlQueue, .multiqueue]
        try violation("MQ accepted without what it requires", "2.2.1", driver([.acknowledge, .driver], offered: offered)) {
            try $0.transport.accept([.version1, .multiqueue])
        }
    }

    @Test func version1NotAccepted() throws {
        try violation("VERSION_1 was offered and not accepted", "6.1", driver([.acknowledge, .driver])) {
            try $0.transport.accept([])
            try $0.transport.add(.featuresOK)
            let status = try $0.transport.status()
            #expect(!status.contains(.featuresOK))
        }
    }

    @Test func featuresAcceptedTooEarlyOrTooLate() throws {
        try violation("features accepted before DRIVER", "3.1.1", driver([.acknowledge])) {
            try $0.transport.accept(.version1)
        }
        try violation("after the negotiation", "3.1.1", driver([.acknowledge, .driver, .featuresOK])) {
            try $0.transport.accept(.version1)
        }
    }

    @Test func featuresOKOnALegacyDevice() throws {
        let driver = try driver([.acknowledge, .driver], [], offered: []) { $0.isLegacy = true }
        try violation("which legacy devices do not know", "3.1.2", driver) { try $0.transport.add(.featuresOK) }
    }

    @Test func aDeviceMayRefuseAnyChoice() throws {
        let driver = try driver([.acknowledge, .driver, .featuresOK]) { $0.refusesFeatures = true }
        let status = try driver.transport.status()
        #expect(status == [.acknowledge, .driver])
        #expect(driver.violations == [])
    }

    // MARK: Configuration

    @Test func theConfigurationHasItsFields() throws {
        let offered: VirtIO.Features = [.version1, .macAddress, .status, .controlQueue, .multiqueue, .mtu]
        let driver = try driver([], offered: offered) {
            $0.macAddress = MACAddress(2, 3, 4, 5, 6, 7)
            $0.queuePairs = 4
            $0.mtu = 9000
        }
        let bytes = try driver.transport.configuration(at: 0, count: 12)
        #expect(bytes == [2, 3, 4, 5, 6, 7, 1, 0, 4, 0, 0x28, 0x23])
        #expect(driver.violations == [])
    }

    @Test func fieldThatIsNotThere() throws {
        for (offset, name) in [(6, "status"), (8, "max_virtqueue_pairs"), (10, "mtu")] {
            try violation("\(name) read", "2.5.1", driver([])) {
                _ = try $0.transport.configuration(at: offset, count: 2)
            }
        }
    }

    @Test func readBeyondTheEnd() throws {
        try violation("read beyond its end", "5.1.4", driver([])) {
            _ = try $0.transport.configuration(at: 11, count: 2)
        }
    }

    @Test func configurationWritten() throws {
        try violation("configuration written", "5.1.4", driver([])) {
            try $0.transport.setConfiguration([2, 0, 0, 0, 0, 3], at: 0)
        }
    }

    @Test func aLegacyDevicesAddressCanBeWritten() throws {
        let driver = try driver([], [], offered: .macAddress) { $0.isLegacy = true }
        try driver.transport.setConfiguration([2, 9, 9, 9, 9, 9], at: 0)
        try driver.transport.setConfiguration([7], at: 5)
        let bytes = try driver.transport.configuration(at: 0, count: 6)
        #expect(bytes == [2, 9, 9, 9, 9, 7])
        #expect(driver.violations == [])
        try violation("configuration written, 2 bytes at 5", "5.1.4.3", driver) {
            try $0.transport.setConfiguration([1, 2], at: 5)
        }
    }

    // MARK: Queues

    @Test func howLargeQueuesAre() throws {
        let driver = try driver([.acknowledge, .driver, .featuresOK], [.version1, .controlQueue]) { $0.queueSize = 512 }
        var sizes: [Int] = []
        for index in 0..<4 { sizes.append(try driver.transport.largestQueue(index)) }
        #expect(sizes == [512, 512, 64, 0])
    }

    @Test func theControlQueueComesAfterAllPairsThatWereNegotiated() throws {
        let offered: VirtIO.Features = [.version1, .controlQueue, .multiqueue]
        let driver = try driver([.acknowledge, .driver, .featuresOK], offered) { $0.queuePairs = 3 }
        var sizes: [Int] = []
        for index in 0..<8 { sizes.append(try driver.transport.largestQueue(index)) }
        #expect(sizes == [256, 256, 256, 256, 256, 256, 64, 0])
    }

    @Test(arguments: [false, true]) func layoutsThatCannotBe(isPacked: Bool) throws {
        typealias Change = (inout VirtIO.QueueLayout) -> Void
        let table: [(String, String, String, Change)] = [
            ("set up with 0 descriptors", "2.7", "2.8", { $0.size = 0 }),
            ("set up with 32769 descriptors", "2.7", "2.8", { $0.size = 32769 }),
            ("more than the device's 256", "4.1.4.3.2", "4.1.4.3.2", { $0.size = 512 }),
            ("is not aligned to 16 bytes", "2.7.1", "2.8.11", { $0.descriptors += 8 }),
            ("is not aligned to \(isPacked ? 4 : 2) bytes", "2.7.1", "2.8.11", { $0.driverArea += 1 }),
            ("is not aligned to 4 bytes", "2.7.1", "2.8.11", { $0.deviceArea += 2 }),
            ("is not all in mapped memory", "2.7", "2.8.10.1", { $0.descriptors = 0x1000 }),
            ("is not all in mapped memory", "2.7", "2.8.10.1", { $0.deviceArea = 0x1000 }),
        ]
        let features: VirtIO.Features = isPacked ? [.version1, .packedRing] : .version1
        for (text, split, packed, change) in table {
            let driver = try driver([.acknowledge, .driver, .featuresOK], features)
            var layout = driver.rings[0]!.layout
            change(&layout)
            try violation(text, isPacked ? packed : split, driver) { try $0.transport.configure(0, layout.addresses) }
        }
    }

    @Test func onlyAPackedQueueMayHaveAnySize() throws {
        let steps: [VirtIO.Status] = [.acknowledge, .driver, .featuresOK]
        try violation("which is no power of two", "2.7", driver(steps)) { driver in
            var layout = driver.rings[0]!.layout
            layout.size = 6
            try driver.transport.configure(0, layout.addresses)
        }
        let packed = try driver(steps, [.version1, .packedRing])
        var layout = packed.rings[0]!.layout
        layout.size = 6
        try packed.transport.configure(0, layout.addresses)
        #expect(packed.violations == [])
    }

    @Test func queuesSetUpAtTheWrongTime() throws {
        try violation("set up before FEATURES_OK", "3.1.1", driver([.acknowledge, .driver])) {
            try $0.transport.configure(0, $0.rings[0]!.layout.addresses)
        }
        try violation("set up while the device is live", "3.1.1", HandMadeDriver.started()) {
            try $0.transport.configure(0, $0.rings[0]!.layout.addresses)
        }
        try violation("which does not exist", "5.1.2", driver([.acknowledge, .driver, .featuresOK])) {
            try $0.transport.configure(2, $0.rings[0]!.layout.addresses)
        }
    }

    @Test func aUsedRingThatIsNotEmpty() throws {
        try violation("not 0 at the start", "2.7.10.1", driver([.acknowledge, .driver, .featuresOK])) { driver in
            driver.memory.put16(1, driver.rings[0]!.layout.deviceArea + 2)
            try driver.transport.configure(0, driver.rings[0]!.layout.addresses)
        }
    }

    @Test func legacyLayouts() throws {
        func legacy() throws -> HandMadeDriver {
            try driver([.acknowledge, .driver], [], offered: []) {
                $0.isLegacy = true
                $0.queueSize = 8
            }
        }
        let right = try legacy()
        try right.transport.configure(0, right.rings[0]!.layout.addresses)
        #expect(right.violations == [])
        try violation("not where a legacy device looks", "2.7.2", legacy()) { driver in
            var layout = driver.rings[0]!.layout
            layout.deviceArea += 4096
            try driver.transport.configure(0, layout.addresses)
        }
        try violation("though a legacy device has 8", "2.7.2", legacy()) { driver in
            let ring = HandMadeSplitRing(driver.memory, size: 4, place: 4)
            try driver.transport.configure(0, ring.layout.addresses)
        }
    }

    @Test func aDeviceThatIsTakenAwayAndPutBack() throws {
        let driver = try HandMadeDriver.started()
        driver.device.setPresent(false)
        let isPresent = driver.transport.isPresent()
        #expect(!isPresent)
        let isBack = try driver.transport.reconnect()
        #expect(!isBack)
        #expect(throws: IxyError.gone(device: "VirtIO (model)")) { try driver.transport.reset() }
        driver.device.setPresent(true)
        let isBackNow = try driver.transport.reconnect()
        #expect(isBackNow)
        let status = try driver.transport.status()
        #expect(status == [], "it has forgotten everything")
    }
}
