import Ixy
import IxyHardware
import Testing

@testable import IxyModels

/// The model as a vhost-user back-end uses it: queues that start and stop one by one, with no status and no commands.
@Suite struct ServedVirtIOTests {
    static let layouts: [VirtIO.Features] = [.version1, [.version1, .packedRing]]

    private func vring(
        _ driver: HandMadeDriver, _ index: Int, at position: VringPosition? = nil, call: EventFile? = nil
    ) -> Vring {
        Vring(
            index: index, layout: driver.rings[index]!.layout, features: driver.features,
            position: position ?? .start(isPacked: driver.features.contains(.packedRing)), kick: nil, call: call)
    }

    @Test(arguments: layouts) func queuesStartAndStopOneByOneAndGoOnWhereTheyWere(features: VirtIO.Features) throws {
        let driver = try HandMadeDriver(features)
        let device = driver.device
        device.setLossless(true)
        // Any address: nobody could ask for more than the device's own.
        let frames = (0..<6).map { testFrame(to: [2, 0, 0, 0, 0, 9], fill: $0) }
        device.attach(source: FrameList(frames))
        let call = try EventFile()
        device.start(vring(driver, 1))
        driver.send(testFrame(), buffer: 8)
        device.step()
        #expect(driver.sink.count == 1, "one queue works without the other")
        device.start(vring(driver, 0, call: call))
        for buffer in 0..<3 { driver.arm(buffer) }
        device.step()
        #expect(driver.rings[0]!.takeUsed().count == 3)
        #expect(call.take() == 1)

        let position = device.stop(0)
        let isPacked = features.contains(.packedRing)
        #expect(position == (isPacked
            ? VringPosition(available: 1 << 15 | 3, used: 1 << 15 | 3) : VringPosition(available: 3, used: 3)))
        for buffer in 3..<6 { driver.arm(buffer) }
        device.step()
        #expect(driver.rings[0]!.takeUsed() == [])
        device.start(vring(driver, 0, at: position))
        device.step()
        #expect(driver.rings[0]!.takeUsed().count == 3)
        #expect((0..<6).map { Array(driver.received($0, 72).dropFirst(12)) } == frames)
        #expect(driver.violations == [])
        #expect(device.stop(7) == .start(isPacked: isPacked), "a queue that never was")
    }

    @Test(arguments: layouts) func buffersThatWereTakenAndNotUsedAreLeftInTheQueue(features: VirtIO.Features) throws {
        let driver = try HandMadeDriver(features.union(.mergeableBuffers))
        driver.device.setLossless(true)
        driver.device.attach(source: FrameList([testFrame(count: 1400)]))
        driver.device.start(vring(driver, 0))
        driver.arm(0, 600)
        driver.arm(1, 600)
        driver.device.step()
        let position = driver.device.stop(0)
        #expect(position == .start(isPacked: features.contains(.packedRing)))
        driver.arm(2, 600)
        driver.device.start(vring(driver, 0, at: position))
        driver.device.step()
        #expect(driver.rings[0]!.takeUsed().map { $0[1] } == [600, 600, 212])
        #expect(driver.violations == [])
    }

    @Test func aRingThatMakesNoSenseStopsItsQueueOnly() throws {
        let driver = try HandMadeDriver()
        driver.device.start(vring(driver, 0))
        driver.device.start(vring(driver, 1))
        (driver.rings[0] as? HandMadeSplitRing)?.setIndex(100)
        driver.device.attach(source: FrameList([testFrame()]))
        driver.send(testFrame())
        driver.device.step()
        driver.send(testFrame())
        driver.device.step()
        #expect(driver.sink.count == 2)
        #expect(driver.device.violations.map(\.section) == ["2.7.13.3"])
    }

    @Test func severalPairsAreUsedOnceBothOfTheirQueuesAreThere() throws {
        let driver = try HandMadeDriver([.version1, .multiqueue], queues: [0, 1, 2, 3]) {
            $0.queuePairs = 2
            $0.spreads = .frame
        }
        for index in 0..<3 { driver.device.start(vring(driver, index)) }
        func receive() -> [Int] {
            driver.arm(0, queue: 0)
            driver.arm(1, queue: 2)
            driver.device.attach(source: FrameList([testFrame(), testFrame()]))
            driver.device.step()
            return [driver.rings[0]!.takeUsed().count, driver.rings[2]!.takeUsed().count]
        }
        #expect(receive() == [1, 0])
        driver.device.start(vring(driver, 3))
        #expect(receive() == [1, 1])
        driver.send(testFrame(), queue: 3)
        driver.device.step()
        #expect(driver.sink.count == 1)
    }
}
