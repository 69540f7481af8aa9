import Ixy
import IxyHardware
import IxyModels
import Testing

/// The card's reports on the frames that it receives: checksums, kinds, hashes, tags.
@Suite struct ReceiveOffloadTests {
    typealias R = IXGBERegisters

    /// Bits of the write-back's second word.
    private enum Status {
        static let tagged: UInt64 = 1 << 3
        static let transportChecked: UInt64 = 1 << 5
        static let networkChecked: UInt64 = 1 << 6
        static let transportWrong: UInt64 = 1 << 30
        static let networkWrong: UInt64 = 1 << 31
    }

    /// A card whose driver wants to know of checksums.
    private func start(queues: Int = 1) throws -> Card {
        let card = try Card.start(queues: queues)
        card.configure { $0.modify(R.RXCSUM.self) { $0.set(R.RXCSUM.payloadChecksum) } }
        return card
    }

    private func written(_ card: inout Card, _ slot: Int, queue: Int = 0) -> (low: UInt64, high: UInt64) {
        let place = card.receiveRing(queue) + UInt64(slot) * 16
        return (card.port.load64(at: place)!, card.port.load64(at: place + 8)!)
    }

    private static let sums: [(InternetFrame, kind: UInt64, status: UInt64)] = {
        let both = Status.networkChecked | Status.transportChecked
        var tagged = InternetFrame(transport: .tcp)
        tagged.tag = 7
        var options = InternetFrame(transport: .udp)
        options.options = [1, 1, 1, 1]
        var extended = InternetFrame(transport: .udp, isIPv6: true)
        // Hop-by-hop options that are padding, with UDP behind them.
        extended.options = [17, 0, 1, 4, 0, 0, 0, 0]
        extended.firstExtension = 0
        var long = InternetFrame(transport: .udp)
        long.data = (0..<999).map { UInt8(truncatingIfNeeded: $0) }
        return [
            (InternetFrame(transport: .tcp), 0x110, both), (InternetFrame(transport: .udp), 0x210, both),
            (InternetFrame(transport: .tcp, isIPv6: true), 0x140, Status.transportChecked),
            (InternetFrame(transport: .udp, isIPv6: true), 0x240, Status.transportChecked), (tagged, 0x110, both),
            (options, 0x230, both), (extended, 0x2C0, Status.transportChecked), (long, 0x210, both),
        ]
    }()

    @Test(arguments: sums.indices)
    func rightAndWrongChecksumsAreTold(index: Int) throws {
        let (frame, kind, status) = ReceiveOffloadTests.sums[index]
        var card = try start()
        let right = frame.bytes()
        var wrongNetwork = right
        // The time to live.
        wrongNetwork[frame.linkLength + (frame.isIPv6 ? 7 : 8)] ^= 1
        var wrongTransport = right
        wrongTransport[frame.linkLength + frame.networkLength + 1] ^= 1
        card.receive([right, wrongNetwork, wrongTransport])
        let found = (0..<3).map { written(&card, $0) }
        let mask: UInt64 = 0xFFFF_FFFF & ~3
        #expect(found[0].low == kind)
        #expect(found[0].high & mask == status)
        #expect(found[1].high & mask == (frame.isIPv6 ? status : status | Status.networkWrong))
        #expect(found[2].high & mask == status | Status.transportWrong)
        #expect(card.nic.violations == [])
        try card.stop()
    }

    @Test func whatHasNoChecksumIsNotLookedAt() throws {
        var card = try start()
        var none = InternetFrame().bytes()
        none.replaceSubrange(40..<42, with: [0, 0])
        var fragment = InternetFrame().bytes()
        // More fragments, with the header's checksum made right.
        fragment[20] = 0x20
        let right = InternetFrame().bytes()
        let old = UInt16(right[24]) << 8 | UInt16(right[25])
        let new = old &- 0x2000
        fragment.replaceSubrange(24..<26, with: [UInt8(new >> 8), UInt8(new & 255)])
        card.receive([none, fragment, frame(count: 100), frame(type: 0x0800, count: 100)])
        let found = (0..<4).map { written(&card, $0) }
        #expect(found.map(\.low) == [0x210, 0x10, 0, 0])
        #expect(found.map { $0.high & 0xFFFF_FFFF } == [
            3 | Status.networkChecked, 3 | Status.networkChecked, 3, 3,
        ])
        try card.stop()
    }

    @Test func aChecksumOfSCTPIsLookedAt() throws {
        var card = try start()
        // As another card has sent it.
        var frame = InternetFrame(transport: .sctp)
        frame.data = [1, 2, 3, 4]
        let bytes = frame.bytes(.prepared)
        let (low, high) = frame.context()
        card.post(0, at: low, high)
        card.post(1, at: card.fill(0, bytes), Command.data(bytes.count, Command.whole | 3 << 40))
        card.ring(2)
        var sent = card.sink.frames[0]
        card.receive([sent])
        sent[45] ^= 1
        card.receive([sent])
        let both = Status.networkChecked | Status.transportChecked
        #expect(written(&card, 0).high & 0xFFFF_FFFF == 3 | both)
        #expect(written(&card, 0).low == 0x410)
        #expect(written(&card, 1).high & 0xFFFF_FFFF == 3 | both | Status.transportWrong)
        try card.stop()
    }

    private func tagged(_ tag: Int, count: Int = 100) -> [UInt8] {
        let plain = frame(count: count - 4)
        return Array(plain[..<12] + [0x81, 0, UInt8(tag >> 8), UInt8(tag & 255)] + plain[12...])
    }

    @Test func onlyTheVLANsOfTheTablePass() throws {
        var card = try Card.start()
        card.configure {
            $0.write(R.VFTA.self, at: 3) { $0[R.VFTA.bits] = 1 << 4 }
            $0.modify(R.VLNCTRL.self) { $0.set(R.VLNCTRL.filterEnable) }
        }
        card.receive([tagged(100), tagged(101), tagged(0x6000 | 100), frame(), tagged(100, count: 64), tagged(99, count: 64)])
        #expect(card.count(R.GPRC.self) == 4)
        card.configure {
            $0.modify(R.VLNCTRL.self) { $0.set(R.VLNCTRL.canonicalEnable) }
        }
        card.receive([tagged(0x1000 | 100), tagged(100)])
        #expect(card.count(R.GPRC.self) == 1)
        card.configure { $0.modify(R.VLNCTRL.self) { $0.clear(R.VLNCTRL.filterEnable) } }
        card.receive([tagged(101)])
        #expect(card.count(R.GPRC.self) == 1)
        #expect(card.nic.violations == [])
        try card.stop()
    }

    @Test func aTagIsTakenOutIfItsQueueSaysSo() throws {
        var card = try Card.start()
        card.configure { $0.modify(R.RXDCTL.self) { $0.set(R.RXDCTL.vlanStrip) } }
        let buffer = card.port.load64(at: card.receiveRing())!
        card.receive([tagged(0x6005), frame(count: 100), tagged(5, count: 64)])
        let found = (0..<3).map { written(&card, $0) }
        #expect(found[0].high == 0x6005_0060_0000_0003 | Status.tagged)
        #expect(found[1].high == 0x0000_0064_0000_0003)
        #expect(found[2].high == 0x0005_003C_0000_0003 | Status.tagged)
        let bytes = card.bytes(buffer, 96)
        #expect(bytes == frame(count: 96))
        #expect(card.count(R.GORCL.self) == 104 + 104 + 68, "the tag has been on the wire")
        try card.stop()
    }

    @Test func aJumboFrameFillsSeveralBuffersAndSaysWhatItIsInTheLast() throws {
        var card = try start()
        card.configure {
            $0.modify(R.HLREG0.self) { $0.set(R.HLREG0.jumbo) }
            $0.write(R.MAXFRS.self) { $0[R.MAXFRS.size] = 9018 }
        }
        var long = InternetFrame(transport: .tcp)
        long.data = (0..<8960).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }
        let bytes = long.bytes()
        #expect(bytes.count == 9014)
        let addresses = (0..<5).map { card.port.load64(at: card.receiveRing() + UInt64($0) * 16)! }
        let size = Int(card.registers.read(R.SRRCTL.self)[R.SRRCTL.packetBufferSize]) * 1024
        card.receive([bytes])
        let parts = (bytes.count + size - 1) / size
        var received: [UInt8] = []
        for part in 0..<parts {
            let (_, high) = written(&card, part)
            let isLast = part == parts - 1
            #expect(high & 0xFFFF_FFFF == (isLast ? 3 | Status.networkChecked | Status.transportChecked : 1))
            received += card.bytes(addresses[part], Int(high >> 32 & 0xFFFF)) ?? []
        }
        #expect(received == bytes)
        #expect(card.nic.violations == [])
        try card.stop()
    }
}
