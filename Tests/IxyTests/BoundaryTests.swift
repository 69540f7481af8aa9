import Ixy
import IxyHardware
import IxyModels
import Testing

/// Each word that a device writes, at its last good and its first bad value.
@Suite struct BoundaryTests {
    typealias R = IXGBERegisters

    private func ring(_ nic: ModelNIC) -> UInt64 {
        let registers = ModelRegisters(nic)
        return UInt64(registers.read32(at: R.RDBAH.offset(0))) << 32 | UInt64(registers.read32(at: R.RDBAL.offset(0)))
    }

    private func head(_ nic: ModelNIC) -> UInt64 {
        let registers = ModelRegisters(nic)
        return UInt64(registers.read32(at: R.TDWBAH.offset(0))) << 32 | UInt64(registers.read32(at: R.TDWBAL.offset(0))) & ~3
    }

    /// With `sent` packets in a ring of 64, the card reports `reported` as its head.
    @Test(arguments: [
        (63, 63, true), (63, 64, false), (63, 127, false), (10, 10, true), (10, 11, false), (10, 0, true), (1, 1, true), (1, 2, false),
        (1, 63, false), (10, 74, false), (10, 1 << 31, false),
    ])
    func theReportedHead(sent: Int, reported: UInt32, isGood: Bool) throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings())
        let pool = try device.makePool(capacity: 128)
        var batch = PacketBatch(capacity: 64)
        pool.fill(&batch, upTo: sent, count: 60)
        device.transmitQueues[0].transmit(&batch)
        let left = batch.count
        #expect(left == 0)
        var port = DMAPort(pair.space)
        let isMapped = port.store32(reported, at: head(pair.left))
        #expect(isMapped)
        device.transmitQueues[0].transmit(&batch)
        let lies = device.transmitQueues[0].counters.deviceLies, inFlight = device.transmitQueues[0].inFlight
        #expect(lies == (isGood ? 0 : 1))
        #expect(inFlight == (isGood ? sent - Int(reported) : sent))
        try device.stop()
    }

    /// A pipeline that ends after few packets has not told its output of them yet.
    @Test(arguments: [(0, true), (1, false), (4, false)])
    func theReportedHeadOfPacketsThatTheDeviceDoesNotKnow(reported: UInt32, isGood: Bool) throws {
        let pair = try ModelPair()
        var left = try Device.open(pair.left, address: "left", settings: settings())
        var right = try Device.open(pair.right, address: "right", settings: settings())
        for slot in 0..<UInt64(8) { lie(pair.left, slot: slot, word: 60 << 32 | 3) }
        var pipeline = try Pipeline(from: &left, to: &right)
        let moved = pipeline.run(limit: 4) { _ in .send }
        #expect(moved == 4)
        var port = DMAPort(pair.space)
        let isMapped = port.store32(reported, at: head(pair.right))
        #expect(isMapped)
        pipeline.reclaim()
        let lies = pipeline.sent().deviceLies, inFlight = pipeline.inFlight()
        #expect(lies == (isGood ? 0 : 1) && inFlight == 4)
        try left.stop()
        try right.stop()
    }

    @Test(arguments: [(0, false), (1, true), (2048, true), (2049, false), (65535, false)])
    func theReceivedLength(length: UInt64, isGood: Bool) throws {
        for inPlace in [false, true] {
            let pair = try ModelPair()
            var left = try Device.open(pair.left, address: "left", settings: settings())
            var right = try Device.open(pair.right, address: "right", settings: settings())
            var port = DMAPort(pair.space)
            let isMapped = port.store64((inPlace ? length : 60) << 32 | 3, at: ring(pair.left) + 8)
            #expect(isMapped)
            var counts: [Int] = []
            var lies: UInt64 = 0
            if inPlace {
                var pipeline = try Pipeline(from: &left, to: &right)
                pipeline.run { view in
                    counts.append(view.count)
                    return .drop
                }
                lies = pipeline.received.deviceLies
            } else {
                var batch = PacketBatch(capacity: 32)
                // The first packet leaves spare ones of the ring's pool, with which the loop takes the second, not the slow way.
                left.receiveQueues[0].receive(into: &batch)
                batch.dropAll()
                let isStored = port.store64(length << 32 | 3, at: ring(pair.left) + 24)
                #expect(isStored)
                left.receiveQueues[0].receive(into: &batch)
                batch.forEach { counts.append($0.count) }
                lies = left.receiveQueues[0].counters.deviceLies
            }
            #expect(counts == (isGood ? [Int(length)] : []))
            #expect(lies == (isGood ? 0 : 1))
            try left.stop()
            try right.stop()
        }
    }

    /// 24 KiB below the packet buffer's end, so that what is on the wire when the pause frame goes out still fits.
    @Test func theHighMarkOfFlowControl() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings())
        let mark = ModelRegisters(pair.left).read(R.FCRTH.self)[R.FCRTH.threshold] * 32
        #expect(mark == (512 - 24) * 1024)
        try device.stop()
    }

    /// A device that finds nothing looks every 65,536 calls whether its card is still there.
    @Test(arguments: [false, true])
    func anIdleDeviceLooksForItsCard(sends: Bool) throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings())
        let pool = try device.makePool(capacity: 256)
        var batch = PacketBatch(capacity: 128)
        // More than the ring holds, of a card that stands still.
        pool.fill(&batch, count: 60)
        device.transmit(&batch)
        pair.left.resetFunction()
        var calls = 0
        while device.failure == nil, calls < 70_000 {
            calls += 1
            if sends { device.transmit(&batch) } else { device.receiveNothing() }
        }
        let failure = device.failure
        #expect(failure == .wasReset(device: "left"))
        #expect((65_000...66_000).contains(calls), "not with each call, as a look reads a register: \(calls)")
    }
}

extension Device {
    /// Receives into a batch that is thrown away.
    fileprivate mutating func receiveNothing() {
        var batch = PacketBatch(capacity: 1)
        receive(into: &batch)
    }
}

/// Memory stays mapped as long as somebody holds a packet in it, and no longer.
@Suite struct PoolLifetimeTests {
    /// Finding 2: 200 packets of 256 are out, the pool is dropped, 144 are sent, the queue is dropped, and 56 are still held.
    @Test(arguments: [false, true])
    func packetsOutliveTheirPoolAndTheQueueThatSentOthers(isSent: Bool) throws {
        let pair = try ModelPair()
        do {
            var kept = PacketBatch(capacity: 56)
            do {
                var device = try Device.open(pair.left, address: "left", settings: settings(ring: 256))
                var batch = PacketBatch(capacity: 200)
                do {
                    let pool = try device.makePool(capacity: 256)
                    pool.fill(&batch, count: 60)
                }
                while kept.room > 0, let packet = batch.popLast() { kept.append(packet) }
                var queue = device.takeTransmitQueue()
                let sent = queue?.transmit(&batch)
                #expect(sent == 144)
                if isSent { pair.waitForLink() }
                queue = nil
                try device.stop()
            }
            #expect(pair.space.mappedCount == 1, "nothing but the memory of the packets that are held")
            kept.forEach { packet in packet.fill(with: 0x5A) }
            var sum = 0
            kept.forEach { packet in sum += Int(packet[59]) }
            #expect(sum == 56 * 0x5A)
        }
        #expect(pair.space.mappedCount == 0)
        #expect(pair.violations == [])
    }

    /// The same, while the device goes on.
    @Test func aQueueThatIsDroppedKeepsItsPacketsUntilTheDeviceHasStopped() throws {
        let pair = try ModelPair()
        var device: Device? = try Device.open(pair.left, address: "left", settings: settings(ring: 256))
        let before = pair.space.mappedCount
        var batch = PacketBatch(capacity: 200)
        do {
            let pool = try device?.makePool(capacity: 256)
            _ = pool?.fill(&batch, count: 60)
        }
        var queue = device?.takeTransmitQueue()
        _ = queue?.transmit(&batch)
        queue = nil
        batch.dropAll()
        batch.returnSpares()
        #expect(pair.space.mappedCount == before + 1, "the card may still read the packets")
        pair.waitForLink()
        device = nil
        #expect(pair.space.mappedCount == 0)
        #expect(pair.violations == [])
    }
}
