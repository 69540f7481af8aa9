import Ixy
import IxyHardware
import IxyModels
import Testing

/// Pipelines whose devices lie, are reset or go away.
@Suite struct HostilePipelineTests {
    typealias R = IXGBERegisters

    /// Where a ring is, as the device knows it.
    private func address(_ nic: ModelNIC, _ low: Int, _ high: Int) -> UInt64 {
        let registers = ModelRegisters(nic)
        return UInt64(registers.read32(at: high)) << 32 | UInt64(registers.read32(at: low))
    }

    private func receiveRing(_ nic: ModelNIC) -> UInt64 { address(nic, R.RDBAL.offset(0), R.RDBAH.offset(0)) }

    @Test(arguments: [1, 2, 3])
    func randomDescriptorsAndHeadsAreCountedAndLoseNothing(seed: UInt64) throws {
        let pair = try ModelPair()
        var random = Words(state: seed)
        var lengths: Set<Int> = []
        var total = (ReceiveCounters(), TransmitCounters())
        // After a lie a pipeline is dead until its devices were reset, so each round has a new one.
        for round in 0..<24 {
            var left = try Device.open(pair.left, address: "left", settings: settings())
            var right = try Device.open(pair.right, address: "right", settings: settings())
            var pipeline = try Pipeline(from: &left, to: &right)
            let ring = receiveRing(pair.left)
            let head = address(pair.right, R.TDWBAL.offset(0), R.TDWBAH.offset(0)) & ~3
            var port = DMAPort(pair.space)
            var isDead = false
            for _ in 0..<200 where !isDead {
                for _ in 0..<8 {
                    let slot = random.next() % 64
                    // Plausible words more often than random ones, or only the first check would ever be tried.
                    let length = [1, 16, 17, 60, 2048, 2048, 60, 17][Int(random.next() % 8)]
                    let isLie = round % 2 == 0 && random.next() % 32 == 0
                    let word = isLie ? random.next() : UInt64(length) << 32 | random.next() & 3
                    let isMapped = port.store64(word, at: ring + slot * 16 + 8)
                        && port.store64(random.next(), at: ring + slot * 16)
                    #expect(isMapped)
                }
                if round % 2 == 1 {
                    let reported = random.next() % 16 == 0 ? random.next() : random.next() % 64
                    let isMapped = port.store32(UInt32(truncatingIfNeeded: reported), at: head)
                    #expect(isMapped)
                }
                pipeline.run { packet in
                    // All bytes that the device claims can be touched.
                    packet[packet.count - 1] &+= 1
                    lengths.insert(packet.count)
                    return packet.count % 2 == 0 ? .send : .drop
                }
                isDead = pipeline.received.deviceLies + pipeline.sent().deviceLies > 0
            }
            let counted = (pipeline.received, pipeline.sent())
            if isDead {
                let isShown = pipeline.run { _ in .send } > 0
                #expect(!isShown, "nothing is believed after a lie")
                #expect(counted.0.deviceLies + counted.1.deviceLies == 1)
            }
            total.0.deviceLies += counted.0.deviceLies
            total.0.multiSegment += counted.0.multiSegment
            total.1.deviceLies += counted.1.deviceLies
            total.1.packets += counted.1.packets
            try left.stop()
            try right.stop()
        }
        #expect(lengths.allSatisfy { (1...2048).contains($0) })
        #expect(lengths.contains(17))
        #expect(lengths.contains(2048))
        #expect(total.0.deviceLies > 0)
        #expect(total.0.multiSegment > 0)
        #expect(total.1.deviceLies > 0)
        #expect(total.1.packets > 0)
        #expect(pair.space.mappedCount == 0, "every buffer is back, or the pool's memory would still be mapped")
    }

    /// Frames with these fill bytes arrive left; returns the fill bytes of what comes out right.
    private func forward(
        _ fills: [UInt8], _ pair: borrowing ModelPair, _ left: inout Device, _ right: inout Device,
        _ pipeline: inout Pipeline
    ) -> [UInt8] {
        let recorder = FrameRecorder()
        pair.left.attach(source: FrameList(fills.map { frame(fill: $0) }))
        pair.left.setLossless(true)
        pair.right.attach(sink: recorder)
        for _ in 0..<300 {
            pair.step()
            pipeline.run { _ in .send }
            left.recover()
            right.recover()
        }
        return recorder.frames.map { $0[59] }
    }

    @Test(arguments: [false, true])
    func aLieResetsTheDeviceThatToldItAndTrafficGoesOn(ofTheOutput isOutput: Bool) throws {
        let pair = try ModelPair()
        do {
            var left = try Device.open(pair.left, address: "left", settings: settings())
            var right = try Device.open(pair.right, address: "right", settings: settings())
            var pipeline = try Pipeline(from: &left, to: &right)
            let before = forward([1, 2, 3], pair, &left, &right, &pipeline)
            #expect(before == [1, 2, 3])
            // Three frames have been sent, so there is nothing that could be: a head of 40 is a lie, as are 65535 bytes.
            var port = DMAPort(pair.space)
            let head = address(pair.right, R.TDWBAL.offset(0), R.TDWBAH.offset(0)) & ~3
            let isMapped = isOutput
                ? port.store32(40, at: head) : port.store64(0xFFFF << 32 | 3, at: receiveRing(pair.left) + 3 * 16 + 8)
            #expect(isMapped)
            // Frames that arrive during the reset are lost, so none do.
            for _ in 0..<10 {
                pipeline.run { _ in .send }
                left.recover()
                right.recover()
            }
            let after = forward([4, 5, 6], pair, &left, &right, &pipeline)
            #expect(after == [4, 5, 6])
            let resets = (left.driver.statistics().resets, right.driver.statistics().resets)
            #expect(resets == (isOutput ? 0 : 1, isOutput ? 1 : 0))
            let lies = isOutput ? pipeline.sent().deviceLies : pipeline.received.deviceLies
            #expect(lies == 1)
            try left.stop()
            try right.stop()
            #expect(pair.violations == [], "no queue touched a device while it was reset")
        }
        #expect(pair.space.mappedCount == 0)
    }

    @Test func packetsThatTheOutputHadAreCountedAndTheirBuffersStay() throws {
        let pair = try ModelPair()
        do {
            var left = try Device.open(pair.left, address: "left", settings: settings())
            var right = try Device.open(pair.right, address: "right", settings: settings())
            var pipeline = try Pipeline(from: &left, to: &right)
            pair.left.attach(source: FrameList((0..<20).map { frame(fill: $0) }))
            pair.waitForLink()
            // The right port does not step, so they stay in its ring.
            var moved = 0
            for _ in 0..<5 { moved += pipeline.run { _ in .send } }
            #expect(moved == 20)
            var port = DMAPort(pair.space)
            let head = address(pair.right, R.TDWBAL.offset(0), R.TDWBAH.offset(0)) & ~3
            let isMapped = port.store32(21, at: head)
            #expect(isMapped)
            for _ in 0..<20 {
                pipeline.run { _ in .send }
                left.recover()
                right.recover()
            }
            let counted = pipeline.sent()
            #expect(counted.abandoned == 20)
            #expect(counted.deviceLies == 1)
            let inFlight = pipeline.inFlight()
            #expect(inFlight == 0)
            let after = forward((0..<200).map { UInt8($0) }, pair, &left, &right, &pipeline)
            #expect(after == (0..<200).map { UInt8($0) }, "all slots have a buffer, round and round")
            try left.stop()
            try right.stop()
        }
        #expect(pair.violations == [])
        #expect(pair.space.mappedCount == 0)
    }

    @Test func aFrameOfSeveralSegmentsIsDroppedWholeAndCountedOnce() throws {
        let pair = try ModelPair()
        var left = try Device.open(pair.left, address: "left", settings: settings())
        var right = try Device.open(pair.right, address: "right", settings: settings())
        var pipeline = try Pipeline(from: &left, to: &right)
        var port = DMAPort(pair.space)
        // Three segments, the last one ends the frame; then a whole frame.
        for (slot, word) in [2048 << 32 | 1, 2048 << 32 | 1, 100 << 32 | 3, 60 << 32 | 3].enumerated() {
            let isMapped = port.store64(UInt64(word), at: receiveRing(pair.left) + UInt64(slot) * 16 + 8)
            #expect(isMapped)
        }
        var lengths: [Int] = []
        let moved = pipeline.run { packet in
            lengths.append(packet.count)
            return .drop
        }
        #expect(moved == 4)
        #expect(lengths == [60])
        let counted = pipeline.received
        #expect(counted.multiSegment == 1)
        #expect(counted.deviceLies == 0)
        try left.stop()
        try right.stop()
    }

    @Test func aPipelineThatIsDroppedLeavesItsBuffersToTheDevicesUntilTheyHaveStopped() throws {
        let pair = try ModelPair()
        do {
            var left = try Device.open(pair.left, address: "left", settings: settings())
            var right = try Device.open(pair.right, address: "right", settings: settings())
            pair.left.attach(source: FrameList((0..<40).map { frame(fill: $0) }))
            do {
                var pipeline = try Pipeline(from: &left, to: &right)
                pair.left.step()
                pipeline.run { _ in .send }
            }
            let mapped = pair.space.mappedCount
            // Both go on with what they have been given.
            pair.waitForLink()
            #expect(pair.space.mappedCount == mapped)
            try left.stop()
            try right.stop()
        }
        #expect(pair.violations == [])
        #expect(pair.space.mappedCount == 0)
    }

    @Test func aResetWaitsForThePipeline() throws {
        let pair = try ModelPair()
        var left = try Device.open(pair.left, address: "left", settings: settings())
        var right = try Device.open(pair.right, address: "right", settings: settings())
        var pipeline = try Pipeline(from: &left, to: &right)
        // The queues of the left port that send are not in the pipeline.
        left.transmitQueues.removeAll()
        var port = DMAPort(pair.space)
        let isMapped = port.store64(0xFFFF << 32 | 3, at: receiveRing(pair.left) + 8)
        #expect(isMapped)
        pipeline.run { _ in .send }
        for _ in 0..<10 {
            let runs = left.recover()
            #expect(!runs)
        }
        var runs = false
        for _ in 0..<10 where !runs {
            pipeline.rejoin()
            runs = left.recover()
        }
        #expect(runs)
        let rejoined = pipeline.rejoin()
        #expect(rejoined)
        try left.stop()
        try right.stop()
        #expect(pair.violations == [])
    }
}

/// Repeatable random numbers.
private struct Words {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
