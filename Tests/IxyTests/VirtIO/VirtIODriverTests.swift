import Ixy
import IxyHardware
import IxyModels
import Testing

@Suite struct VirtIODriverTests {
    /// Frames of every kind of length, each different.
    private static let frames: [[UInt8]] = (0..<600).map { number in
        frame(count: 60 + number * 37 % 1455, fill: UInt8(truncatingIfNeeded: number))
    }

    @Test(arguments: VirtIOKind.all)
    func whatArrivesIsSentBackInOrderAndUnchanged(kind: VirtIOKind) throws {
        let bench = try VirtIOBench(kind.options)
        let recorder = FrameRecorder()
        do {
            var device = try Device.open(bench.model, address: "model", settings: kind.settings)
            bench.model.setLossless(true)
            bench.model.attach(source: FrameList(Self.frames), sink: recorder)
            var batch = PacketBatch(capacity: 32)
            let isDone = eventually {
                device.receive(into: &batch)
                device.transmit(&batch)
                return recorder.count >= Self.frames.count
            }
            #expect(isDone)
            #expect(recorder.frames == Self.frames)
            let lies = device.receiveQueues[0].counters.deviceLies + device.transmitQueues[0].counters.deviceLies
            #expect(lies == 0)
            let counters = device.receiveQueues[0].counters
            #expect(counters.packets == UInt64(Self.frames.count))
            #expect(counters.bytes == UInt64(Self.frames.reduce(0) { $0 + $1.count }))
            try device.stop()
            #expect(bench.model.violations == [])
            #expect(bench.model.counters.dropped == 0)
        }
        #expect(bench.space.mappedCount == 0)
    }

    @Test(arguments: [false, true])
    func aFrameOfSeveralBuffersIsDeliveredWhole(isPacked: Bool) throws {
        var options = ModelVirtIO.Options()
        if isPacked { options.features.insert(.packedRing) }
        options.mtu = 9000
        let bench = try VirtIOBench(options)
        let frames = [60, 5000, 2016, 2017, 9014, 100].enumerated().map { frame(count: $1, fill: UInt8($0 + 1)) }
        var device = try Device.open(bench.model, address: "model", settings: settings(ring: 64))
        bench.model.setLossless(true)
        bench.model.attach(source: FrameList(frames))
        let seen = received(frames.count, by: &device)
        #expect(seen == frames)
        try device.stop()
        #expect(bench.model.violations == [])
    }

    @Test(arguments: [false, true])
    func severalPairsOnThreadsOfTheirOwnLoseNothing(isPacked: Bool) throws {
        var options = ModelVirtIO.Options()
        options.queuePairs = 4
        options.spreads = .frame
        if isPacked { options.features.insert(.packedRing) }
        let bench = try VirtIOBench(options)
        var device = try Device.open(bench.model, address: "model", settings: settings(queues: 4))
        let recorder = FrameRecorder()
        bench.model.setLossless(true)
        bench.model.attach(source: FrameList(Self.frames), sink: recorder)
        var batch = PacketBatch(capacity: 32)
        let isDone = eventually {
            for pair in 0..<4 {
                device.receiveQueues[pair].receive(into: &batch)
                device.transmitQueues[pair].transmit(&batch)
            }
            return recorder.count >= Self.frames.count
        }
        #expect(isDone)
        #expect(Set(recorder.frames) == Set(Self.frames))
        for pair in 0..<4 {
            let packets = device.receiveQueues[pair].counters.packets
            #expect(packets > 100)
        }
        try device.stop()
        #expect(bench.model.violations == [])
    }

    @Test(arguments: [false, true])
    func aPacketWithoutHeadroomIsSentWithItsHeaderApart(isPacked: Bool) throws {
        var options = ModelVirtIO.Options()
        if isPacked { options.features.insert(.packedRing) }
        let bench = try VirtIOBench(options)
        var device = try Device.open(bench.model, address: "model", settings: settings())
        let recorder = FrameRecorder()
        bench.model.attach(sink: recorder)
        let pool = try PacketPool(capacity: 256, pages: .small, mapper: bench.space)
        var batch = PacketBatch(capacity: 8)
        var sent = 0
        let isDone = eventually {
            if sent < 200 { pool.fill(&batch, upTo: min(8, 200 - sent), count: 60) }
            batch.forEach { packet in
                for index in 0..<60 { packet[index] = UInt8(truncatingIfNeeded: index) }
            }
            sent += device.transmit(&batch)
            batch.dropAll()
            return recorder.count >= 200
        }
        #expect(isDone)
        let expected = (0..<60).map { UInt8($0) }
        #expect(recorder.frames.allSatisfy { $0 == expected })
        try device.stop()
        #expect(bench.model.violations == [])
    }

    /// A line of its own for the header would go to and fro, and a place that can be guessed would be looked at too early.
    @Test(arguments: [false, true])
    func packetsShareTheirHeadersLineAndLieInNoOrder(isPacked: Bool) throws {
        var options = ModelVirtIO.Options()
        if isPacked { options.features.insert(.packedRing) }
        let bench = try VirtIOBench(options)
        var device = try Device.open(bench.model, address: "model", settings: settings())
        bench.model.setLossless(true)
        bench.model.attach(source: FrameList(Self.frames))
        var batch = PacketBatch(capacity: 32)
        var places: [UInt64] = []
        let isDone = eventually {
            device.receive(into: &batch)
            batch.forEach { places.append($0.deviceAddress) }
            batch.dropAll()
            return places.count >= 64
        }
        #expect(isDone)
        #expect(places.allSatisfy { $0 % 64 >= 12 })
        let inTurn = zip(places, places.dropFirst()).count { max($0, $1) - min($0, $1) <= 4096 }
        #expect(inTurn < places.count / 4)
        try device.stop()
        #expect(bench.model.violations == [])
    }

    /// Without any layout a command takes three descriptors or four, and the device says how many there are.
    @Test(arguments: [2, 4]) func aControlQueueTooShortForCommandsIsRefusedWithAReason(size: Int) throws {
        var options = ModelVirtIO.Options()
        options.isLegacy = true
        options.features.remove(.anyLayout)
        options.queueSize = size
        let bench = try VirtIOBench(options)
        var refusal = ""
        do {
            var device = try Device.open(bench.model, address: "model", settings: settings())
            try device.driver.setMulticast([MACAddress(1, 0, 94, 0, 0, 1)])
            try device.stop()
        } catch {
            refusal = error.description
        }
        #expect(refusal.contains("control queue of 4 descriptors") == (size < 4))
        #expect(size < 4 || refusal.isEmpty)
        #expect(bench.model.violations == [])
        #expect(bench.space.mappedCount == 0)
    }

    /// It came while interrupts were off, and nobody says so later. (VirtIO 1.2 §2.7.7.1)
    @Test(arguments: [false, true])
    func aFrameThatIsThereAlreadyIsNotWaitedFor(isPacked: Bool) throws {
        var options = ModelVirtIO.Options()
        if isPacked { options.features.insert(.packedRing) }
        let bench = try VirtIOBench(options)
        var settings = settings()
        settings.usesInterrupts = true
        var device = try Device.open(bench.model, address: "model", settings: settings)
        var batch = PacketBatch(capacity: 32)
        device.receive(into: &batch)
        bench.model.attach(source: FrameList([frame()]))
        let hasCome = eventually { bench.model.counters.delivered == 1 }
        #expect(hasCome)
        let start = ContinuousClock.now
        device.receiveQueues[0].wait(milliseconds: 5000)
        #expect(ContinuousClock.now - start < .milliseconds(4000))
        let received = device.receive(into: &batch)
        #expect(received == 1)
        try device.stop()
        #expect(bench.model.violations == [])
    }

    @Test func aSleepingQueueIsWokenAndNotOtherwise() throws {
        let bench = try VirtIOBench(ModelVirtIO.Options())
        var settings = settings()
        settings.usesInterrupts = true
        var device = try Device.open(bench.model, address: "model", settings: settings)
        var batch = PacketBatch(capacity: 32)
        device.receive(into: &batch)
        let start = ContinuousClock.now
        device.receiveQueues[0].wait(milliseconds: 100)
        #expect(ContinuousClock.now - start >= .milliseconds(90), "nothing came")
        bench.model.attach(source: FrameList([frame()]))
        let later = ContinuousClock.now
        device.receiveQueues[0].wait(milliseconds: 5000)
        #expect(ContinuousClock.now - later < .milliseconds(4000))
        let received = device.receive(into: &batch)
        #expect(received == 1)
        try device.stop()
        #expect(bench.model.violations == [])
    }
}
