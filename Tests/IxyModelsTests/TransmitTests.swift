import Ixy
import IxyHardware
import IxyModels
import Testing

@Suite struct TransmitTests {
    typealias R = IXGBERegisters

    @Test func aFrameWaitsUntilItsEndIsThere() throws {
        var card = try Card.start()
        let whole = frame(count: 300)
        let address = card.fill(0, whole)
        card.post(0, at: address, Command.data(100, payload: 300, Command.check))
        card.post(1, at: address + 100, Command.data(100, payload: 300, Command.check))
        card.ring(2)
        #expect(card.sink.frames == [])
        #expect(card.registers.read32(at: R.TDH.offset(0)) == 0, "the head stays before the unfinished frame")
        card.post(2, at: address + 200, Command.data(100, payload: 300, Command.whole | Command.report))
        card.ring(3)
        #expect(card.sink.frames == [whole])
        #expect(card.registers.read32(at: R.TDH.offset(0)) == 3)
        #expect(card.nic.violations == [])
        try card.stop()
    }

    @Test func unfinishedFramesOfTwoQueuesAreNotMixed() throws {
        var card = try Card.start(queues: 2)
        let first = frame(count: 200, fill: 1)
        let second = frame(count: 90, fill: 2)
        let addresses = [card.fill(0, first), card.fill(4096, second)]
        card.post(0, at: addresses[0], Command.data(100, payload: 200, Command.check))
        card.post(0, queue: 1, at: addresses[1], Command.data(90))
        card.ring(1)
        card.ring(1, queue: 1)
        #expect(card.sink.frames == [second])
        card.post(1, at: addresses[0] + 100, Command.data(100, payload: 200))
        card.ring(2)
        #expect(card.sink.frames == [second, first])
        #expect(card.nic.violations == [])
        try card.stop()
    }

    @Test func aFrameMayWrapAroundTheRing() throws {
        var card = try Card.start()
        let short = frame()
        let address = card.fill(0, short)
        for slot in 0..<63 { card.post(slot, at: address, Command.data(60)) }
        card.ring(63)
        let long = card.fill(4096, frame(count: 500, fill: 5))
        card.post(63, at: long, Command.data(250, payload: 500, Command.check))
        card.post(0, at: long + 250, Command.data(250, payload: 500))
        card.ring(1)
        #expect(card.sink.frames == [[UInt8]](repeating: short, count: 63) + [frame(count: 500, fill: 5)])
        #expect(card.registers.read32(at: R.TDH.offset(0)) == 1)
        #expect(card.nic.violations == [])
        try card.stop()
    }

    @Test func aFrameWithoutEndThatFillsTheRingIsSeenOnce() throws {
        var card = try Card.start()
        for slot in 0..<63 { card.post(slot, at: card.buffers, Command.data(100, Command.check)) }
        card.ring(63)
        card.step()
        #expect(card.nic.violations.map(\.text) == ["a frame fills the ring of transmit queue 0 and has no end"])
        #expect(card.sink.frames == [])
        try card.stop()
    }

    /// Linux's self test sends to itself. (82599 §8.2.3.22.8)
    @Test func inLoopbackItHearsItself() throws {
        var card = try Card.start()
        card.registers.modify(R.HLREG0.self) { $0.set(R.HLREG0.loopback) }
        let address = card.fill(0, frame())
        card.post(0, at: address, Command.data(60))
        card.ring(1)
        #expect(card.sink.frames == [])
        #expect(card.count(R.GPRC.self) == 1)
        #expect(card.nic.violations == [])
        try card.stop()
    }

    @Test func withoutALinkTheRingWaits() throws {
        var card = try Card.start()
        card.nic.setConnected(false)
        card.post(0, at: card.fill(0, frame()), Command.data(60))
        card.ring(1)
        #expect(card.sink.frames == [])
        #expect(card.registers.read32(at: R.TDH.offset(0)) == 0)
        card.nic.setConnected(true)
        card.step(50)
        #expect(card.sink.frames == [], "the link takes a while to come up")
        card.step(300)
        #expect(card.sink.frames == [frame()])
        try card.stop()
    }

    /// Descriptors that are wrong, or ask for what the model does not do, and what it says of them.
    private static let unusual: [(command: UInt64, text: String)] = {
        let plain = Command.data(60)
        let typeless = plain & ~(15 << 20)
        var all: [(UInt64, String)] = [
            (Command.data(60, Command.end), "IFCS"), (Command.data(60, payload: 61), "PAYLEN"),
            (Command.data(60, payload: 0), "PAYLEN"), (Command.data(9725), "more than 9724 bytes"),
            (typeless | 2 << 20 | 1 << 15, "FCoE"), (typeless | 2 << 20 | 1 << 13, "IPsec"),
            (typeless | 7 << 20, "unknown type 7"),
        ]
        for (bit, text) in [(19, "MAC"), (42, "POPTS"), (45, "POPTS")] { all.append((plain | 1 << UInt64(bit), text)) }
        for bit in [30, 31, 39, 40, 41] { all.append((plain | 1 << UInt64(bit), "has not described")) }
        return all
    }()

    @Test(arguments: unusual.indices)
    func whatIsWrongOrNotModelledIsRecorded(index: Int) throws {
        let (command, text) = TransmitTests.unusual[index]
        var card = try Card.start()
        let address = card.fill(0, frame())
        card.post(0, at: address, command)
        // The next frame is sent all the same.
        card.post(1, at: card.fill(16384, frame(fill: 1)), Command.data(60))
        card.ring(2)
        let found = card.nic.violations
        #expect(found.count == 1 && found[0].description.contains(text), "\(found)")
        #expect(card.sink.frames.last == frame(fill: 1))
        #expect(card.registers.read32(at: R.TDH.offset(0)) == 2)
        try card.stop()
    }

    @Test func aLegacyDescriptorIsSent() throws {
        var card = try Card.start()
        card.post(0, at: card.fill(0, frame(count: 100)), 100 | Command.whole)
        card.ring(1)
        #expect(card.sink.frames == [frame(count: 100)])
        #expect(card.nic.violations == [])
        try card.stop()
    }

    /// Frames of a line go another way than longer ones.
    @Test(arguments: [60, 64, 200])
    func writesBackTheDoneBitAndNothingElse(count: Int) throws {
        var card = try Card.start()
        card.registers.write(R.TDWBAL.self) { $0.clear(R.TDWBAL.enable) }
        let address = card.fill(0, frame(count: count))
        let reported = Command.data(count, Command.whole | Command.report)
        for (slot, command) in [Command.data(count), reported, Command.data(count), reported].enumerated() {
            card.post(slot, at: address, command)
        }
        card.ring(4)
        let ring = card.transmitRing()
        let words = (0..<8).map { card.port.load64(at: ring + UInt64($0) * 8) }
        let done = reported | 1 << 32
        #expect(words == [address, Command.data(count), address, done, address, Command.data(count), address, done])
        #expect(card.sink.count == 4)
        try card.stop()
    }

    @Test(arguments: [60, 200])
    func reportsTheHeadBehindTheLastDescriptorThatAsks(count: Int) throws {
        var card = try Card.start()
        let place = card.address(R.TDWBAL.offset(0), R.TDWBAH.offset(0)) & ~3
        let address = card.fill(0, frame(count: count))
        for slot in 0..<10 {
            let report = slot == 3 || slot == 6 ? Command.report : 0
            card.post(slot, at: address, Command.data(count, Command.whole | report))
        }
        card.ring(10)
        let reported = card.port.load64(at: place & ~7)
        #expect(reported == 7)
        #expect(card.registers.read32(at: R.TDH.offset(0)) == 10)
        try card.stop()
    }

    @Test func countsFramesAndBytesWithPaddingAndCheckSequence() throws {
        var card = try Card.start()
        let address = card.fill(0, frame(count: 200))
        for (slot, count) in [20, 60, 64, 200].enumerated() { card.post(slot, at: address, Command.data(count)) }
        card.ring(4)
        #expect(card.sink.frames.map(\.count) == [60, 60, 64, 200])
        #expect(card.sink.frames[0] == frame(count: 200)[..<20] + [UInt8](repeating: 0, count: 40))
        #expect(card.count(R.GPTC.self) == 4)
        #expect(card.count(R.QPTC.self) == 4)
        #expect(card.count(R.GOTCL.self) == 60 + 60 + 64 + 200 + 16)
        #expect(card.count(R.QBTCL.self) == 60 + 60 + 64 + 200 + 16)
        try card.stop()
    }

    @Test(arguments: [60, 100])
    func aFrameOutsideOfMappedMemoryIsNotSentAndRecorded(count: Int) throws {
        var card = try Card.start()
        let good = card.fill(0, frame(count: count))
        let addresses = [good, 0x1000, good, good + 65536 - UInt64(count) + 1, good]
        for (slot, address) in addresses.enumerated() { card.post(slot, at: address, Command.data(count)) }
        card.ring(5)
        #expect(card.sink.frames == [[UInt8]](repeating: frame(count: count), count: 3))
        #expect(card.nic.violations.map(\.text) == [String](
            repeating: "DMA of transmit queue 0 outside of mapped memory", count: 2))
        try card.stop()
    }

    @Test func whatIsWrongWithEachPacketIsNotRecordedWithoutEnd() throws {
        var card = try Card.start()
        let address = card.fill(0, frame())
        var tail = 0
        for _ in 0..<40 {
            for _ in 0..<60 {
                card.post(tail, at: tail % 2 == 0 ? address : 0x1000, Command.data(60, Command.end))
                tail = (tail + 1) % 64
            }
            card.ring(tail)
        }
        #expect(card.nic.violations.count == 1000)
        #expect(card.sink.count == 1200)
        try card.stop()
    }

    @Test func memoryThatIsUnmappedWhileTheCardRunsIsOutOfReachAtOnce() throws {
        var card = try Card.start()
        do {
            let other = try DMAMemory(count: 4096, pages: .small, mapper: card.space)
            for slot in 0..<3 { card.post(slot, at: other.pageAddresses[0], Command.data(60)) }
            card.ring(2)
            #expect(card.sink.count == 2)
        }
        card.ring(3)
        #expect(card.sink.count == 2)
        #expect(card.nic.violations.map(\.text) == ["DMA of transmit queue 0 outside of mapped memory"])
        try card.stop()
    }

    @Test func aQueueThatHasMoreThanABurstDoesNotStarveTheNext() throws {
        var card = try Card.start(queues: 2)
        let first = card.fill(0, frame(fill: 1))
        let second = card.fill(64, frame(fill: 2))
        for slot in 0..<63 {
            card.post(slot, at: first, Command.data(60))
            card.post(slot, queue: 1, at: second, Command.data(60))
        }
        card.registers.tail(R.TDT.self, at: 0).write(63)
        card.registers.tail(R.TDT.self, at: 1).write(63)
        card.nic.step()
        #expect(card.sink.frames == [[UInt8]](repeating: frame(fill: 1), count: 63)
            + [[UInt8]](repeating: frame(fill: 2), count: 63))
        try card.stop()
    }
}
