import Ixy
import IxyHardware
import Testing

@testable import IxyModels

/// The control queue of a modelled VirtIO device, and what its commands do.
@Suite struct VirtIOControlTests {
    static let features: VirtIO.Features = [
        .version1, .macAddress, .controlQueue, .controlReceive, .controlReceiveExtra, .controlMACAddress,
    ]
    static let layouts: [VirtIO.Features] = [features, features.union(.packedRing)]

    /// Which of these frames come through: to its own address, to another one, to two groups, to all.
    private func accepted(_ driver: HandMadeDriver) -> [Bool] {
        let destinations: [[UInt8]] = [
            [2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2], [1, 0, 0x5E, 0, 0, 1], [1, 0, 0x5E, 0, 0, 2],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        ]
        return destinations.map { destination in
            driver.device.attach(source: FrameList([testFrame(to: destination)]))
            driver.arm(0)
            driver.device.step()
            let isAccepted = !driver.rings[0]!.takeUsed().isEmpty
            // A buffer that was not used would be there the next time.
            if !isAccepted {
                driver.device.attach(source: FrameList([testFrame()]))
                driver.device.control { _ = $0.filter.modes.insert(.promiscuous) }
                driver.device.step()
                driver.device.control { _ = $0.filter.modes.remove(.promiscuous) }
                _ = driver.rings[0]!.takeUsed()
            }
            return isAccepted
        }
    }

    @Test(arguments: layouts) func theFilterFollowsItsCommands(features: VirtIO.Features) throws {
        let driver = try HandMadeDriver.started(features, queues: [0, 1, 2])
        #expect(accepted(driver) == [true, false, false, false, true])
        func command(_ group: UInt8, _ number: UInt8, _ data: [UInt8]) { #expect(driver.command(group, number, data) == 0) }
        command(0, 1, [1])
        #expect(accepted(driver) == [true, false, true, true, true], "all multicast")
        command(0, 3, [1])
        #expect(accepted(driver) == [true, false, false, false, true], "no multicast is stronger, broadcast is none")
        command(0, 3, [0])
        command(0, 1, [0])
        command(0, 2, [1])
        #expect(accepted(driver) == [true, true, false, false, true], "all unicast")
        command(0, 4, [1])
        command(0, 5, [1])
        #expect(accepted(driver) == [false, false, false, false, false], "no unicast, no broadcast")
        command(0, 4, [0])
        command(0, 5, [0])
        command(0, 2, [0])
        // A table of one address and one group.
        command(1, 0, [1, 0, 0, 0, 2, 0, 0, 0, 0, 2, 1, 0, 0, 0, 1, 0, 0x5E, 0, 0, 2])
        #expect(accepted(driver) == [true, true, false, true, true])
        command(1, 0, [UInt8](repeating: 0, count: 8))
        #expect(accepted(driver) == [true, false, false, false, true])
        command(1, 1, [2, 0, 0, 0, 0, 2])
        #expect(accepted(driver) == [false, true, false, false, true], "another address of its own")
        let shown = try driver.transport.configuration(at: 0, count: 6)
        #expect(shown == [2, 0, 0, 0, 0, 2])
        #expect(driver.violations == [])
        #expect(driver.device.counters.filtered > 0)
    }

    @Test func promiscuousMeansAllAndEndsWithAReset() throws {
        let driver = try HandMadeDriver.started(Self.features, queues: [0, 1, 2])
        #expect(driver.command(0, 0, [1]) == 0)
        #expect(driver.device.control { $0.filter.modes } == .promiscuous)
        driver.device.attach(source: FrameList([testFrame(to: [2, 0, 0, 0, 0, 9]), testFrame(to: [1, 0, 0, 0, 0, 9])]))
        driver.arm(0)
        driver.arm(1)
        driver.device.step()
        #expect(driver.rings[0]!.takeUsed().count == 2)
        try driver.transport.reset()
        #expect(driver.device.control { $0.filter.modes } == [])
    }

    @Test func commandsThatAreWrong() throws {
        let table: [(VirtIO.Features, UInt8, UInt8, [UInt8], String, String)] = [
            ([], 0, 0, [1], "without CTRL_RX", "5.1.6.5.1.2"),
            ([], 0, 2, [1], "without CTRL_RX_EXTRA", "5.1.6.5.1.2"),
            ([], 1, 0, [0, 0, 0, 0, 0, 0, 0, 0], "without CTRL_RX", "5.1.6.5.2.2"),
            ([], 1, 1, [2, 0, 0, 0, 0, 2], "without CTRL_MAC_ADDR", "5.1.6.5.2"),
            ([], 4, 0, [1, 0], "without MQ", "5.1.6.5.6"),
            ([], 2, 0, [1, 0], "command 0 of class 2", "5.1.6.5"),
            (.controlReceive, 0, 0, [2], "receive mode 0", "5.1.6.5.1.1"),
            (.controlReceive, 0, 1, [], "receive mode 1", "5.1.6.5.1.1"),
            (.controlReceive, 0, 6, [1], "receive mode 6", "5.1.6.5.1"),
            (.controlReceive, 1, 0, [1, 0, 0, 0], "the MAC table", "5.1.6.5.2.2"),
            (.controlReceive, 1, 0, [0, 0, 0, 0, 0, 0, 0, 0, 0], "the MAC table", "5.1.6.5.2.2"),
            (.controlReceive, 1, 0, [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], "the MAC table", "5.1.6.5.2.2"),
            (.controlReceive, 1, 0, [1, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0], "the MAC table", "5.1.6.5.2.2"),
            (.controlMACAddress, 1, 1, [2, 0, 0, 0, 0], "the MAC address", "5.1.6.5.2"),
            (.controlMACAddress, 1, 1, [1, 0, 0, 0, 0, 2], "the MAC address", "5.1.6.5.2"),
        ]
        for (features, group, number, data, text, section) in table {
            let driver = try HandMadeDriver.started(features.union([.version1, .controlQueue]), queues: [0, 1, 2])
            let answer = driver.command(group, number, data)
            #expect(answer == 1, "\(text)")
            let found = driver.violations
            #expect(found.count == 1 && found[0].contains(text) && found[0].hasSuffix("§\(section))"), "\(found)")
        }
    }

    @Test func commandsThatAreNone() throws {
        let driver = try HandMadeDriver.started([.version1, .controlQueue], queues: [0, 1, 2])
        let memory = driver.memory
        // One byte; no room for an answer; outside of mapped memory.
        _ = driver.rings[2]!.give([
            .init(address: memory.buffer(0), count: 1), .init(address: memory.buffer(1), count: 1, flags: 2),
        ])
        _ = driver.rings[2]!.give([.init(address: memory.buffer(0), count: 1)])
        _ = driver.rings[2]!.give([.init(address: 0x1000, count: 3), .init(address: memory.buffer(1), count: 1, flags: 2)])
        _ = driver.rings[2]!.give([.init(address: memory.buffer(0), count: 1), .init(address: 0x1000, count: 1, flags: 2)])
        driver.device.step()
        #expect(driver.rings[2]!.takeUsed().map { $0[1] } == [1, 0, 1, 1])
        #expect(driver.device.violations.map(\.section) == [
            "5.1.6.5", "5.1.6.5", "5.1.6.5", "2.7.5", "5.1.6.5", "2.7.5",
        ])
    }

    @Test func legacyDevicesTakeCommandsInCertainDescriptors() throws {
        let driver = try HandMadeDriver.started([.controlQueue, .controlReceive], queues: [0, 1, 2]) {
            $0.isLegacy = true
            $0.queueSize = 16
        }
        #expect(driver.command(0, 0, [1]) == 0)
        #expect(driver.violations.count == 1 && driver.violations[0].hasSuffix("§5.1.6.6)"))
        let memory = driver.memory
        memory.put([0, 0], memory.buffer(0))
        memory.put([0], memory.buffer(1))
        _ = driver.rings[2]!.give([
            .init(address: memory.buffer(0), count: 2), .init(address: memory.buffer(1), count: 1),
            .init(address: memory.buffer(2), count: 1, flags: 2),
        ])
        driver.device.step()
        #expect(driver.rings[2]!.takeUsed().count == 1 && driver.violations.count == 1)
        #expect(driver.device.control { $0.filter.modes } == [])
    }

    // MARK: Queue pairs

    private func pairs(
        _ packed: Bool = false, queues: [Int] = [0, 1, 2, 3, 4], spreads: ModelVirtIO.Spread = .flow
    ) throws -> HandMadeDriver {
        var features: VirtIO.Features = [.version1, .controlQueue, .multiqueue]
        if packed { features.insert(.packedRing) }
        let driver = try HandMadeDriver.started(features, queues: queues) {
            $0.queuePairs = 2
            $0.spreads = spreads
        }
        driver.device.setLossless(true)
        return driver
    }

    /// A UDP frame of flow `number`.
    private func flow(_ number: UInt8) -> [UInt8] {
        var frame = testFrame(count: 60, fill: 0)
        frame.replaceSubrange(12..<14, with: [8, 0])
        frame.replaceSubrange(14..<24, with: [0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17])
        frame.replaceSubrange(26..<38, with: [10, 0, 0, number, 10, 0, 0, 1, 0, number, 0, 9])
        return frame
    }

    @Test(arguments: [false, true]) func flowsStayInTheirQueues(isPacked: Bool) throws {
        let driver = try pairs(isPacked)
        let frames = [1, 4, 16, 64].map { flow($0) }
        func receive() -> [Int] {
            for buffer in 0..<8 {
                driver.arm(buffer, queue: 0)
                driver.arm(buffer, queue: 2)
            }
            driver.device.attach(source: FrameList(frames, rounds: 2))
            driver.device.step()
            #expect(driver.device.pending == 0)
            return [driver.rings[0]!.takeUsed().count, driver.rings[2]!.takeUsed().count]
        }
        driver.device.attach(source: FrameList(frames, rounds: 2))
        for buffer in 0..<8 { driver.arm(buffer, queue: 0) }
        driver.device.step()
        #expect(driver.rings[0]!.takeUsed().count == 8, "one pair until the driver asks for more")
        #expect(driver.command(4, 0, [2, 0], queue: 4) == 0)
        let counts = receive()
        #expect(counts[0] + counts[1] == 8 && counts[0] > 0 && counts[1] > 0)
        #expect(counts[0] % 2 == 0, "both frames of a flow are in the same queue")
        driver.send(testFrame(), queue: 3)
        driver.device.step()
        #expect(driver.sink.count == 1)
        #expect(driver.violations == [])
    }

    @Test func framesMayAlsoBeSpreadInTurn() throws {
        let driver = try pairs(spreads: .frame)
        #expect(driver.command(4, 0, [2, 0], queue: 4) == 0)
        for buffer in 0..<3 {
            driver.arm(buffer, queue: 0)
            driver.arm(8 + buffer, queue: 2)
        }
        driver.device.attach(source: FrameList((0..<6).map { testFrame(fill: $0) }))
        driver.device.step()
        #expect(driver.rings[0]!.takeUsed().count == 3 && driver.rings[2]!.takeUsed().count == 3)
    }

    @Test(arguments: [0, 3]) func numbersOfPairsThatCannotBe(count: UInt8) throws {
        let driver = try pairs()
        #expect(driver.command(4, 0, [count, 0], queue: 4) == 1)
        #expect(driver.violations == ["control queue: \(count) queue pairs of 2 (VirtIO 1.2 §5.1.6.5.6.1)"])
    }

    @Test func pairsThatAreNotSetUp() throws {
        let driver = try pairs(queues: [0, 1, 4])
        #expect(driver.command(4, 0, [2, 0], queue: 4) == 1)
        #expect(driver.device.violations.map(\.section) == ["5.1.6.5.6.1"])
    }

    @Test(arguments: [false, true]) func aFrameOnAQueueThatIsOff(isPacked: Bool) throws {
        let driver = try pairs(isPacked)
        driver.send(testFrame(), queue: 3)
        for _ in 0..<3 { driver.device.step() }
        #expect(driver.sink.count == 0)
        #expect(driver.violations == ["queue 3: a frame to send on a queue that is off (VirtIO 1.2 §5.1.6.5.6.1)"])
    }
}
