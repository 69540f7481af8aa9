import Ixy
import IxyHardware
import Testing

@testable import IxyModels

/// That a lying device tells the lies that it is asked for, and nothing but the truth before.
@Suite struct LiesTests {
    static let layouts: [VirtIO.Features] = [.version1, [.version1, .packedRing]]

    /// A driver of a device that has delivered one frame of 60 bytes with such a lie, after an honest one.
    private func lied(_ kind: Lies.Kind, _ features: VirtIO.Features, seed: UInt64 = 1) throws -> HandMadeDriver {
        let driver = try HandMadeDriver.started(features)
        var lies = Lies([kind])
        lies.after = 2
        lies.seed = seed
        driver.device.tell(lies)
        driver.device.attach(source: FrameList([testFrame()], rounds: 2))
        driver.device.setLossless(true)
        driver.arm(0)
        driver.device.step()
        #expect(driver.rings[0]!.takeUsed() == [[0, 72]], "honest at first")
        driver.arm(1)
        driver.device.step()
        #expect(driver.device.counters.lies == 1)
        #expect(driver.violations == [])
        return driver
    }

    /// Id and length of the second used entry, as it stands in the ring.
    private func entry(_ driver: HandMadeDriver) -> [Int] {
        if let ring = driver.rings[0] as? HandMadeSplitRing { return ring.used(1).map { Int($0) } }
        return Array((driver.rings[0] as! HandMadePackedRing).descriptor(1).prefix(2).reversed())
    }

    @Test(arguments: layouts) func lengths(features: VirtIO.Features) throws {
        #expect(entry(try lied(.lengthZero, features)) == [1, 0])
        let short = entry(try lied(.lengthShort, features))
        #expect(short[0] == 1 && (1..<12).contains(short[1]))
        let long = entry(try lied(.lengthLong, features))
        #expect(long[0] == 1 && long[1] > 72)
        #expect(entry(try lied(.lengthHuge, features)) == [1, 0xFFFF_FFFF])
    }

    @Test(arguments: layouts) func ids(features: VirtIO.Features) throws {
        for seed: UInt64 in 1...8 {
            let far = entry(try lied(.idOutOfRange, features, seed: seed))
            #expect(far[0] >= 8 && far[1] == 72)
        }
        let others = Set(try (1...8).map { entry(try lied(.idOfAnother, features, seed: $0))[0] })
        #expect(others.count > 2 && others.allSatisfy { $0 < 8 })
    }

    @Test(arguments: layouts) func theSameBufferTwice(features: VirtIO.Features) throws {
        for seed: UInt64 in 1...4 {
            let driver = try HandMadeDriver.started(features)
            var lies = Lies([.idTwice])
            lies.seed = seed
            driver.device.tell(lies)
            driver.device.attach(source: FrameList([testFrame()], rounds: 2))
            driver.arm(0)
            driver.arm(1)
            driver.device.step()
            let ids = driver.rings[0]!.takeUsed().map { $0[0] }
            #expect(ids == [0, 0] || ids == [1, 1])
        }
    }

    @Test func splitIndexes() throws {
        let forward = try lied(.indexJumps, .version1).rings[0] as! HandMadeSplitRing
        #expect(forward.usedIndex == 5002)
        let back = try lied(.indexGoesBack, .version1).rings[0] as! HandMadeSplitRing
        #expect(Int16(bitPattern: back.usedIndex) < 1)
        let flags = try lied(.flagsWrong, .version1).rings[0] as! HandMadeSplitRing
        #expect(flags.usedFlags > 1)
    }

    @Test func packedFlags() throws {
        let jump = try lied(.indexJumps, [.version1, .packedRing]).rings[0] as! HandMadePackedRing
        #expect((2..<8).allSatisfy { jump.descriptor($0)[2] & 0x8080 == 0x8080 }, "used, though never given")
        let back = try lied(.indexGoesBack, [.version1, .packedRing]).rings[0] as! HandMadePackedRing
        #expect(back.descriptor(0)[2] & 0x8080 == 0x80, "given, though it was used")
        let wraps = Set(try (1...8).map { seed in
            (try lied(.wrapWrong, [.version1, .packedRing], seed: seed).rings[0] as! HandMadePackedRing).descriptor(1)[2]
        })
        #expect(wraps == [0, 0x8080])
        let flags = Set(try (1...8).map { seed in
            (try lied(.flagsWrong, [.version1, .packedRing], seed: seed).rings[0] as! HandMadePackedRing).descriptor(1)[2]
        })
        #expect(flags.count == 8)
    }

    @Test(arguments: layouts) func headers(features: VirtIO.Features) throws {
        #expect(try lied(.bufferCountZero, features).received(1, 12).suffix(2) == [0, 0])
        #expect(try lied(.bufferCountHuge, features).received(1, 12).suffix(2) == [0xFF, 0xFF])
        let many = try lied(.bufferCountTooLarge, features).received(1, 12)
        #expect((2...9).contains(many[10]) && many[11] == 0)
        let noise = try lied(.headerNoise, features).received(1, 12)
        #expect(Set(noise.prefix(10)).count > 5)
    }

    @Test(arguments: layouts) func scribbles(features: VirtIO.Features) throws {
        func ring(_ driver: HandMadeDriver) -> [UInt8] {
            let layout = driver.rings[0]!.layout
            return driver.memory.bytes(layout.descriptors, 128) + driver.memory.bytes(layout.driverArea, 4)
        }
        let honest = try HandMadeDriver.started(features)
        honest.device.attach(source: FrameList([testFrame()], rounds: 2))
        honest.arm(0)
        honest.device.step()
        honest.arm(1)
        honest.device.step()
        for kind: Lies.Kind in [.descriptorsScribbled, .availableScribbled] {
            // Few words are hit, and some to no effect.
            let changed = try (1...8).filter { seed in ring(try lied(kind, features, seed: seed)) != ring(honest) }
            #expect(changed.count > 1, "\(kind)")
        }
    }

    @Test(arguments: layouts) func whenToNotify(features: VirtIO.Features) throws {
        func event(_ driver: HandMadeDriver) -> [UInt16] {
            if let ring = driver.rings[0] as? HandMadeSplitRing { return [ring.availableEvent] }
            return (driver.rings[0] as! HandMadePackedRing).deviceEvents
        }
        let events = Set(try (1...8).map { event(try lied(.eventsScribbled, features, seed: $0)) })
        #expect(events.count > 4)
    }

    @Test(arguments: layouts) func aDeviceGoesDeaf(features: VirtIO.Features) throws {
        let driver = try HandMadeDriver.started(features)
        var lies = Lies([.deaf])
        lies.after = 1
        driver.device.tell(lies)
        driver.send(testFrame())
        driver.device.step()
        #expect(driver.sink.count == 1)
        driver.send(testFrame())
        driver.device.step()
        #expect(driver.sink.count == 1)
        driver.device.tell(nil)
        driver.device.step()
        #expect(driver.sink.count == 2)
    }

    @Test func oneOfSoManyBurstsAndNoMoreThanSoMany() throws {
        let driver = try HandMadeDriver.started()
        var lies = Lies([.lengthZero])
        lies.every = 3
        lies.limit = 2
        driver.device.tell(lies)
        var lengths: [Int] = []
        for round in 0..<12 {
            driver.device.attach(source: FrameList([testFrame()]))
            driver.arm(round % 8)
            driver.device.step()
            lengths += driver.rings[0]!.takeUsed().map { $0[1] }
        }
        #expect(lengths == [72, 72, 0, 72, 72, 0, 72, 72, 72, 72, 72, 72])
    }

    @Test func whatTheControlSideSays() throws {
        let features: VirtIO.Features = [.version1, .controlQueue, .multiqueue, .mtu, .macAddress]
        func told(_ kind: Lies.Kind) throws -> HandMadeDriver {
            let driver = try HandMadeDriver(features)
            driver.device.tell(Lies([kind]))
            return driver
        }
        func bytes(_ kind: Lies.Kind, _ range: Range<Int>) throws -> [UInt8]? {
            try told(kind).transport.configuration(at: range.lowerBound, count: range.count)
        }
        #expect(try bytes(.groupAddress, 0..<6) == [0xFF, 0, 0, 0, 0, 1])
        #expect(try bytes(.queuePairsZero, 8..<10) == [0, 0])
        #expect(try bytes(.queuePairsHuge, 8..<10) == [0xFF, 0xFF])
        #expect(try bytes(.mtuZero, 10..<12) == [0, 0])
        #expect(try bytes(.mtuHuge, 10..<12) == [0xFF, 0xFF])
        #expect(try bytes(.configurationNoise, 0..<6) != [2, 0, 0, 0, 0, 1])
        #expect(try told(.queueSizeZero).transport.largestQueue(0) == 0)
        #expect(try told(.queueSizeOdd).transport.largestQueue(0) == 257)
        #expect(try told(.queueSizeHuge).transport.largestQueue(0) == 65535)
        #expect(try told(.featuresUnknown).transport.offeredFeatures().rawValue == .max)
        let changing = try told(.featuresChange)
        let offers = Set(try (0..<4).map { _ in try changing.transport.offeredFeatures() })
        #expect(offers.count == 4)
        #expect(throws: IxyError.self) { try told(.configurationUnsettled).transport.configuration(at: 0, count: 6) }
        #expect(throws: IxyError.self) { try told(.resetNeverEnds).transport.reset() }
        let refusing = try told(.featuresNotOK)
        try refusing.start()
        #expect(try refusing.transport.status() == [.acknowledge, .driver, .driverOK])
        let broken = try told(.needsReset)
        try broken.start()
        #expect(try broken.transport.status().contains(.needsReset))
    }

    @Test(arguments: layouts) func commands(features: VirtIO.Features) throws {
        for (kind, answer) in [(Lies.Kind.commandsRefused, 1), (.commandsMumbled, 0xAA), (.commandsIgnored, nil)] {
            let driver = try HandMadeDriver.started(features.union([.controlQueue, .controlReceive]), queues: [0, 1, 2])
            #expect(driver.command(0, 0, [1]) == 0)
            driver.device.tell(Lies([kind]))
            #expect(driver.command(0, 0, [0]) == answer.map { UInt8($0) })
        }
    }

    /// Whatever the lie, the device itself does not fail, and its own record stays honest.
    @Test(arguments: layouts, [1, 2, 3]) func noLieHurtsTheLiar(features: VirtIO.Features, seed: UInt64) throws {
        let driver = try HandMadeDriver.started(features.union(.mergeableBuffers))
        var lies = Lies(Lies.Kind.aboutQueues)
        lies.seed = seed
        driver.device.tell(lies)
        for _ in 0..<300 {
            driver.device.attach(source: FrameList([testFrame(count: 900)]))
            driver.arm(0, 600)
            driver.arm(1, 600)
            driver.send(testFrame())
            driver.device.step()
            // A driver that begins anew whenever it finds something wrong.
            try driver.restart()
        }
        #expect(driver.device.counters.lies >= 300)
    }
}
