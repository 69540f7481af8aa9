import Ixy
import IxyHardware
import IxyModels
import TestSupport
import Testing

/// Offloads of transmit by descriptors that a test writes itself; tshark judges the frames.
@Suite struct TransmitOffloadTests {
    typealias R = IXGBERegisters

    /// Bits of a data descriptor.
    private enum Bit {
        static let tag: UInt64 = 1 << 30
        static let segment: UInt64 = 1 << 31
        static let networkSum: UInt64 = 1 << 40
        static let transportSum: UInt64 = 1 << 41
    }

    /// Writes a context and a frame of some descriptors behind it, and lets the card send.
    ///
    /// - Parameter cuts: where a descriptor ends, other than at the end of the frame.
    private func send(
        _ frame: InternetFrame, _ sums: InternetFrame.Sums, _ bits: UInt64, segmentSize: Int = 0, tag: UInt16 = 0,
        cuts: [Int] = [], on card: inout Card, slot: Int = 0
    ) -> Int {
        let bytes = frame.bytes(sums)
        let (low, high) = frame.context(segmentSize: segmentSize, tag: tag)
        card.post(slot, at: low, high)
        let address = card.fill(0, bytes)
        let payload = segmentSize > 0 ? bytes.count - frame.headerLength : bytes.count
        var start = 0
        var slot = slot + 1
        for end in cuts + [bytes.count] where end > start {
            let last = end == bytes.count ? Command.end | Command.report : 0
            card.post(
                slot, at: address + UInt64(start), Command.data(end - start, payload: payload, Command.check | bits | last))
            slot += 1
            start = end
        }
        card.ring(slot)
        return slot
    }

    private static let plain: [InternetFrame] = {
        var frames: [InternetFrame] = []
        for transport in [InternetFrame.Transport.tcp, .udp, .sctp] {
            for isIPv6 in [false, true] {
                for length in [0, 1, 100, 1301] {
                    var frame = InternetFrame(transport: transport, isIPv6: isIPv6)
                    frame.data = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
                    frames.append(frame)
                }
            }
        }
        var odd = InternetFrame(transport: .tcp)
        odd.options = [1, 1, 1, 1]
        odd.tag = 5
        odd.data = [1, 2, 3]
        frames.append(odd)
        return frames
    }()

    @Test func checksumsAreWhatTsharkComputes() throws {
        var card = try Card.start()
        var slot = 0
        for frame in TransmitOffloadTests.plain {
            let bits = Bit.transportSum | (frame.isIPv6 ? 0 : Bit.networkSum)
            slot = send(frame, .prepared, bits, on: &card, slot: slot)
        }
        #expect(card.nic.violations == [])
        let frames = card.sink.frames
        #expect(frames.count == TransmitOffloadTests.plain.count)
        for (frame, sent) in zip(TransmitOffloadTests.plain, frames) where frame.transport != .sctp {
            let expected = frame.bytes()
            #expect(sent == expected + [UInt8](repeating: 0, count: max(0, 60 - expected.count)))
        }
        let names = ["ip", "tcp", "udp", "sctp"].map { $0 + ".checksum.status" }
        for (frame, row) in zip(TransmitOffloadTests.plain, try dissect(frames, names)) {
            let transport = ["", frame.transport == .tcp ? "1" : "", frame.transport == .udp ? "1" : ""]
            #expect(row == [frame.isIPv6 ? "" : "1"] + transport[1...] + [frame.transport == .sctp ? "1" : ""], "\(frame)")
        }
        try card.stop()
    }

    /// As Linux's driver does.
    @Test func aTransportsChecksumNeedsNoVersionOfIP() throws {
        var card = try Card.start()
        let frame = InternetFrame(transport: .tcp)
        var bytes = frame.bytes(.prepared)
        bytes.replaceSubrange(24..<26, with: frame.bytes()[24..<26])
        let (low, high) = frame.context()
        card.post(0, at: low, high & ~(1 << 10))
        card.post(1, at: card.fill(0, bytes), Command.data(bytes.count, Command.whole | Bit.transportSum))
        card.ring(2)
        #expect(card.nic.violations == [])
        #expect(card.sink.frames.map { Array($0[..<54]) } == [frame.bytes()])
        try card.stop()
    }

    @Test func optionsCountOnlyInTheFirstDescriptorOfAFrame() throws {
        var card = try Card.start()
        var frame = InternetFrame(transport: .tcp)
        frame.data = [UInt8](repeating: 9, count: 200)
        let bytes = frame.bytes(.prepared)
        let (low, high) = frame.context()
        card.post(0, at: low, high)
        let address = card.fill(0, bytes)
        // Asked for in the second descriptor alone, they are not done.
        card.post(1, at: address, Command.data(100, payload: bytes.count, Command.check))
        card.post(
            2, at: address + 100,
            Command.data(bytes.count - 100, payload: 0, Command.end | Bit.transportSum | Bit.networkSum | Bit.tag | Bit.segment))
        card.post(3, at: address, Command.data(100, payload: bytes.count, Command.check | Bit.transportSum | Bit.networkSum))
        card.post(4, at: address + 100, Command.data(bytes.count - 100, payload: 0, Command.end))
        card.ring(5)
        #expect(card.nic.violations == [])
        #expect(card.sink.frames == [bytes, frame.bytes()])
        try card.stop()
    }

    @Test(arguments: [
        (false, [UInt8](), 3000, 1000), (false, [1, 1, 1, 1], 4001, 536), (true, [], 3000, 1440), (false, [], 100, 1448),
        (true, [], 1, 1440), (false, [], 8920, 8920),
    ])
    func segmentsOfTCPContinueEachOther(isIPv6: Bool, options: [UInt8], length: Int, size: Int) throws {
        var card = try Card.start()
        var frame = InternetFrame(transport: .tcp, isIPv6: isIPv6)
        frame.options = options
        frame.flags = 0x19
        frame.sequence = 0xFFFF_FE00
        frame.data = (0..<length).map { UInt8(truncatingIfNeeded: $0 / 3) }
        let bits = Bit.segment | Bit.transportSum | (isIPv6 ? 0 : Bit.networkSum)
        let slot = send(
            frame, .preparedForSegmentation, bits, segmentSize: size, cuts: [frame.headerLength, frame.headerLength + length / 2],
            on: &card)
        #expect(card.nic.violations == [])
        #expect(card.registers.read32(at: R.TDH.offset(0)) == slot)
        let frames = card.sink.frames
        let count = (length + size - 1) / size
        #expect(frames.count == count)
        #expect(card.count(R.GPTC.self) == UInt32(count))
        // The data, one behind the other, without the padding of a short frame.
        var data: [UInt8] = []
        for (number, sent) in frames.enumerated() {
            let part = min(size, length - number * size)
            data += sent[frame.headerLength..<frame.headerLength + part]
        }
        #expect(data == frame.data)
        let rows = try dissect(
            frames, ["ip.checksum.status", "tcp.checksum.status", "tcp.seq_raw", "tcp.len", "tcp.flags", "ip.id"])
        for (number, row) in rows.enumerated() {
            let sequence = frame.sequence &+ UInt32(number * size)
            // PSH and FIN are the last one's.
            let flags = number == count - 1 ? "0x0019" : "0x0010"
            let identification = String(100 + number, radix: 16)
            #expect(row[0...4] == [
                isIPv6 ? "" : "1", "1", "\(sequence)", "\(min(size, length - number * size))", flags,
            ])
            if !isIPv6 { #expect(row[5] == "0x" + String(repeating: "0", count: 4 - identification.count) + identification) }
        }
        try card.stop()
    }

    /// 46 segments, more than a burst has room for after what is there already.
    @Test func aBufferOf64KiBIsCutIntoManySegments() throws {
        var card = try Card.start()
        var frame = InternetFrame(transport: .tcp)
        frame.data = (0..<65000).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }
        let bits = Bit.segment | Bit.transportSum | Bit.networkSum
        var slot = 0
        for _ in 0..<3 {
            slot = send(
                frame, .preparedForSegmentation, bits, segmentSize: 1448, cuts: [16384, 32768, 49152], on: &card, slot: slot)
        }
        #expect(card.nic.violations == [])
        #expect(card.sink.count == 3 * 45)
        let data = card.sink.frames[90...].flatMap { $0[54...] }
        #expect(data == frame.data)
        try card.stop()
    }

    @Test(arguments: [false, true])
    func segmentsOfUDPAreDatagrams(isIPv6: Bool) throws {
        var card = try Card.start()
        var frame = InternetFrame(transport: .udp, isIPv6: isIPv6)
        frame.data = (0..<2500).map { UInt8(truncatingIfNeeded: $0) }
        let bits = Bit.segment | Bit.transportSum | (isIPv6 ? 0 : Bit.networkSum)
        _ = send(frame, .preparedForSegmentation, bits, segmentSize: 1000, on: &card)
        #expect(card.nic.violations == [])
        let rows = try dissect(card.sink.frames, ["udp.checksum.status", "udp.length", "ip.len", "ipv6.plen"])
        let lengths = [1008, 1008, 508]
        #expect(rows == lengths.map { ["1", "\($0)", isIPv6 ? "" : "\($0 + 20)", isIPv6 ? "\($0)" : ""] })
        try card.stop()
    }

    @Test func aTagIsInsertedBehindTheAddressesOfEachSegment() throws {
        var card = try Card.start()
        var frame = InternetFrame(transport: .tcp)
        frame.data = [UInt8](repeating: 3, count: 1500)
        let bits = Bit.segment | Bit.transportSum | Bit.networkSum | Bit.tag
        let slot = send(frame, .preparedForSegmentation, bits, segmentSize: 1000, tag: 0x6123, on: &card)
        _ = send(InternetFrame(), .right, Bit.tag, tag: 0x0FFF, on: &card, slot: slot)
        #expect(card.nic.violations == [])
        let rows = try dissect(card.sink.frames, ["vlan.id", "vlan.priority", "tcp.checksum.status", "frame.len"])
        #expect(rows == [["291", "3", "1", "1058"], ["291", "3", "1", "558"], ["4095", "0", "", "60"]])
        try card.stop()
    }

    @Test func aLegacyDescriptorCarriesItsTagAndChecksumItself() throws {
        var card = try Card.start()
        var frame = InternetFrame(transport: .tcp)
        frame.data = [UInt8](repeating: 3, count: 61)
        var bytes = frame.bytes(.prepared)
        // The header's checksum is software's.
        bytes.replaceSubrange(24..<26, with: frame.bytes()[24..<26])
        let word = UInt64(bytes.count) | 50 << 16 | Command.whole | 1 << 26 | 1 << 30 | 34 << 40 | 0x2005 << 48
        card.post(0, at: card.fill(0, bytes), word)
        card.ring(1)
        #expect(card.nic.violations == [])
        let rows = try dissect(card.sink.frames, ["vlan.id", "ip.checksum.status", "tcp.checksum.status"])
        #expect(rows == [["5", "1", "1"]])
        try card.stop()
    }

    /// The two contexts of a queue, which stay until they are described anew or the queue is stopped.
    @Test func aQueueHasTwoContexts() throws {
        var card = try Card.start()
        let (tcp, udp) = (InternetFrame(transport: .tcp), InternetFrame(transport: .udp))
        for (slot, words) in [tcp.context(index: 0), udp.context(index: 1)].enumerated() {
            card.post(slot, at: words.0, words.1)
        }
        let bits = Command.whole | Bit.networkSum | Bit.transportSum
        for (slot, frame) in [udp, tcp, udp].enumerated() {
            let bytes = frame.bytes(.prepared)
            let index: UInt64 = frame.transport == .udp ? 1 : 0
            card.post(
                2 + slot, at: card.fill(slot * 256, bytes), Command.data(bytes.count, bits | index << 36))
        }
        card.ring(5)
        #expect(card.nic.violations == [])
        let rows = try dissect(card.sink.frames, ["tcp.checksum.status", "udp.checksum.status"])
        #expect(rows == [["", "1"], ["1", ""], ["", "1"]])
        try card.stop()
    }

    /// A wrong request is recorded, and its frame is not sent; the next frame is.
    @Test(arguments: [
        ("a context that the driver has not described", 1 << 36, 0), ("that the driver has not described", 5 << 36, 0),
        ("IFCS", 1 << 25, 0), ("PAYLEN", 1 << 46, 0), ("IXSM set for IPv6", 0, 1), ("MACLEN", 0, 2), ("IPLEN", 0, 3),
        ("reserved L4T", 0, 4), ("beyond the frame", 0, 5),
    ] as [(String, Int, Int)])
    func whatIsAskedForWronglyIsRecorded(text: String, flip: Int, context: Int) throws {
        var card = try Card.start()
        let frame = InternetFrame(transport: .tcp)
        let bytes = frame.bytes(.prepared)
        var (low, high) = frame.context()
        switch context {
        case 1: high &= ~(1 << 10)
        case 2: low &= ~(127 << 9)
        case 3: low &= ~511
        case 4: high |= 3 << 11
        case 5: low |= 511
        default: break
        }
        // For IPv6 the header is longer.
        if context == 1 { low += 20 }
        card.post(0, at: low, high)
        let command = Command.data(bytes.count, Command.whole | Bit.networkSum | Bit.transportSum) ^ UInt64(flip)
        card.post(1, at: card.fill(0, bytes), command)
        card.post(2, at: card.fill(4096, bytes), Command.data(bytes.count))
        card.ring(3)
        let found = card.nic.violations
        #expect(!found.isEmpty && found.contains { $0.text.contains(text) }, "\(found)")
        #expect(card.sink.frames.last?.prefix(bytes.count) == bytes[...])
        #expect(card.registers.read32(at: R.TDH.offset(0)) == 3)
        try card.stop()
    }

    @Test(arguments: [
        ("TSE without TXSM", Bit.networkSum, 100), ("TSE of IPv4 without IXSM", Bit.transportSum, 100),
        ("MSS of 0", Bit.networkSum | Bit.transportSum, 0), ("segments of more than", Bit.networkSum | Bit.transportSum, 9700),
    ])
    func segmentationThatCannotBeIsRecorded(text: String, bits: UInt64, size: Int) throws {
        var card = try Card.start()
        var frame = InternetFrame(transport: .tcp)
        frame.data = [UInt8](repeating: 1, count: 200)
        let (low, high) = frame.context(segmentSize: size)
        card.post(0, at: low, high)
        let bytes = frame.bytes(.preparedForSegmentation)
        card.post(1, at: card.fill(0, bytes), Command.data(bytes.count, payload: 200, Command.whole | Bit.segment | bits))
        card.ring(2)
        #expect(card.nic.violations.map(\.text).filter { $0.contains(text) }.count == 1, "\(card.nic.violations)")
        #expect(card.sink.frames == [])
        try card.stop()
    }

    @Test func aFrameThatWasCutInterruptsLikeAnyOther() throws {
        var card = try Card.start()
        // Transmit queue 0 has vector 1.
        card.registers.write32(0x8100, at: R.IVAR.offset(0))
        card.registers.modify(R.GPIE.self) { $0.set(R.GPIE.multipleMSIX) }
        card.registers.write32(2, at: R.EIMS_EX.offset(0))
        var frame = InternetFrame(transport: .tcp)
        frame.data = [UInt8](repeating: 1, count: 2000)
        let bits = Bit.segment | Bit.transportSum | Bit.networkSum
        _ = send(frame, .preparedForSegmentation, bits, segmentSize: 1000, on: &card)
        #expect(card.nic.takeInterrupts().messages == 2)
        try card.stop()
    }

    @Test func contextsAreForgottenWhenTheQueueStops() throws {
        var card = try Card.start()
        let (low, high) = InternetFrame().context()
        card.post(0, at: low, high)
        card.ring(1)
        card.registers.modify(R.TXDCTL.self) { $0.clear(R.TXDCTL.enable) }
        card.step()
        card.registers.write(R.TDH.self) { _ in }
        card.registers.write(R.TDT.self) { _ in }
        card.registers.modify(R.TXDCTL.self) { $0.set(R.TXDCTL.enable) }
        card.step()
        while !card.registers.read(R.TXDCTL.self).isSet(R.TXDCTL.enable) { card.step() }
        let bytes = InternetFrame().bytes(.prepared)
        card.post(0, at: card.fill(0, bytes), Command.data(bytes.count, Command.whole | Bit.transportSum))
        card.ring(1)
        #expect(card.nic.violations.contains { $0.text.contains("that the driver has not described") })
        #expect(card.sink.frames == [])
        try card.stop()
    }
}
