import Ixy
import IxyHardware
import IxyModels
import Testing

@Suite struct TrafficTests {
    /// Forwards all that `source` has from left to right, in one thread.
    private func forward(
        _ count: UInt64, batchSize: Int, settings: DeviceSettings, touch: Bool = false
    ) throws -> (sink: SequenceSink, violations: [Violation], reads: Int) {
        let pair = try ModelPair()
        let sink = SequenceSink()
        pair.left.attach(source: SequenceSource(count: count))
        pair.left.setLossless(true)
        pair.right.attach(sink: sink)
        var left = try Device.open(pair.left, address: "left", settings: settings)
        var right = try Device.open(pair.right, address: "right", settings: settings)
        let reads = pair.left.registerReads + pair.right.registerReads
        var batch = PacketBatch(capacity: batchSize)
        var idle = 0
        while sink.received < count, idle < 1000 {
            pair.step()
            if left.receive(into: &batch) == 0 { idle += 1 } else { idle = 0 }
            if touch { batch.forEach { $0[48] &+= 1 } }
            while !batch.isEmpty {
                right.transmit(&batch)
                pair.step()
            }
        }
        let hotReads = pair.left.registerReads + pair.right.registerReads - reads
        let statistics = (left.driver.statistics(), right.driver.statistics())
        #expect(statistics.0.receivedPackets == count)
        #expect(statistics.1.sentPackets == count)
        #expect(statistics.0.receiveQueues[0].packets == count)
        try left.stop()
        try right.stop()
        return (sink, pair.violations, hotReads)
    }

    @Test(arguments: [1, 3, 32, 256], [64, 512])
    func forwardsAllInOrderAndReadsNoRegister(batch: Int, ring: Int) throws {
        let result = try forward(5000, batchSize: batch, settings: settings(ring: ring))
        #expect(result.sink.received == 5000)
        #expect(result.sink.outOfOrder == 0)
        #expect(result.violations == [])
        #expect(result.reads == 0)
    }

    /// The device is told of free descriptors, and asked what it has sent, for many packets at once. A frame waits for no
    /// other all the same, and a queue that is idle gives back all that it holds.
    @Test(arguments: [64, 512])
    func loneFramesGoThroughAtOnceAndTheirBuffersComeBack(ring: Int) throws {
        let pair = try ModelPair()
        let sink = SequenceSink()
        pair.right.attach(sink: sink)
        var left = try Device.open(pair.left, address: "left", settings: settings(ring: ring))
        var right = try Device.open(pair.right, address: "right", settings: settings(ring: ring))
        pair.waitForLink()
        pair.left.attach(source: LoneFrames(2000))
        guard var source = left.takeReceiveQueue(), var target = right.takeTransmitQueue() else { throw NoQueue() }
        var batch = PacketBatch(capacity: 32)
        var most = 0
        for number in 1...UInt64(2000) {
            pair.left.step()
            let received = source.receive(into: &batch)
            target.transmit(&batch)
            pair.right.step()
            most = max(most, target.inFlight)
            #expect(received == 1 && sink.received == number)
        }
        #expect(sink.outOfOrder == 0)
        #expect(most <= ring / 2, "sent packets are taken back on the way")
        target.transmit(&batch)
        let kept = target.inFlight
        #expect(kept == 0)
        _ = consume source
        _ = consume target
        try left.stop()
        try right.stop()
        #expect(pair.violations == [])
    }

    struct NoQueue: Error {}

    /// Numbered frames, one at a time.
    final class LoneFrames: FrameSource {
        private let frames: SequenceSource

        init(_ count: UInt64) { frames = SequenceSource(count: count) }
        var isExhausted: Bool { frames.isExhausted }
        func pull(_ limit: Int, into burst: inout FrameBurst) { frames.pull(min(limit, 1), into: &burst) }
    }

    @Test func everyBufferIsBackAndAllMemoryUnmappedAtTheEnd() throws {
        let space: IOAddressSpace
        do {
            let pair = try ModelPair()
            space = pair.space
            pair.left.attach(source: SequenceSource(count: 500))
            var left = try Device.open(pair.left, address: "left", settings: settings())
            var batch = PacketBatch(capacity: 32)
            pair.waitForLink()
            for _ in 0..<10 {
                pair.step()
                left.receive(into: &batch)
                left.transmit(&batch)
            }
            let mapped = space.mappedCount
            #expect(mapped > 0)
            try left.stop()
            batch.dropAll()
        }
        #expect(space.mappedCount == 0)
    }

    @Test func framesOfAllSizesArriveUnchanged() throws {
        let pair = try ModelPair()
        let frames = [60, 61, 64, 100, 512, 1024, 1513, 1514].enumerated().map { frame(count: $1, fill: UInt8($0)) }
        let recorder = FrameRecorder()
        pair.left.attach(source: FrameList(frames))
        pair.right.attach(sink: recorder)
        var left = try Device.open(pair.left, address: "left", settings: settings())
        var right = try Device.open(pair.right, address: "right", settings: settings())
        var batch = PacketBatch(capacity: 32)
        pair.waitForLink()
        for _ in 0..<10 {
            pair.step()
            left.receive(into: &batch)
            right.transmit(&batch)
        }
        #expect(recorder.frames == frames)
        try left.stop()
        try right.stop()
        #expect(pair.violations == [])
    }

    @Test func shortFramesArePaddedByTheHardwareAndUnsendableOnesDropped() throws {
        let pair = try ModelPair()
        let recorder = FrameRecorder()
        pair.left.attach(sink: recorder)
        var left = try Device.open(pair.left, address: "left", settings: settings())
        let pool = try PacketPool(capacity: 64, pages: .small, mapper: pair.space)
        var batch = PacketBatch(capacity: 8)
        for count in [0, 20, 16, 42] {
            guard var packet = pool.makePacket(count: count) else { return }
            for index in 0..<count { packet[index] = 9 }
            batch.append(packet)
        }
        let sent = left.transmit(&batch)
        #expect(sent == 2)
        let isEmpty = batch.isEmpty
        #expect(isEmpty)
        pair.waitForLink()
        #expect(recorder.frames.map(\.count) == [60, 60])
        #expect(recorder.frames.first == [UInt8](repeating: 9, count: 20) + [UInt8](repeating: 0, count: 40))
        let unsendable = left.transmitQueues[0].counters.unsendable
        #expect(unsendable == 2)
        try left.stop()
        #expect(pair.violations == [])
    }

    @Test func withoutADescriptorFramesAreDroppedAndCounted() throws {
        let pair = try ModelPair()
        pair.left.attach(source: SequenceSource(count: 200))
        var left = try Device.open(pair.left, address: "left", settings: settings())
        pair.waitForLink()
        let statistics = left.driver.statistics()
        #expect(statistics.receivedPackets == 63, "one less than the ring")
        #expect(statistics.noDescriptor == 137)
        #expect(statistics.receiveQueues[0].drops == 137)
        try left.stop()
    }

    @Test func onlyItsOwnAddressUnlessPromiscuous() throws {
        let pair = try ModelPair()
        let own = frame()
        let other = frame(to: [2, 0, 0, 0, 0, 0x77])
        let broadcast = frame(to: [255, 255, 255, 255, 255, 255])
        pair.left.attach(source: FrameList([own, other, broadcast], rounds: 1))
        var left = try Device.open(pair.left, address: "left", settings: settings(promiscuous: false))
        var batch = PacketBatch(capacity: 32)
        pair.waitForLink()
        let filtered = left.receive(into: &batch)
        #expect(filtered == 2)
        pair.left.attach(source: FrameList([own, other, broadcast], rounds: 1))
        try left.driver.setPromiscuous(true)
        pair.step()
        let all = left.receive(into: &batch)
        #expect(all == 3)
        try left.stop()
        #expect(pair.left.violations == [])
    }

    @Test func flowsSpreadOverQueuesAndEachStaysInOne() throws {
        let pair = try ModelPair()
        let frames = (0..<64).map { flow(UInt8($0)) }
        pair.left.attach(source: FrameList(frames, rounds: 2))
        var left = try Device.open(pair.left, address: "left", settings: settings(queues: 4, ring: 256))
        pair.waitForLink()
        var seen = [Set<UInt8>](repeating: [], count: 4)
        var total = 0
        for queue in 0..<4 {
            var batch = PacketBatch(capacity: 256)
            total += left.receiveQueues[queue].receive(into: &batch)
            batch.forEach { packet in _ = seen[queue].insert(packet[35]) }
        }
        #expect(total == 128)
        for queue in 0..<4 {
            #expect(!seen[queue].isEmpty)
            for other in 0..<queue { #expect(seen[queue].isDisjoint(with: seen[other])) }
        }
        try left.stop()
        #expect(pair.left.violations == [])
    }

    /// This driver leaves undone what is left to do with a packet, so it sends none with such work.
    @Test func aPacketThatMayHaveWorkLeftIsDroppedAndCountedAndNeverSent() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings())
        let pool = try PacketPool(capacity: 64, pages: .small, mapper: pair.space, companion: OffloadNotes.self)
        var batch = PacketBatch(capacity: 32)
        pool.fill(&batch, upTo: 3, count: 60)
        device.transmit(&batch)
        let counters = device.transmitQueues[0].counters
        #expect(counters.packets == 0 && counters.unsendable == 3)
        try device.stop()
    }

    /// The first queue is full, as nobody empties it; the second goes on.
    @Test func aFullQueueDoesNotHoldUpAnother() throws {
        let pair = try ModelPair()
        let frames = (0..<64).map { flow(UInt8($0)) }
        pair.left.attach(source: FrameList(frames, rounds: 20))
        var left = try Device.open(pair.left, address: "left", settings: settings(queues: 2))
        var batch = PacketBatch(capacity: 64)
        var received = 0
        for _ in 0..<600 {
            pair.step()
            received += left.receiveQueues[1].receive(into: &batch)
            batch.dropAll()
        }
        #expect(received > 200)
        let drops = left.driver.statistics().receiveQueues.map { $0.drops > 0 }
        #expect(drops == [true, false])
        try left.stop()
    }

    @Test func aPacketThatTheDeviceCannotReachIsDroppedAndCountedAndNeverSent() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings())
        let elsewhere = try PacketPool(capacity: 64, pages: .small, mapper: IOAddressSpace())
        let own = try device.makePool(capacity: 64)
        var batch = PacketBatch(capacity: 32)
        own.fill(&batch, upTo: 1, count: 60)
        elsewhere.fill(&batch, upTo: 3, count: 60)
        own.fill(&batch, upTo: 1, count: 60)
        device.transmit(&batch)
        let counters = device.transmitQueues[0].counters
        #expect(counters.packets == 2)
        #expect(counters.unsendable == 3)
        let left = batch.count
        #expect(left == 0)
        try device.stop()
        #expect(pair.violations == [])
    }
}
