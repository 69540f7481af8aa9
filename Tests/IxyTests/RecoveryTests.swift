import Ixy
import IxyHardware
import IxyModels
import Synchronization
import Testing

/// The recovery after a lie: the device is reset under its queues, and only packets on their way are lost.
@Suite struct RecoveryTests {
    /// Frames with these fill bytes arrive; returns the fill bytes of what is received.
    private func receive(_ fills: [UInt8], _ pair: borrowing ModelPair, _ device: inout Device) -> [UInt8] {
        pair.left.attach(source: FrameList(fills.map { frame(fill: $0) }))
        var batch = PacketBatch(capacity: 32)
        var seen: [UInt8] = []
        for _ in 0..<300 {
            pair.step()
            device.receive(into: &batch)
            batch.forEach { seen.append($0.bytes[59]) }
            batch.dropAll()
        }
        return seen
    }

    @Test func aLieResetsTheDeviceAndTrafficGoesOn() throws {
        let pair = try ModelPair()
        do {
            var device = try Device.open(pair.left, address: "left", settings: settings())
            let before = receive([1, 2, 3], pair, &device)
            #expect(before == [1, 2, 3])
            lie(pair.left, slot: 3)
            var batch = PacketBatch(capacity: 32)
            // The device must not write over its lie before it is seen.
            device.receive(into: &batch)
            // Frames that arrive during the reset are lost, so none do.
            for _ in 0..<5 { device.receive(into: &batch) }
            let after = receive([4, 5, 6], pair, &device)
            #expect(after == [4, 5, 6])
            let statistics = device.driver.statistics()
            #expect(statistics.resets == 1)
            #expect(statistics.receivedPackets == 6, "what was counted before a reset is kept")
            let lies = device.receiveQueues[0].counters.deviceLies
            #expect(lies == 1)
            let failure = device.failure
            #expect(failure == nil)
            try device.stop()
            #expect(pair.violations == [], "no queue touched the device while it was reset")
        }
        #expect(pair.space.mappedCount == 0)
    }

    @Test func packetsThatTheDeviceHadAreReturnedAndTheSettingsStay() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings(promiscuous: false))
        try device.driver.setMACAddress(MACAddress(2, 9, 9, 9, 9, 9))
        let pool = try device.makePool(capacity: 64)
        let free = pool.free
        var batch = PacketBatch(capacity: 32)
        pool.fill(&batch, upTo: 20, count: 60)
        // The model does not step, so they stay in the ring.
        let sent = device.transmit(&batch)
        #expect(sent == 20)
        lie(pair.left, slot: 0)
        for _ in 0..<20 {
            device.receive(into: &batch)
            device.transmit(&batch)
        }
        let resets = device.driver.statistics().resets
        #expect(resets == 1)
        let inFlight = device.transmitQueues[0].inFlight
        #expect(inFlight == 0)
        let abandoned = device.transmitQueues[0].counters.abandoned
        #expect(abandoned == 20)
        let address = device.driver.macAddress()
        #expect(address == MACAddress(2, 9, 9, 9, 9, 9))
        try device.stop()
        let home = pool.free
        #expect(home == free)
        #expect(pair.violations == [])
    }

    @Test func aResetWaitsForEveryQueueAndNotForOneThatWasDropped() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings())
        guard var receive = device.takeReceiveQueue() else { fatalError("a device has a queue") }
        var batch = PacketBatch(capacity: 32)
        do {
            guard var transmit = device.takeTransmitQueue() else { fatalError("a device has a queue") }
            lie(pair.left, slot: 0)
            receive.receive(into: &batch)
            for _ in 0..<10 {
                let runs = device.recover()
                #expect(!runs)
                receive.receive(into: &batch)
            }
            // Only now does the other queue look.
            transmit.transmit(&batch)
        }
        var runs = false
        for _ in 0..<10 where !runs {
            runs = device.recover()
            receive.receive(into: &batch)
        }
        #expect(runs)
        try device.stop()
        #expect(pair.violations == [])
    }

    /// By whoever may: the queues have stopped, and would for ever.
    @Test func aResetBySomebodyElseIsAnErrorAndNothingIsLost() throws {
        let pair = try ModelPair()
        do {
            var device = try Device.open(pair.left, address: "left", settings: settings())
            let pool = try device.makePool(capacity: 64)
            let free = pool.free
            var batch = PacketBatch(capacity: 32)
            pool.fill(&batch, upTo: 20, count: 60)
            device.transmit(&batch)
            pair.waitForLink()
            var runs = device.recover()
            #expect(runs)
            pair.left.resetFunction()
            // It goes on, as it cannot know.
            pool.fill(&batch, upTo: 8, count: 60)
            device.transmit(&batch)
            for _ in 0..<3 {
                runs = device.recover()
                #expect(!runs)
            }
            let failure = device.failure
            #expect(failure == .wasReset(device: "left"))
            try device.stop()
            let home = pool.free
            #expect(home == free)
            #expect(pair.violations == [])
        }
        #expect(pair.space.mappedCount == 0)
    }

    /// Who only sends sees it by a ring that stays full.
    @Test func aSenderSeesThatItsDeviceWasReset() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings())
        let pool = try device.makePool(capacity: 256)
        var batch = PacketBatch(capacity: 32)
        pair.left.resetFunction()
        for _ in 0..<70_000 where device.failure == nil {
            pool.fill(&batch, upTo: 32, count: 60)
            device.transmit(&batch)
        }
        let failure = device.failure
        #expect(failure == .wasReset(device: "left"))
        try device.stop()
    }

    @Test func aDeviceThatKeepsLyingIsLeftOff() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings())
        var batch = PacketBatch(capacity: 32)
        for _ in 0..<100 where device.failure == nil {
            if device.recover() { lie(pair.left, slot: 0) }
            device.receive(into: &batch)
            device.transmit(&batch)
        }
        let found = device.failure
        let failure = try #require(found)
        #expect(failure.description.contains("left has claimed impossible things"))
        let resets = device.driver.statistics().resets
        #expect(resets == 8)
        let received = device.receive(into: &batch)
        #expect(received == 0)
        try device.stop()
        #expect(pair.violations == [])
    }

    /// The rest of a frame that a reset has cut off does not come any more: what comes next is a frame.
    @Test func noFrameIsTakenForTheRestOfOneBeforeAReset() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings())
        pair.waitForLink()
        // Without an end.
        lie(pair.left, slot: 0, word: 0xFFFF << 32 | 1)
        var batch = PacketBatch(capacity: 32)
        for _ in 0..<5 { device.receive(into: &batch) }
        let resets = device.driver.statistics().resets
        #expect(resets == 1)
        let after = receive([4, 5, 6], pair, &device)
        #expect(after == [4, 5, 6])
        try device.stop()
    }

    /// The tail begins with 0 again: the same number is no reason to leave the doorbell alone.
    @Test func asManyPacketsAsBeforeAResetAreSentAfterIt() throws {
        let pair = try ModelPair()
        let recorder = FrameRecorder()
        pair.left.attach(sink: recorder)
        var device = try Device.open(pair.left, address: "left", settings: settings())
        let pool = try device.makePool(capacity: 128)
        var batch = PacketBatch(capacity: 32), none = PacketBatch(capacity: 8)
        for round in 1...2 {
            pair.waitForLink()
            pool.fill(&batch, upTo: 20, count: 60)
            device.transmit(&batch)
            for _ in 0..<20 { pair.step() }
            #expect(recorder.frames.count == 20 * round)
            lie(pair.left, slot: 0)
            for _ in 0..<10 { device.receive(into: &none) }
            let resets = device.driver.statistics().resets
            #expect(resets == UInt64(round))
        }
        try device.stop()
        #expect(pair.violations == [])
    }

    /// Nobody can say that it does no more DMA.
    @Test func aDeviceThatIsPulledOutInTheMiddleOfAResetKeepsItsMemory() throws {
        let pair = try ModelPair()
        let socket = Socket()
        var device = try IXGBE.start(
            LooseRegisters(registers: ModelRegisters(pair.left), socket: socket), name: "", address: "left", settings: settings(),
            mapper: pair.space, needsHugePages: false)
        let mapped = pair.space.mappedCount
        lie(pair.left, slot: 0)
        var batch = PacketBatch(capacity: 32)
        device.receive(into: &batch)
        socket.isEmpty.store(true, ordering: .relaxed)
        for _ in 0..<3 { device.recover() }
        let failure = device.failure
        #expect(failure == .gone(device: "left"))
        try device.stop()
        batch.returnSpares()
        #expect(mapped > 0 && pair.space.mappedCount == mapped)
    }

    /// Where a card is plugged in, or not any more.
    private final class Socket: Sendable { let isEmpty = Atomic<Bool>(false) }

    private struct LooseRegisters: RegisterBus {
        let registers: ModelRegisters
        let socket: Socket
        func read32(at offset: Int) -> UInt32 { socket.isEmpty.load(ordering: .relaxed) ? .max : registers.read32(at: offset) }
        func write32(_ value: UInt32, at offset: Int) { registers.write32(value, at: offset) }
        func tail(at offset: Int) -> TailRegister { registers.tail(at: offset) }
    }

    @Test func theFirstTransmitQueueStaysOffIfItWasDropped() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings(queues: 2))
        guard var transmit = device.takeTransmitQueue() else { fatalError("a device has a queue") }
        device.transmitQueues.removeAll()
        lie(pair.left, slot: 0)
        var batch = PacketBatch(capacity: 32)
        var runs = false
        for _ in 0..<20 where !runs {
            for queue in 0..<2 { device.receiveQueues[queue].receive(into: &batch) }
            transmit.transmit(&batch)
            runs = device.recover()
        }
        #expect(runs)
        for _ in 0..<20 { pair.step() }
        let registers = ModelRegisters(pair.left)
        let enabled = (0..<2).map { registers.read(IXGBERegisters.TXDCTL.self, at: $0).isSet(IXGBERegisters.TXDCTL.enable) }
        #expect(enabled == [false, true])
        try device.stop()
        #expect(pair.violations == [])
    }
}
