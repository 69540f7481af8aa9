import Ixy
import IxyHardware
import Testing

@testable import IxyModels

/// Frames through a modelled VirtIO device, both layouts, to a driver written by hand.
@Suite struct VirtIOTrafficTests {
    typealias Element = HandMadePackedRing.Element
    static let layouts: [VirtIO.Features] = [.version1, [.version1, .packedRing]]

    @Test(arguments: layouts) func aFrameArrivesBehindAHeader(features: VirtIO.Features) throws {
        let driver = try HandMadeDriver.started(features)
        let frames = [testFrame(fill: 1), testFrame(count: 1514, fill: 2)]
        driver.device.attach(source: FrameList(frames))
        let ids = [driver.arm(0), driver.arm(1)]
        let moved = driver.device.step()
        #expect(moved == 2)
        #expect(driver.rings[0]!.takeUsed() == [[ids[0], 72], [ids[1], 1526]])
        let header: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]
        #expect(driver.received(0, 72) == header + frames[0])
        #expect(driver.received(1, 1526) == header + frames[1])
        #expect(driver.device.counters.delivered == 2)
        #expect(driver.violations == [])
    }

    @Test(arguments: layouts) func framesAreSentInOrder(features: VirtIO.Features) throws {
        let driver = try HandMadeDriver.started(features)
        var expected: [[UInt8]] = []
        for round in 0..<40 {
            let frames = (0..<4).map { testFrame(count: 60 + round * 20 + $0, fill: UInt8(round)) }
            for (number, frame) in frames.enumerated() { driver.send(frame, buffer: number) }
            expected += frames
            driver.device.step()
            #expect(driver.rings[1]!.takeUsed().map { $0[1] } == [0, 0, 0, 0])
        }
        #expect(driver.sink.frames == expected)
        #expect(driver.device.counters.sent == 160)
        #expect(driver.violations == [])
    }

    @Test(arguments: layouts) func aFrameToSendMayLieInManyPieces(features: VirtIO.Features) throws {
        let driver = try HandMadeDriver.started(features)
        let frame = testFrame(count: 300)
        // The header in two pieces, the second one with the frame's beginning.
        driver.memory.put([UInt8](repeating: 0, count: 5), driver.memory.buffer(0))
        driver.memory.put([UInt8](repeating: 0, count: 7) + frame[..<10], driver.memory.buffer(1))
        driver.memory.put(Array(frame[10...]), driver.memory.buffer(2))
        _ = driver.rings[1]!.give([
            Element(address: driver.memory.buffer(0), count: 5), Element(address: driver.memory.buffer(1), count: 17),
            Element(address: driver.memory.buffer(2), count: 290),
        ])
        driver.device.step()
        #expect(driver.sink.frames == [frame])
        #expect(driver.violations == [])
    }

    @Test func theShortHeaderOfLegacyDevices() throws {
        let driver = try HandMadeDriver.started([.anyLayout], offered: [.anyLayout, .version1, .packedRing]) {
            $0.isLegacy = true
            $0.queueSize = 16
        }
        let offered = try driver.transport.offeredFeatures()
        #expect(offered == .anyLayout)
        let frame = testFrame()
        driver.device.attach(source: FrameList([frame]))
        driver.arm(0)
        driver.send(frame)
        driver.device.step()
        #expect(driver.received(0, 70) == [UInt8](repeating: 0, count: 10) + frame)
        #expect(driver.sink.frames == [frame])
        #expect(driver.violations == [])
    }

    @Test func legacyDevicesWithoutAnyLayoutWantTheHeaderAlone() throws {
        let driver = try HandMadeDriver.started([], offered: []) {
            $0.isLegacy = true
            $0.queueSize = 16
        }
        let frame = testFrame()
        driver.device.attach(source: FrameList([frame]))
        let memory = driver.memory
        _ = driver.rings[0]!.give([
            Element(address: memory.buffer(0), count: 10, flags: 2), Element(address: memory.buffer(1), count: 1514, flags: 2),
        ])
        memory.put(frame, memory.buffer(3))
        _ = driver.rings[1]!.give([
            Element(address: memory.buffer(2), count: 10), Element(address: memory.buffer(3), count: 60),
        ])
        driver.device.step()
        #expect(driver.received(1, 60) == frame)
        #expect(driver.sink.frames == [frame])
        #expect(driver.violations == [])
        driver.send(frame)
        driver.device.step()
        #expect(driver.sink.frames == [frame, frame], "understood all the same")
        #expect(driver.violations == [
            "queue 1: the header to send is not in a descriptor of its own (VirtIO 1.2 §5.1.6.6)"
        ])
    }

    // MARK: Buffers

    @Test(arguments: layouts) func aFrameIsSpreadOverBuffersIfTheyMerge(features: VirtIO.Features) throws {
        let driver = try HandMadeDriver.started(features.union(.mergeableBuffers))
        let frames = [testFrame(count: 1500), testFrame(count: 100)]
        driver.device.attach(source: FrameList(frames))
        for buffer in 0..<4 { driver.arm(buffer, 600) }
        driver.device.step()
        #expect(driver.rings[0]!.takeUsed().map { $0[1] } == [600, 600, 312, 112])
        let whole = driver.received(0, 600) + driver.received(1, 600) + driver.received(2, 312)
        #expect(whole == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0] + frames[0])
        #expect(driver.received(3, 112) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0] + frames[1])
        #expect(driver.violations == [])
    }

    @Test(arguments: layouts) func aFrameThatLacksBuffersWaitsOrIsDroppedWhole(features: VirtIO.Features) throws {
        for isLossless in [true, false] {
            let driver = try HandMadeDriver.started(features.union(.mergeableBuffers))
            driver.device.setLossless(isLossless)
            let frames = [testFrame(count: 1500), testFrame(count: 80)]
            driver.device.attach(source: FrameList(frames))
            driver.arm(0, 600)
            driver.arm(1, 600)
            driver.device.step()
            if isLossless {
                #expect(driver.device.pending == 2 && driver.rings[0]!.takeUsed() == [])
            } else {
                // The small one fits in what there is.
                #expect(driver.device.counters.dropped == 1 && driver.rings[0]!.takeUsed().map { $0[1] } == [92])
            }
            driver.arm(2, 600)
            driver.device.step()
            if isLossless { #expect(driver.rings[0]!.takeUsed().map { $0[1] } == [600, 600, 312]) }
            #expect(driver.violations == [])
        }
    }

    @Test(arguments: layouts) func aFrameThatNoBufferIsLargeEnoughForLeavesTheBufferThere(
        features: VirtIO.Features
    ) throws {
        let driver = try HandMadeDriver.started(features)
        driver.device.setLossless(true)
        driver.device.attach(source: FrameList([testFrame(count: 700), testFrame(count: 100)]))
        driver.arm(0, 600)
        driver.device.step()
        #expect(driver.device.counters.tooLong == 1)
        #expect(driver.rings[0]!.takeUsed().map { $0[1] } == [112])
        #expect(driver.violations == [])
    }

    @Test(arguments: layouts) func aFrameLongerThanTheMTUIsNotDelivered(features: VirtIO.Features) throws {
        let driver = try HandMadeDriver.started(features.union(.mtu)) { $0.mtu = 1000 }
        driver.device.attach(source: FrameList([testFrame(count: 1019), testFrame(count: 1018)]))
        driver.arm(0)
        driver.device.step()
        #expect(driver.device.counters.tooLong == 1)
        #expect(driver.rings[0]!.takeUsed().map { $0[1] } == [1030])
    }

    @Test(arguments: layouts) func buffersOfSeveralSegmentsAreFilledInTurn(features: VirtIO.Features) throws {
        let driver = try HandMadeDriver.started(features)
        let frame = testFrame(count: 200)
        driver.device.attach(source: FrameList([frame]))
        _ = driver.rings[0]!.give((0..<3).map {
            Element(address: driver.memory.buffer($0), count: [10, 100, 500][$0], flags: 2)
        })
        driver.device.step()
        let bytes = driver.received(0, 10) + driver.received(1, 100) + driver.received(2, 102)
        #expect(bytes == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0] + frame)
        #expect(driver.rings[0]!.takeUsed().map { $0[1] } == [212])
    }

    @Test(arguments: layouts) func buffersComeBackInAnotherOrderAndFramesDoNot(features: VirtIO.Features) throws {
        let driver = try HandMadeDriver.started(features) { $0.isScrambled = true }
        let frames = (0..<3).map { testFrame(fill: UInt8($0)) }
        driver.device.attach(source: FrameList(frames))
        let armed = (0..<3).map { driver.arm($0) }
        let sent = frames.enumerated().map { driver.send($1, buffer: 4 + $0) }
        driver.device.step()
        let used = driver.rings[0]!.takeUsed().map { $0[0] }
        #expect(used == armed.reversed())
        #expect(used.map { Array(driver.received(armed.firstIndex(of: $0)!, 72).dropFirst(12)) } == frames)
        #expect(driver.rings[1]!.takeUsed().map { $0[0] } == sent.reversed())
        #expect(driver.sink.frames == frames)
        #expect(driver.violations == [])
    }

    @Test(arguments: layouts) func inOrderABatchIsOneUsedEntry(features: VirtIO.Features) throws {
        let driver = try HandMadeDriver.started(features.union(.inOrder))
        let ids = (0..<3).map { driver.send(testFrame(fill: UInt8($0)), buffer: $0) }
        driver.device.step()
        if let ring = driver.rings[1] as? HandMadeSplitRing {
            #expect(ring.usedIndex == 3 && ring.used(0) == [UInt32(ids[2]), 0] && ring.used(1) == [0, 0])
        } else if let ring = driver.rings[1] as? HandMadePackedRing {
            #expect(ring.descriptor(0)[1] == ids[2] && ring.descriptor(0)[2] & 0x8080 == 0x8080)
            #expect(ring.descriptor(1)[2] & 0x8080 == 0x80, "not used by itself")
        }
        #expect(driver.sink.count == 3)
        #expect(driver.violations == [])
    }

    @Test func batchesInOrderGoAroundAPackedRing() throws {
        let driver = try HandMadeDriver.started([.version1, .packedRing, .inOrder])
        let ring = driver.rings[1] as! HandMadePackedRing
        var slot = 0, marks = 0x8080
        for round in 0..<20 {
            let ids = (0..<3).map { driver.send(testFrame(fill: UInt8(round * 3 + $0)), buffer: $0) }
            driver.device.step()
            #expect(ring.descriptor(slot) == [0, ids[2], marks], "round \(round)")
            slot += 3
            if slot >= 8 {
                slot -= 8
                marks = 0x8080 - marks
            }
        }
        #expect(driver.sink.frames == (0..<60).map { testFrame(fill: UInt8($0)) })
        #expect(driver.violations == [])
    }

    /// Short frames move in runs, others one by one; what a driver sees must not depend on it.
    @Test(arguments: layouts, [false, true]) func framesOfAllSizesMixed(
        features: VirtIO.Features, isMergeable: Bool
    ) throws {
        let driver = try HandMadeDriver.started(isMergeable ? features.union(.mergeableBuffers) : features)
        driver.device.setLossless(true)
        var random = RandomNumbers(seed: 7)
        var sent: [[UInt8]] = [], received: [[UInt8]] = [], expected: [[UInt8]] = []
        for round in 0..<200 {
            // Mostly the same size, so that runs begin and end anywhere in the ring.
            func frame() -> [UInt8] {
                testFrame(count: [60, 60, 60, 64, 65, 100, 1000].randomElement(using: &random)!, fill: UInt8(round))
            }
            let count = Int.random(in: 1...8, using: &random)
            let incoming = (0..<count).map { _ in frame() }, outgoing = (0..<count).map { _ in frame() }
            driver.device.attach(source: FrameList(incoming))
            for buffer in 0..<count { driver.arm(buffer) }
            for (buffer, frame) in outgoing.enumerated() { driver.send(frame, buffer: 8 + buffer) }
            driver.device.step()
            expected += incoming
            sent += outgoing
            let used = driver.rings[0]!.takeUsed()
            #expect(used.count == count)
            for (buffer, entry) in used.enumerated() {
                let bytes = driver.received(buffer, entry[1])
                #expect(Array(bytes.prefix(12)) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0])
                received.append(Array(bytes.dropFirst(12)))
            }
            #expect(driver.rings[1]!.takeUsed().map { $0[1] } == [Int](repeating: 0, count: count))
        }
        #expect(received == expected)
        #expect(driver.sink.frames == sent)
        #expect(driver.violations == [])
    }

    // MARK: Link and interrupts

    @Test func withoutACableFramesWaitAndThoseSentAreLost() throws {
        let driver = try HandMadeDriver.started([.version1, .status])
        let before = try driver.transport.configuration(at: 6, count: 2)
        driver.device.setConnected(false)
        driver.device.attach(source: FrameList([testFrame()]))
        driver.arm(0)
        driver.send(testFrame())
        driver.device.step()
        #expect(driver.rings[0]!.takeUsed() == [])
        #expect(driver.rings[1]!.takeUsed().count == 1 && driver.sink.count == 0)
        let during = try driver.transport.configuration(at: 6, count: 2)
        driver.device.setConnected(true)
        driver.device.step()
        #expect(driver.rings[0]!.takeUsed().count == 1)
        let after = try driver.transport.configuration(at: 6, count: 2)
        #expect([before, during, after] == [[1, 0], [0, 0], [1, 0]])
        #expect(driver.device.counters.configurationChanges == 2)
    }

    @Test(arguments: layouts) func theDriverIsInterruptedIfItWantsThat(features: VirtIO.Features) throws {
        let driver = try HandMadeDriver.started(features)
        let events = try [0, 1].map { EventFile(adopting: try driver.transport.interrupt($0)!) }
        driver.arm(0)
        driver.device.attach(source: FrameList([testFrame(), testFrame()]))
        driver.device.setLossless(true)
        driver.device.step()
        #expect(events.map { $0.take() } == [1, 0])
        // Now it does not.
        (driver.rings[0] as? HandMadeSplitRing)?.flags = 1
        (driver.rings[0] as? HandMadePackedRing)?.setEvents(1)
        driver.arm(1)
        driver.device.step()
        #expect(driver.rings[0]!.takeUsed().count == 2)
        #expect(events.map { $0.take() } == [0, 0])
        #expect(driver.device.counters.interrupts == 1)
    }

    // MARK: Notifications

    @Test(arguments: layouts) func aPollingDeviceWantsNoNotifications(features: VirtIO.Features) throws {
        let driver = try HandMadeDriver.started(features)
        for queue in [0, 1] {
            if let ring = driver.rings[queue] as? HandMadeSplitRing { #expect(ring.usedFlags == 1) }
            if let ring = driver.rings[queue] as? HandMadePackedRing { #expect(ring.deviceEvents[2] == 1) }
        }
        let notifier = try driver.transport.notifier(1)
        driver.send(testFrame())
        notifier.notify()
        driver.device.step()
        #expect(driver.sink.count == 1)
        let counters = driver.device.counters
        #expect(counters.notifications == 1 && counters.needlessNotifications == 1)
    }

    @Test(arguments: layouts, [true, false]) func aWaitingDeviceMovesWhenItIsNotified(
        features: VirtIO.Features, usesEvents: Bool
    ) throws {
        let driver = try HandMadeDriver.started(usesEvents ? features.union(.eventIndex) : features) {
            $0.waitsForKicks = true
        }
        driver.device.setLossless(true)
        driver.device.attach(source: FrameList((0..<3).map { testFrame(fill: $0) }))
        let notifiers = RingBells(try driver.transport.notifier(0), try driver.transport.notifier(1))
        // It looks once by itself, as a device does that has just been started.
        driver.device.step()
        driver.arm(0)
        driver.send(testFrame())
        driver.device.step()
        #expect(driver.rings[0]!.takeUsed() == [] && driver.sink.count == 0, "not notified")
        notifiers.ring()
        driver.device.step()
        #expect(driver.rings[0]!.takeUsed().count == 1 && driver.sink.count == 1)
        driver.device.step()
        driver.arm(1)
        driver.send(testFrame())
        notifiers.ring()
        driver.device.step()
        #expect(driver.rings[0]!.takeUsed().count == 1 && driver.sink.count == 2)
        let counters = driver.device.counters
        #expect(counters.notifications == 4 && counters.needlessNotifications == 0)
        #expect(driver.violations == [])
    }

    @Test(arguments: layouts) func aLookAtTheCountersSwallowsNoNotification(features: VirtIO.Features) throws {
        let driver = try HandMadeDriver.started(features) { $0.waitsForKicks = true }
        let notifiers = RingBells(try driver.transport.notifier(0), try driver.transport.notifier(1))
        driver.device.step()
        for sent in 1...3 {
            driver.send(testFrame())
            notifiers.ring()
            #expect(driver.device.counters.notifications == sent * 2)
            #expect(driver.device.counters.notifications == sent * 2, "each is counted once")
            driver.device.step()
            #expect(driver.sink.count == sent && driver.rings[1]!.takeUsed().count == 1)
            driver.device.step()
        }
        #expect(driver.violations == [])
    }
}

/// Both bells of a queue pair.
final class RingBells {
    private let receive: Notifier
    private let transmit: Notifier

    init(_ receive: consuming Notifier, _ transmit: consuming Notifier) {
        self.receive = receive
        self.transmit = transmit
    }

    func ring() {
        receive.notify()
        transmit.notify()
    }
}
