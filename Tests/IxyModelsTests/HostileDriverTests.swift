import Ixy
import IxyHardware
import Testing

@testable import IxyModels

/// A driver that writes numbers into an 82599 which no driver should: the card goes on, and says what was wrong.
@Suite struct HostileDriverTests {
    typealias R = IXGBERegisters

    /// The ring has 64 descriptors.
    @Test(arguments: [63, 64, 0xFFFF])
    func aTransmitHeadThatIsMoved(head: UInt32) throws {
        var card = try Card.start()
        let address = card.fill(0, frame())
        for slot in 0..<64 { card.post(slot, at: address, Command.data(60)) }
        card.ring(10)
        #expect(card.sink.count == 10)
        card.registers.write32(head, at: R.TDH.offset(0))
        card.ring(20)
        #expect(card.nic.violations.map(\.text) == ["TDH(0) written while its queue is enabled"])
        #expect(card.sink.count == (head < 64 ? 10 + 21 : 10), "nothing is sent from beyond the ring")
        try card.stop()
    }

    /// The tail is at 63, behind which nothing is free.
    @Test(arguments: [(4, 4), (63, 2), (64, 2), (0xFFFF, 2)])
    func aReceiveHeadThatIsMoved(head: UInt32, received: UInt32) throws {
        var card = try Card.start()
        card.receive([frame(), frame()])
        card.registers.write32(head, at: R.RDH.offset(0))
        card.receive([frame()])
        // A frame of some buffers goes another way than a short one.
        card.receive([frame(count: 1500)])
        #expect(card.nic.violations.map(\.text) == ["RDH(0) written while its queue is enabled"])
        #expect(card.count(R.GPRC.self) == received)
        try card.stop()
    }

    @Test(arguments: [0, 128, 512]) func aTransmitRingThatShrinksBehindItsHead(length: UInt32) throws {
        var card = try Card.start()
        let address = card.fill(0, frame())
        for slot in 0..<64 { card.post(slot, at: address, Command.data(60)) }
        card.ring(40)
        card.registers.write32(length, at: R.TDLEN.offset(0))
        card.ring(5)
        // A context goes another way than a frame.
        card.post(0, at: 0, 2 << 20 | 1 << 29)
        card.ring(6)
        #expect(card.sink.count == 40)
        #expect(card.nic.violations.first?.text.hasPrefix("TDLEN(0).LEN changed") == true)
        try card.stop()
    }

    @Test(arguments: [0, 128, 512]) func aReceiveRingThatShrinksBehindItsHead(length: UInt32) throws {
        var card = try Card.start()
        card.receive([[UInt8]](repeating: frame(), count: 40))
        card.registers.write32(length, at: R.RDLEN.offset(0))
        card.registers.tail(R.RDT.self).write(5)
        card.receive([frame(), frame(count: 1500)])
        #expect(card.count(R.GPRC.self) == 40)
        #expect(card.nic.violations.first?.text.hasPrefix("RDLEN(0).LEN changed") == true)
        try card.stop()
    }

    /// Filters stay where they were, and there is no room for them any more.
    @Test func aFlowDirectorWhoseMemoryIsTakenAway() throws {
        var card = try Card.start()
        card.registers.write(R.FDIRCTRL.self) { $0[R.FDIRCTRL.allocation] = 1 }
        card.step()
        card.registers.write32(1, at: R.FDIRCMD.offset(0))
        card.registers.write(R.FDIRCTRL.self) { _ in }
        card.registers.write32(1, at: R.FDIRCMD.offset(0))
        card.step()
        #expect(card.registers.read32(at: R.FDIRFREE.offset(0)) & 0xFFFF == 0)
        try card.stop()
    }

    /// 64 pools of two queues have 128; with four each, the last ones have none.
    @Test func aVirtualFunctionWhosePoolIsTakenAway() throws {
        let nic = try ModelNIC(
            space: IOAddressSpace(), macAddress: MACAddress(2, 0, 0, 0, 0, 0xFF),
            virtualAddresses: (0..<40).map { MACAddress(2, 0, 0, 0, 1, UInt8($0)) })
        ModelRegisters(nic).write(R.MRQC.self) { $0[R.MRQC.mode] = 10 }
        for function in [31, 32, 39] {
            let registers = ModelVFRegisters(nic, function: function)
            let before = nic.violations.count
            _ = registers.read32(at: 0x1000 + 3 * 0x40 + 8)
            registers.write32(0, at: 0x2000 + 8)
            _ = registers.read32(at: 0x101C)
            #expect(nic.violations.count - before == (function == 31 ? 0 : 2), "\(function)")
            nic.resetVirtualFunction(function)
        }
        for _ in 0..<10 { nic.step() }
    }
}

/// The same by VirtIO.
@Suite struct HostileVirtIODriverTests {
    private static let features: VirtIO.Features = [.version1, .checksum, .hostTSO4, .hostTSO6]

    /// The bit for congestion says how a segment is cut, and here nothing is.
    @Test(arguments: [VirtIO.Features(), .packedRing])
    func congestionWithoutSegmentation(layout: VirtIO.Features) throws {
        let driver = try HandMadeDriver.started(Self.features.union(layout))
        var frame = InternetFrame(transport: .tcp)
        frame.data = [1, 2, 3]
        driver.send(frame.bytes(.prepared), header: [1, 0x80, 0, 0, 0, 0, 34, 0, 16, 0, 0, 0])
        driver.device.step()
        #expect(driver.violations.count == 1, "\(driver.violations)")
        #expect(driver.sink.count == 0)
        #expect(driver.rings[1]!.takeUsed().count == 1)
    }

    /// A datagram's length has 16 bits: a real one cannot be longer. (RFC 791 §3.1)
    @Test(arguments: [(65535, true), (65536, false), (300_000, false)])
    func segmentationOfMoreThanADatagram(length: Int, isGood: Bool) throws {
        let driver = try HandMadeDriver.started(Self.features) { $0.mtu = 1500 }
        var frame = InternetFrame(transport: .tcp)
        frame.data = [1]
        var header: [UInt8] = [1, 1, 54, 0, 0, 0, 34, 0, 16, 0, 0, 0]
        header[4] = UInt8(truncatingIfNeeded: 1460)
        header[5] = UInt8(1460 >> 8)
        let start = header + frame.bytes(.prepared).prefix(54)
        driver.memory.put(start, driver.memory.buffer(0))
        // The data are the same bytes again and again.
        var rest = 14 + length - 54
        var elements = [HandMadePackedRing.Element(address: driver.memory.buffer(0), count: start.count)]
        while rest > 0 {
            let count = min(rest, 60_000)
            elements.append(.init(address: driver.memory.buffer(1), count: count))
            rest -= count
        }
        _ = driver.rings[1]!.give(elements)
        for _ in 0..<10 { driver.device.step() }
        #expect(driver.violations.isEmpty == isGood, "\(driver.violations)")
        #expect(driver.sink.count == (isGood ? (length - 40 + 1459) / 1460 : 0))
        #expect(driver.rings[1]!.takeUsed().count == 1)
    }

    /// No frame that comes from a wire is believed.
    @Test(arguments: [(0, 8), (0, 60), (4, 60), (5, 8), (15, 40)])
    func aNetworkHeaderThatIsNone(words: UInt8, total: UInt8) throws {
        var options = ModelVirtIO.Options()
        options.leavesWork = true
        let work = try #require(LeftWork([.guestChecksum, .guestTSO4], options))
        for kind: UInt8 in [6, 17] {
            var bytes = frame(type: 0x0800, count: 120)
            bytes[14] = 0x40 | words
            bytes[16] = 0
            bytes[17] = total
            bytes[23] = kind
            #expect(work.leave(bytes.span.rawBytes) == nil)
        }
    }

    /// A wire need not pad.
    @Test(arguments: [[], .packedRing] as [VirtIO.Features]) func framesWithoutAWholeHeader(layout: VirtIO.Features) throws {
        let driver = try HandMadeDriver.started(layout.union(.version1))
        for buffer in 0..<3 { driver.arm(buffer) }
        let frames = [0, 1, 13, 14].map { Array(testFrame().prefix($0)) }
        driver.device.attach(source: FrameList(frames, fault: .unpadded))
        for _ in 0..<2 { driver.device.step() }
        #expect(driver.device.counters.filtered == 3)
        #expect(driver.device.counters.delivered == 1)
        #expect(driver.rings[0]!.takeUsed().map { $0[1] } == [26])
    }

    /// A counter of the kernel holds nearly 2^64.
    @Test func aDriverThatKicksMoreOftenThanCanBeCounted() throws {
        let driver = try HandMadeDriver(.version1)
        let kick = try EventFile()
        let file = try kick.duplicate()
        driver.device.start(Vring(
            index: 1, layout: driver.rings[1]!.layout, features: driver.features, position: .start(isPacked: false),
            kick: kick, call: nil))
        for _ in 0..<3 {
            var written = 0
            let most: [UInt8] = [0xFE] + [UInt8](repeating: 0xFF, count: 7)
            try file.write(most.span.rawBytes, written: &written, subject: "a counter")
            #expect(written == 8)
            #expect(driver.device.counters.notifications > 0)
        }
    }
}
