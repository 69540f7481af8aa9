import Ixy
import IxyHardware
import IxyModels
import Testing

@Suite struct ReceiveTests {
    typealias R = IXGBERegisters
    private let broadcast = frame(to: [255, 255, 255, 255, 255, 255])

    /// The descriptors that the card has written back, as they are in the ring.
    private func written(_ card: inout Card, _ count: Int) -> [UInt64?] {
        let ring = card.receiveRing()
        return (0..<count).map { card.port.load64(at: ring + UInt64($0) * 16 + 8) }
    }

    private func done(_ length: Int, _ bits: UInt64 = 3) -> UInt64 { UInt64(length) << 32 | bits }

    @Test func broadcastIsTakenOnlyIfFCTRLSaysSo() throws {
        var card = try Card.start()
        card.configure { $0.modify(R.FCTRL.self) { $0.clear(R.FCTRL.broadcastAccept) } }
        card.receive([broadcast, frame(to: [1, 0, 0x5E, 0, 0, 1])])
        #expect(card.count(R.GPRC.self) == 1, "neither promiscuous mode takes it")
        #expect(card.count(R.BPRC.self) == 0)
        card.configure { $0.modify(R.FCTRL.self) { $0.set(R.FCTRL.broadcastAccept) } }
        card.receive([broadcast])
        #expect(card.count(R.GPRC.self) == 1)
        #expect(card.count(R.BPRC.self) == 1)
        try card.stop()
    }

    @Test func broadcastIsTakenByTheExactFilter() throws {
        var card = try Card.start(isPromiscuous: false)
        card.configure {
            $0.modify(R.FCTRL.self) { $0.clear(R.FCTRL.broadcastAccept) }
            $0.write(R.RAL.self, at: 5) { $0[R.RAL.address] = .max }
            $0.write(R.RAH.self, at: 5) {
                $0[R.RAH.address] = 0xFFFF
                $0.set(R.RAH.isValid)
            }
        }
        card.receive([broadcast, frame(to: [2, 0, 0, 0, 0, 7])])
        #expect(card.count(R.GPRC.self) == 1)
        try card.stop()
    }

    @Test func onlyWhatPassesTheFilterIsCounted() throws {
        var card = try Card.start(isPromiscuous: false)
        card.receive([
            frame(), frame(to: [2, 0, 0, 0, 0, 2]), frame(to: [2, 0, 0, 0, 0, 1], count: 100), broadcast,
            frame(to: [1, 0, 0x5E, 0, 0, 1]),
        ])
        #expect(card.count(R.GPRC.self) == 3)
        #expect(card.count(R.MPRC.self) == 0)
        #expect(card.count(R.BPRC.self) == 1)
        #expect(card.count(R.TPR.self) == 5)
        try card.stop()
    }

    /// The generator's frames are looked at once a burst.
    @Test func generatedFramesAreFilteredToo() throws {
        var card = try Card.start(isPromiscuous: false)
        card.receive([frame()])
        #expect(card.count(R.GPRC.self) == 1)
        #expect(card.count(R.TPR.self) == 1)
        card.nic.attach(source: SequenceSource(count: 40))
        card.step()
        #expect(card.count(R.GPRC.self) == 0, "they are for 02:00:00:00:00:02")
        #expect(card.count(R.TPR.self) == 40)
        card.configure { $0.write(R.RAL.self) { $0[R.RAL.address] = 0x0000_0002 } }
        card.configure { registers in
            registers.write(R.RAH.self) {
                $0[R.RAH.address] = 0x0200
                $0.set(R.RAH.isValid)
            }
        }
        card.nic.attach(source: SequenceSource(count: 40))
        card.step()
        #expect(card.count(R.GPRC.self) == 40)
        try card.stop()
    }

    private func tagged(_ count: Int) -> [UInt8] {
        let plain = frame(count: count - 4)
        return Array(plain[..<12] + [0x81, 0, 0, 5] + plain[12...])
    }

    @Test func framesLongerThan1518BytesAreOversizeAndTaggedOnesLongerThan1522() throws {
        var card = try Card.start()
        card.receive([frame(count: 1514), frame(count: 1515), tagged(1518), tagged(1519), frame(count: 9724)])
        #expect(card.count(R.GPRC.self) == 2)
        #expect(card.count(R.ROC.self) == 3)
        #expect(card.count(R.GOTCL.self) == 0)
        #expect(card.count(R.GORCL.self) == 1518 + 1522)
        card.receive([frame(count: 1515)], fault: .wrongCheck)
        #expect(card.count(R.RJC.self) == 1)
        #expect(card.count(R.ROC.self) == 0)
        try card.stop()
    }

    @Test func jumboFramesMayBeAsLongAsMAXFRSSays() throws {
        var card = try Card.start()
        card.configure {
            $0.modify(R.HLREG0.self) { $0.set(R.HLREG0.jumbo) }
            $0.write(R.MAXFRS.self) { $0[R.MAXFRS.size] = 2000 }
        }
        card.receive([frame(count: 1996), frame(count: 1997), tagged(2000), tagged(2001)])
        #expect(card.count(R.GPRC.self) == 2)
        #expect(card.count(R.ROC.self) == 2)
        // No frame is longer than the chip can take, whatever MAXFRS says.
        card.configure { $0.write(R.MAXFRS.self) { $0[R.MAXFRS.size] = 65535 } }
        card.receive([[UInt8](repeating: 2, count: 20000)])
        #expect(card.count(R.ROC.self) == 1)
        try card.stop()
    }

    @Test func damagedFramesAreCountedAndDropped() throws {
        var card = try Card.start()
        card.receive([frame(count: 59), frame(count: 14), frame(count: 20)], fault: .unpadded)
        #expect(card.count(R.RUC.self) == 3)
        card.receive([frame(count: 59)], fault: [.unpadded, .wrongCheck])
        #expect(card.count(R.RFC.self) == 1)
        card.receive([frame(), frame(count: 1000)], fault: .wrongCheck)
        #expect(card.count(R.CRCERRS.self) == 2)
        #expect(card.count(R.GPRC.self) == 0)
        #expect(card.count(R.TPR.self) == 6)
        #expect(written(&card, 1) == [0], "no descriptor was used")
        card.receive([frame()])
        #expect(written(&card, 1) == [done(60)])
        try card.stop()
    }

    @Test func undersizeIsCountedOnlyBehindTheAddressFilterButCheckErrorsAlways() throws {
        var card = try Card.start(isPromiscuous: false)
        let other = frame(to: [2, 0, 0, 0, 0, 7], count: 59)
        card.receive([other, [2, 0, 0, 0, 0, 1]], fault: .unpadded)
        #expect(card.count(R.RUC.self) == 0)
        card.receive([other], fault: .wrongCheck)
        #expect(card.count(R.CRCERRS.self) == 1)
        try card.stop()
    }

    @Test func aLengthFieldThatIsWrongIsAnErrorIfHLREG0SaysSo() throws {
        var card = try Card.start()
        let good = [frame(type: 46), frame(type: 5), frame(type: 100, count: 114), frame(type: 0x600, count: 100)]
        let bad = [frame(type: 47), frame(type: 100, count: 113), frame(type: 100, count: 115), frame(type: 5, count: 61)]
        card.receive(good)
        #expect(card.count(R.RLEC.self) == 0)
        #expect(card.count(R.GPRC.self) == 4)
        // Behind a good one, which goes into a buffer in the same memory.
        card.receive([frame()] + bad)
        #expect(card.count(R.RLEC.self) == 4)
        #expect(card.count(R.GPRC.self) == 1)
        card.configure { $0.modify(R.HLREG0.self) { $0.clear(R.HLREG0.lengthError) } }
        card.receive(bad)
        #expect(card.count(R.RLEC.self) == 0)
        #expect(card.count(R.GPRC.self) == 4)
        try card.stop()
    }

    @Test func badFramesAreStoredWithTheErrorBitIfFCTRLSaysSo() throws {
        var card = try Card.start()
        card.configure { $0.modify(R.FCTRL.self) { $0.set(R.FCTRL.storeBad) } }
        card.receive([frame(count: 40)], fault: .unpadded)
        card.receive([frame(count: 1515)])
        card.receive([frame(count: 100)], fault: .wrongCheck)
        card.receive([frame(type: 3, count: 70)])
        let error: UInt64 = 3 | 1 << 29
        #expect(written(&card, 4) == [done(40, error), done(100, error), done(70, error), 0])
        #expect([card.count(R.RUC.self), card.count(R.CRCERRS.self), card.count(R.RLEC.self)] == [1, 1, 1])
        #expect(card.count(R.ROC.self) == 1)
        #expect(card.count(R.GPRC.self) == 0)
        try card.stop()
    }

    @Test func aFrameLongerThanABufferSpansSeveralAndOnlyTheLastHasItsEnd() throws {
        var card = try Card.start()
        card.configure {
            $0.modify(R.HLREG0.self) { $0.set(R.HLREG0.jumbo) }
            $0.write(R.MAXFRS.self) { $0[R.MAXFRS.size] = 9728 }
        }
        let long = frame(count: 5000).enumerated().map { $0 < 14 ? $1 : UInt8($0 & 255) }
        let ring = card.receiveRing()
        let addresses = (0..<3).map { card.port.load64(at: ring + UInt64($0) * 16) }
        card.receive([long, frame()])
        #expect(written(&card, 5) == [done(2048, 1), done(2048, 1), done(904), done(60), 0])
        var received: [UInt8] = []
        for (address, count) in zip(addresses, [2048, 2048, 904]) {
            received += card.bytes(try #require(address), count) ?? []
        }
        #expect(received == long)
        #expect(card.count(R.GPRC.self) == 2)
        #expect(card.registers.read32(at: R.RDH.offset(0)) == 4)
        try card.stop()
    }

    @Test func aFrameThatNeedsMoreDescriptorsThanAreFreeIsDroppedWhole() throws {
        var card = try Card.start()
        card.configure {
            $0.modify(R.HLREG0.self) { $0.set(R.HLREG0.jumbo) }
            $0.write(R.MAXFRS.self) { $0[R.MAXFRS.size] = 9728 }
        }
        card.receive([[UInt8]](repeating: frame(), count: 61) + [frame(count: 5000), frame()])
        #expect(card.count(R.GPRC.self) == 62)
        #expect(card.count(R.QPRDC.self) == 1)
        try card.stop()
    }

    @Test func theCheckSequenceIsBehindTheFrameIfItIsNotStripped() throws {
        var card = try Card.start()
        card.configure {
            $0.modify(R.HLREG0.self) { $0.clear(R.HLREG0.receiveCRCStrip) }
            $0.modify(R.RDRXCTL.self) { $0.clear(R.RDRXCTL.crcStrip) }
        }
        let ring = card.receiveRing()
        let word = card.port.load64(at: ring)
        let address = try #require(word)
        card.receive([[UInt8](repeating: 0, count: 60)])
        #expect(written(&card, 1) == [done(64)])
        #expect(card.bytes(address, 64) == [UInt8](repeating: 0, count: 60) + checkOf60Zeros)
        #expect(card.nic.violations == [])
        try card.stop()
    }

    /// By the definition, bit by bit: the remainder of the complement of the frame's first 32 bits. (IEEE 802.3 §3.2.9)
    private var checkOf60Zeros: [UInt8] {
        var bits = [Bool](repeating: false, count: 60 * 8 + 32)
        for bit in 0..<32 { bits[bit] = true }
        let polynomial: UInt64 = 0x1_04C1_1DB7
        for bit in 0..<60 * 8 where bits[bit] {
            for offset in 0...32 where polynomial >> (32 - offset) & 1 == 1 { bits[bit + offset].toggle() }
        }
        let remainder = bits.suffix(32).map { !$0 }
        // Each byte's most significant bit is the one that is sent last.
        return (0..<4).map { byte in (0..<8).reduce(0) { $0 | (remainder[byte * 8 + $1] ? 1 << $1 : 0) } }
    }

    @Test(arguments: [60, 100])
    func aBufferOutsideOfMappedMemoryIsRecordedAndTheFrameLost(count: Int) throws {
        var card = try Card.start()
        let ring = card.receiveRing()
        for slot in [1, 3] {
            let isMapped = card.port.store64(0x1000, at: ring + UInt64(slot) * 16)
            #expect(isMapped)
        }
        card.receive([[UInt8]](repeating: frame(count: count), count: 5))
        #expect(written(&card, 6) == [done(count), 0, done(count), 0, done(count), 0])
        #expect(card.nic.violations.map(\.text) == [String](
            repeating: "DMA of receive queue 0 outside of mapped memory", count: 2))
        #expect(card.count(R.GPRC.self) == 3)
        try card.stop()
    }

    @Test func withoutALinkNothingArrives() throws {
        var card = try Card.start()
        card.nic.setConnected(false)
        card.receive([frame()])
        #expect(card.count(R.TPR.self) == 0)
        card.nic.setConnected(true)
        card.step(300)
        #expect(card.count(R.GPRC.self) == 1)
        try card.stop()
    }

    @Test func framesForAQueueThatIsOffAreMissed() throws {
        var card = try Card.start()
        card.registers.modify(R.RXDCTL.self) { $0.clear(R.RXDCTL.enable) }
        card.step()
        card.receive([frame(), frame(count: 100)])
        #expect(card.count(R.MPC.self) == 2)
        #expect(card.count(R.GPRC.self) == 0)
        try card.stop()
    }
}
