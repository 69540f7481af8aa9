import BasicContainers
import Ixy
import IxyHardware
import IxyModels
import Testing

/// Run to completion between modelled ports.
@Suite struct PipelineTests {
    /// Adds one to byte 48 and sends the packet on.
    private struct Touch: PacketProcessor {
        var seen = 0
        mutating func process(_ packet: inout PacketView) -> Verdict {
            seen += 1
            packet[48] &+= 1
            return .send
        }
    }

    /// A pipeline's buffers are those of its input, also where its output has much smaller ones, or larger ones.
    @Test(arguments: [(9000, 1500), (1500, 9000), (9000, 9000)])
    func connectsDevicesWithBuffersOfOtherSizes(mtus: (Int, Int)) throws {
        let pair = try ModelPair()
        var ends = (settings(), settings())
        (ends.0.mtu, ends.1.mtu) = mtus
        var left = try Device.open(pair.left, address: "left", settings: ends.0)
        var right = try Device.open(pair.right, address: "right", settings: ends.1)
        let recorder = FrameRecorder()
        pair.left.attach(source: FrameList((0..<200).map { frame(fill: UInt8($0)) }))
        pair.left.setLossless(true)
        pair.right.attach(sink: recorder)
        var pipeline = try Pipeline(from: &left, to: &right)
        for _ in 0..<600 {
            pair.step()
            pipeline.run { _ in .send }
        }
        #expect(recorder.frames.map { $0[59] } == (0..<200).map { UInt8($0) })
        try left.stop()
        try right.stop()
    }

    @Test(arguments: [1, 3, 32, 1000], [64, 512])
    func forwardsAllInOrderAndReadsNoRegister(limit: Int, ring: Int) throws {
        let pair = try ModelPair()
        do {
            let sink = SequenceSink()
            pair.left.attach(source: SequenceSource(count: 5000))
            pair.left.setLossless(true)
            pair.right.attach(sink: sink)
            var left = try Device.open(pair.left, address: "left", settings: settings(ring: ring))
            var right = try Device.open(pair.right, address: "right", settings: settings(ring: ring))
            var pipeline = try Pipeline(from: &left, to: &right)
            pair.waitForLink()
            let reads = pair.left.registerReads + pair.right.registerReads
            var touch = Touch()
            for _ in 0..<20_000 where sink.received < 5000 {
                pair.left.step()
                let moved = pipeline.run(limit: limit, &touch)
                #expect(moved <= 32, "no more than a call may")
                pair.right.step()
            }
            let hotReads = pair.left.registerReads + pair.right.registerReads - reads
            #expect(hotReads == 0)
            #expect(sink.received == 5000)
            #expect(sink.outOfOrder == 0)
            #expect(touch.seen == 5000)
            pipeline.reclaim()
            let counted = (pipeline.received, pipeline.sent(), pipeline.inFlight())
            #expect(counted.0.packets == 5000)
            #expect(counted.1.packets == 5000)
            #expect(counted.0.bytes == counted.1.bytes)
            #expect(counted.2 == 0)
            try left.stop()
            try right.stop()
        }
        #expect(pair.violations == [])
        #expect(pair.space.mappedCount == 0, "every buffer is back, or the pool's memory would still be mapped")
    }

    @Test func bothWaysAtOnceOnSeveralQueues() throws {
        let pair = try ModelPair()
        do {
            let sinks = (FrameRecorder(), FrameRecorder())
            let frames = (0..<64).map { flow(UInt8($0)) }
            pair.left.attach(source: FrameList(frames, rounds: 3))
            pair.right.attach(source: FrameList(frames, rounds: 3))
            pair.left.setLossless(true)
            pair.right.setLossless(true)
            pair.right.attach(sink: sinks.0)
            pair.left.attach(sink: sinks.1)
            var left = try Device.open(pair.left, address: "left", settings: settings(queues: 2))
            var right = try Device.open(pair.right, address: "right", settings: settings(queues: 2))
            var pipelines = UniqueArray<Pipeline>()
            for _ in 0..<2 {
                pipelines.append(try Pipeline(from: &left, to: &right))
                pipelines.append(try Pipeline(from: &right, to: &left))
            }
            for _ in 0..<500 {
                pair.step()
                for index in 0..<4 { pipelines[index].run { _ in .send } }
            }
            #expect(sinks.0.frames.count == 192)
            #expect(sinks.1.frames.count == 192)
            #expect(Set(sinks.0.frames) == Set(frames))
            for index in 0..<4 {
                let packets = pipelines[index].received.packets
                #expect(packets > 0)
            }
            try left.stop()
            try right.stop()
        }
        #expect(pair.violations == [])
        #expect(pair.space.mappedCount == 0)
    }

    @Test func connectsPortsThatShareTheirMemoryAndHaveQueuesLeft() throws {
        let pair = try ModelPair()
        let stranger = try ModelPair()
        var left = try Device.open(pair.left, address: "left", settings: settings())
        var right = try Device.open(pair.right, address: "right", settings: settings())
        var other = try Device.open(stranger.left, address: "other", settings: settings())
        var connects = [Pipeline.connects(left, right), Pipeline.connects(left, left), Pipeline.connects(left, other)]
        #expect(connects == [true, true, false])
        let virtIO = try VirtIOBench(ModelVirtIO.Options())
        var device = try Device.open(virtIO.model, address: "model", settings: settings())
        connects = [Pipeline.connects(device, device)]
        #expect(connects == [false])
        _ = left.takeReceiveQueue()
        connects = [Pipeline.connects(left, right), Pipeline.connects(right, left)]
        #expect(connects == [false, true])
        try left.stop()
        try right.stop()
        try other.stop()
        try device.stop()
    }

    /// Each frame is dropped, sent or sent to the other output, as its fill byte says; returns what came out.
    @Test func packetsGoWhereTheProcessorSaysAndMayGetAnotherLength() throws {
        let pair = try ModelPair()
        let third = try ModelNIC(space: pair.space, macAddress: MACAddress(2, 0, 0, 0, 0, 3))
        do {
            let sinks = (FrameRecorder(), FrameRecorder())
            let frames = (0..<250).map { frame(count: 60 + $0, fill: UInt8($0)) }
            pair.left.attach(source: FrameList(frames))
            pair.left.setLossless(true)
            pair.right.attach(sink: sinks.0)
            third.attach(sink: sinks.1)
            var left = try Device.open(pair.left, address: "left", settings: settings())
            var right = try Device.open(pair.right, address: "right", settings: settings())
            var other = try Device.open(third, address: "third", settings: settings())
            guard let source = left.takeReceiveQueue(), let target = right.takeTransmitQueue(),
                let last = other.takeTransmitQueue()
            else { return }
            var others = UniqueArray<TransmitQueue>()
            others.append(last)
            var pipeline = try Pipeline(from: source, to: target, others)
            for _ in 0..<2000 {
                pair.step()
                third.step()
                pipeline.run { packet in
                    switch packet[59] % 5 {
                    case 0: return .drop
                    case 1: return .send
                    case 2: return .send(to: 1)
                    case 3:
                        packet.resize(to: packet.count + 4)
                        for index in packet.count - 4..<packet.count { packet[index] = 0xEE }
                        return .send(to: 1)
                    default:
                        // No frame can be as short as that.
                        packet.resize(to: 16)
                        return .send
                    }
                }
            }
            #expect(sinks.0.frames == frames.filter { $0[59] % 5 == 1 })
            let extra: [UInt8] = [0xEE, 0xEE, 0xEE, 0xEE]
            var longer: [[UInt8]] = []
            for bytes in frames {
                if bytes[59] % 5 == 2 { longer.append(bytes) }
                if bytes[59] % 5 == 3 { longer.append(bytes + extra) }
            }
            #expect(sinks.1.frames == longer)
            let counted = [
                pipeline.received.packets, pipeline.sent().packets, pipeline.sent(to: 1).packets, pipeline.sent().unsendable,
            ]
            #expect(counted == [250, 50, 100, 50])
            try left.stop()
            try right.stop()
            try other.stop()
        }
        #expect(pair.violations + third.violations == [])
        #expect(pair.space.mappedCount == 0)
    }

    /// The second output's card stands still at first: packets wait where they came in, and none is lost.
    @Test func packetsWaitForRoomInEachOutput() throws {
        let pair = try ModelPair()
        let third = try ModelNIC(space: pair.space, macAddress: MACAddress(2, 0, 0, 0, 0, 3))
        pair.left.attach(source: FrameList((0..<200).map { frame(fill: UInt8($0)) }))
        pair.left.setLossless(true)
        var left = try Device.open(pair.left, address: "left", settings: settings())
        var right = try Device.open(pair.right, address: "right", settings: settings())
        var other = try Device.open(third, address: "third", settings: settings())
        guard let source = left.takeReceiveQueue(), let target = right.takeTransmitQueue(),
            let last = other.takeTransmitQueue()
        else { return }
        var others = UniqueArray<TransmitQueue>()
        others.append(last)
        var pipeline = try Pipeline(from: source, to: target, others)
        for (steps, packets) in [(0, 63), (1, 200)] as [(Int, UInt64)] {
            for _ in 0..<1000 {
                pair.step()
                for _ in 0..<steps { third.step() }
                pipeline.run { _ in .send(to: 1) }
            }
            let sent = pipeline.sent(to: 1)
            #expect(sent.packets == packets && sent.unsendable == 0)
        }
        try left.stop()
        try right.stop()
        try other.stop()
    }

    /// With one output packets take another way than with several.
    @Test(arguments: [1, 3, 32])
    func withOneOutputPacketsAreDroppedAndGetAnotherLengthInTheirOrder(limit: Int) throws {
        let pair = try ModelPair()
        do {
            let sink = FrameRecorder()
            let frames = (0..<250).map { frame(count: 60 + $0, fill: UInt8($0)) }
            pair.left.attach(source: FrameList(frames, rounds: 2))
            pair.left.setLossless(true)
            pair.right.attach(sink: sink)
            var left = try Device.open(pair.left, address: "left", settings: settings())
            var right = try Device.open(pair.right, address: "right", settings: settings())
            var pipeline = try Pipeline(from: &left, to: &right)
            for _ in 0..<2000 {
                pair.step()
                pipeline.run(limit: limit) { packet in
                    // In groups of four, in which they are taken, each pattern comes up.
                    switch packet[59] % 7 {
                    case 0, 3: return .drop
                    case 1:
                        packet.resize(to: packet.count + 4)
                        for index in packet.count - 4..<packet.count { packet[index] = 0xEE }
                        return .send
                    case 2:
                        packet.resize(to: 60)
                        return .send
                    case 4:
                        packet.resize(to: 16)
                        return .send
                    default: return .send
                    }
                }
            }
            var expected: [[UInt8]] = []
            for bytes in frames + frames {
                switch bytes[59] % 7 {
                case 0, 3, 4: continue
                case 1: expected.append(bytes + [0xEE, 0xEE, 0xEE, 0xEE])
                case 2: expected.append(Array(bytes[..<60]))
                default: expected.append(bytes)
                }
            }
            #expect(sink.frames == expected)
            let counted = (pipeline.received, pipeline.sent())
            #expect(counted.0.packets == 500)
            #expect(counted.0.bytes == UInt64((frames + frames).map(\.count).reduce(0, +)))
            #expect(counted.1.packets == UInt64(expected.count))
            #expect(counted.1.bytes == UInt64(expected.map(\.count).reduce(0, +)))
            #expect(counted.1.unsendable == UInt64((frames + frames).filter { $0[59] % 7 == 4 }.count))
            try left.stop()
            try right.stop()
        }
        #expect(pair.violations == [])
        #expect(pair.space.mappedCount == 0, "each buffer is in one place still, or one would be missing or twice home")
    }

    /// Whoever takes few packets at a time has the device told of many, but never of none when no other is here.
    @Test func fewPacketsGoOutTogetherButNoneIsLeftBehind() throws {
        let pair = try ModelPair()
        let sink = SequenceSink()
        pair.left.attach(source: SequenceSource(count: 11))
        pair.left.setLossless(true)
        pair.right.attach(sink: sink)
        var left = try Device.open(pair.left, address: "left", settings: settings())
        var right = try Device.open(pair.right, address: "right", settings: settings())
        var pipeline = try Pipeline(from: &left, to: &right)
        pair.waitForLink()
        for _ in 0..<100 { pair.left.step() }
        func run() -> UInt64 {
            pipeline.run(limit: 1) { _ in .send }
            for _ in 0..<10 { pair.right.step() }
            return sink.received
        }
        let arrived = (0..<11).map { _ in run() }
        #expect(arrived == [0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 11])
        pair.left.attach(source: SequenceSource(count: 5))
        for _ in 0..<100 { pair.left.step() }
        let after = run()
        #expect(after == 11)
        pipeline.flush()
        for _ in 0..<10 { pair.right.step() }
        #expect(sink.received == 12)
        try left.stop()
        try right.stop()
        #expect(pair.violations == [])
    }

    @Test func itWaitsForAFullRingAndLosesNothing() throws {
        let pair = try ModelPair()
        let sink = SequenceSink()
        pair.left.attach(source: SequenceSource(count: 1000))
        pair.left.setLossless(true)
        pair.right.attach(sink: sink)
        var left = try Device.open(pair.left, address: "left", settings: settings())
        var right = try Device.open(pair.right, address: "right", settings: settings())
        var pipeline = try Pipeline(from: &left, to: &right)
        pair.waitForLink()
        var moved = 0
        for _ in 0..<100 {
            pair.left.step()
            moved += pipeline.run { _ in .send }
        }
        #expect(moved == 63, "one slot of the ring stays free")
        for _ in 0..<1000 where sink.received < 1000 {
            pair.step()
            pipeline.run { _ in .send }
        }
        #expect(sink.received == 1000)
        #expect(sink.outOfOrder == 0)
        try left.stop()
        try right.stop()
        #expect(pair.violations == [])
    }

    @Test func whatCannotBeAPipelineIsRefused() throws {
        let pair = try ModelPair()
        var left = try Device.open(pair.left, address: "left", settings: settings())
        let elsewhere = try ModelNIC(space: IOAddressSpace(), macAddress: MACAddress(2, 0, 0, 0, 0, 4))
        var other = try Device.open(elsewhere, address: "other", settings: settings())
        #expect(throws: IxyError.self) { _ = try Pipeline(from: &left, to: &other) }
        #expect(throws: IxyError.self, "the queues are gone") { _ = try Pipeline(from: &left, to: &other) }
        // A packet on its way.
        let spare = try ModelNIC(space: pair.space, macAddress: MACAddress(2, 0, 0, 0, 0, 5))
        var another = try Device.open(spare, address: "another", settings: settings())
        var right = try Device.open(pair.right, address: "right", settings: settings())
        let pool = try right.makePool(capacity: 64)
        var batch = PacketBatch(capacity: 1)
        pool.fill(&batch, count: 60)
        right.transmit(&batch)
        let error = try #require(throws: IxyError.self) { _ = try Pipeline(from: &another, to: &right) }
        #expect(error.description.contains("packets on their way"))
        try left.stop()
        try right.stop()
        try other.stop()
        try another.stop()
        let (home, capacity) = (pool.free, pool.capacity)
        #expect(home == capacity)
    }
}
