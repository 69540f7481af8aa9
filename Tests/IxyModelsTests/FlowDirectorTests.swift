import Ixy
import IxyHardware
import IxyModels
import Testing

/// Queues for single flows. (82599 §7.1.2.7)
@Suite struct FlowDirectorTests {
    typealias R = IXGBERegisters

    /// The keys that Linux's driver uses.
    private static let bucketKey: UInt32 = 0x3DAD_14E2
    private static let signatureKey: UInt32 = 0x174D_3614

    /// The hash of a flow, bit by bit: bit B is the sum of what the key picks out of the flow from bit B on. The lowest half
    /// of the key picks from the words with their halves swapped, the other half from them as they are; the kind goes
    /// with both, but not with the key's lowest bit.
    private static func hash(_ key: UInt32, kind: UInt32, words: UInt32) -> UInt32 {
        func bit(_ value: UInt32, _ index: Int) -> UInt32 { index < 32 ? value >> UInt32(index) & 1 : 0 }
        let swapped = words >> 16 | words << 16
        var result: UInt32 = 0
        for place in 0..<15 {
            var sum: UInt32 = 0
            for number in 0..<16 {
                let low = bit(swapped, place + number) ^ (number == 0 ? 0 : bit(kind ^ kind << 16, place + number))
                sum ^= bit(key, number) & low
                sum ^= bit(key, number + 16) & bit(words ^ kind ^ kind >> 16, place + number)
            }
            result |= sum << UInt32(place)
        }
        return result
    }

    /// The bucket of a flow of IPv4.
    private func bucket(
        _ frame: InternetFrame, tag: UInt32 = 0, sourceMask: UInt32 = .max, portMask: UInt32 = .max
    ) -> UInt32 {
        let kind: UInt32 = (frame.transport == .udp ? 1 : 2) << 16 | tag
        let words = (0x0A00_0000 | UInt32(frame.sourceHost)) & sourceMask ^ (0x0A00_0000 | UInt32(frame.targetHost))
            ^ ((UInt32(frame.source) << 16 & portMask) | UInt32(frame.target))
        return FlowDirectorTests.hash(FlowDirectorTests.bucketKey, kind: kind, words: words) & 0x1FFF
    }

    private func start(reports: Bool = false, isPerfect: Bool = true) throws -> Card {
        let card = try Card.start(queues: 4)
        card.configure { registers in
            registers.write(R.MRQC.self) { _ in }
            registers.write(R.FDIRHKEY.self) { $0[R.FDIRHKEY.key] = FlowDirectorTests.bucketKey }
            registers.write(R.FDIRSKEY.self) { $0[R.FDIRSKEY.key] = FlowDirectorTests.signatureKey }
            registers.write(R.FDIRCTRL.self) {
                $0[R.FDIRCTRL.allocation] = 1
                if isPerfect { $0.set(R.FDIRCTRL.perfect) }
                if reports { $0.set(R.FDIRCTRL.reportsMatch) }
                $0[R.FDIRCTRL.dropQueue] = 127
                $0[R.FDIRCTRL.flexibleOffset] = 6
            }
            while !registers.read(R.FDIRCTRL.self).isSet(R.FDIRCTRL.initialized) { card.step(1) }
            // Tags and flexible bytes do not count.
            registers.write(R.FDIRM.self) {
                $0.set(R.FDIRM.vlan)
                $0.set(R.FDIRM.priority)
                $0.set(R.FDIRM.pool)
                $0.set(R.FDIRM.flexible)
                $0.set(R.FDIRM.targetIPv6)
            }
        }
        return card
    }

    private func wait(_ card: borrowing Card) -> RegisterValue<R.FDIRCMD> {
        while card.registers.read(R.FDIRCMD.self)[R.FDIRCMD.command] != 0 { card.step(1) }
        return card.registers.read(R.FDIRCMD.self)
    }

    /// Names a flow.
    private func name(_ card: borrowing Card, _ number: UInt32, bucket: UInt32) {
        card.registers.write(R.FDIRHASH.self) {
            $0[R.FDIRHASH.bucket] = bucket
            $0.set(R.FDIRHASH.isValid)
            $0[R.FDIRHASH.number] = number
        }
    }

    private func command(
        _ card: borrowing Card, _ command: UInt32, _ number: UInt32, _ frame: InternetFrame
    ) -> RegisterValue<R.FDIRCMD> {
        name(card, number, bucket: bucket(frame))
        card.registers.write(R.FDIRCMD.self) { $0[R.FDIRCMD.command] = command }
        return wait(card)
    }

    /// Adds the flow of a frame.
    private func add(
        _ card: borrowing Card, _ frame: InternetFrame, _ number: UInt32, to queue: UInt32, drops: Bool = false,
        tag: UInt32 = 0, bucket: UInt32? = nil
    ) {
        card.registers.write(R.FDIRIPSA.self) { $0[R.FDIRIPSA.address] = 0x0A00_0000 | UInt32(frame.sourceHost) }
        card.registers.write(R.FDIRIPDA.self) { $0[R.FDIRIPDA.address] = 0x0A00_0000 | UInt32(frame.targetHost) }
        card.registers.write(R.FDIRPORT.self) {
            $0[R.FDIRPORT.source] = UInt32(frame.source)
            $0[R.FDIRPORT.target] = UInt32(frame.target)
        }
        card.registers.write(R.FDIRVLAN.self) { $0[R.FDIRVLAN.tag] = tag }
        name(card, number, bucket: bucket ?? self.bucket(frame))
        card.registers.write(R.FDIRCMD.self) {
            $0[R.FDIRCMD.command] = 1
            $0.set(R.FDIRCMD.update)
            $0.set(R.FDIRCMD.last)
            $0.set(R.FDIRCMD.queueEnable)
            $0[R.FDIRCMD.transport] = frame.transport == .udp ? 1 : 2
            $0[R.FDIRCMD.queue] = queue
            if drops { $0.set(R.FDIRCMD.drop) }
        }
        _ = wait(card)
    }

    private func counts(_ card: borrowing Card) -> [UInt32] { (0..<4).map { card.count(R.QPRC.self, $0) } }

    @Test func aFlowGetsItsQueue() throws {
        var card = try start(reports: true)
        let flow = InternetFrame(transport: .udp)
        add(card, flow, 5, to: 2)
        var others: [InternetFrame] = []
        for change in 0..<5 {
            var other = flow
            switch change {
            case 0: other.source += 1
            case 1: other.target += 1
            case 2: other.sourceHost = 9
            case 3: other.targetHost = 9
            default: other.transport = .tcp
            }
            others.append(other)
        }
        var tagged = flow
        tagged.tag = 3
        card.receive([flow.bytes(), tagged.bytes()] + others.map { $0.bytes() } + [frame(count: 100)])
        #expect(counts(card) == [6, 0, 2, 0])
        #expect(card.count(R.FDIRMATCH.self) == 2)
        #expect(card.count(R.FDIRMISS.self) == 5)
        let low = card.port.load64(at: card.receiveRing(2))
        let name = UInt64(bucket(flow)) << 32 | 5 << 48
        #expect(low == name | 0x21F, "the filter's name in the place of the hash")
        let high = card.port.load64(at: card.receiveRing(2) + 8)
        #expect(high.map { $0 & 4 } == 4)
        #expect(card.nic.violations == [])
        try card.stop()
    }

    @Test func filtersAreFoundAndRemovedByTheirNames() throws {
        var card = try start()
        let flow = InternetFrame(transport: .tcp)
        add(card, flow, 5, to: 2)
        add(card, InternetFrame(transport: .udp), 6, to: 3)
        #expect(command(card, 3, 5, flow).isSet(R.FDIRCMD.isValid))
        #expect(!command(card, 3, 7, flow).isSet(R.FDIRCMD.isValid))
        #expect(card.registers.read(R.FDIRFREE.self)[R.FDIRFREE.free] == 2045)
        _ = command(card, 2, 5, flow)
        _ = command(card, 2, 5, flow)
        #expect(!command(card, 3, 5, flow).isSet(R.FDIRCMD.isValid))
        #expect(card.count(R.FDIRUSTAT.self) == 1 << 16 | 2)
        #expect(card.count(R.FDIRFSTAT.self) == 1 << 8)
        card.receive([flow.bytes(), InternetFrame(transport: .udp).bytes()])
        #expect(counts(card) == [1, 0, 0, 1])
        card.registers.modify(R.FDIRCMD.self) { $0.set(R.FDIRCMD.clearTable) }
        card.registers.modify(R.FDIRCMD.self) { $0.clear(R.FDIRCMD.clearTable) }
        card.receive([InternetFrame(transport: .udp).bytes()])
        #expect(counts(card) == [1, 0, 0, 0])
        #expect(card.nic.violations == [])
        try card.stop()
    }

    @Test func aFilterOfTheSameNameIsChanged() throws {
        var card = try start()
        let flow = InternetFrame(transport: .tcp)
        add(card, flow, 5, to: 2)
        add(card, flow, 5, to: 1)
        card.receive([flow.bytes()])
        #expect(counts(card) == [0, 1, 0, 0])
        #expect(card.count(R.FDIRUSTAT.self) == 1)
        try card.stop()
    }

    @Test func masksTakePartsOut() throws {
        var card = try start()
        // The lowest byte of the source address, and all of the source port but its highest bit, which is the lowest one
        // in the register.
        card.registers.write(R.FDIRSIP4M.self) { $0[R.FDIRSIP4M.mask] = 0xFF }
        card.registers.write(R.FDIRTCPM.self) { $0[R.FDIRTCPM.source] = 0xFFFE }
        var flow = InternetFrame(transport: .tcp)
        add(card, flow, 1, to: 3, bucket: bucket(flow, sourceMask: 0xFFFF_FF00, portMask: 0x8000_0000))
        flow.sourceHost = 99
        flow.source = 0x7FFF
        card.receive([flow.bytes()])
        #expect(counts(card) == [0, 0, 0, 1])
        flow.source = 0x8000
        card.receive([flow.bytes()])
        #expect(counts(card) == [1, 0, 0, 0])
        try card.stop()
    }

    @Test func tagsCountIfTheyAreNotMasked() throws {
        var card = try start()
        card.registers.modify(R.FDIRM.self) { $0.clear(R.FDIRM.vlan) }
        var flow = InternetFrame(transport: .tcp)
        add(card, flow, 1, to: 3, tag: 7, bucket: bucket(flow, tag: 7))
        flow.tag = 7
        card.receive([flow.bytes()])
        flow.tag = 8
        card.receive([flow.bytes()])
        flow.tag = nil
        card.receive([flow.bytes()])
        #expect(counts(card) == [2, 0, 0, 1])
        try card.stop()
    }

    /// The hardware looks where its own hash says.
    @Test func aFilterInTheWrongBucketIsNotFound() throws {
        var card = try start()
        let flow = InternetFrame(transport: .tcp)
        add(card, flow, 1, to: 3, bucket: bucket(flow) ^ 1)
        card.receive([flow.bytes()])
        #expect(counts(card) == [1, 0, 0, 0])
        try card.stop()
    }

    /// Two hashes are all that a signature has; both directions of a flow and both versions of IP have their own.
    @Test(arguments: [false, true])
    func aSignatureIsEnough(isIPv6: Bool) throws {
        var card = try start(isPerfect: false)
        var flow = InternetFrame(transport: .tcp, isIPv6: isIPv6)
        let kind: UInt32 = (isIPv6 ? 6 : 2) << 16
        let addresses: UInt32 = isIPv6 ? 1 ^ 2 : 0x0A00_0001 ^ 0x0A00_0002
        let words = addresses ^ (UInt32(flow.source) << 16 | UInt32(flow.target))
        name(
            card, FlowDirectorTests.hash(FlowDirectorTests.signatureKey, kind: kind, words: words),
            bucket: FlowDirectorTests.hash(FlowDirectorTests.bucketKey, kind: kind, words: words))
        card.registers.write(R.FDIRCMD.self) {
            $0[R.FDIRCMD.command] = 1
            $0.set(R.FDIRCMD.update)
            $0.set(R.FDIRCMD.last)
            $0.set(R.FDIRCMD.queueEnable)
            $0[R.FDIRCMD.transport] = 2
            $0[R.FDIRCMD.isIPv6] = isIPv6 ? 1 : 0
            $0[R.FDIRCMD.queue] = 2
        }
        // Nobody waits for it.
        card.receive([flow.bytes()])
        flow.source += 1
        card.receive([flow.bytes()])
        #expect(counts(card) == [1, 0, 1, 0])
        #expect(card.nic.violations == [])
        try card.stop()
    }

    @Test func aFlowCanBeDropped() throws {
        var card = try start()
        add(card, InternetFrame(transport: .tcp), 1, to: 127, drops: true)
        card.receive([InternetFrame(transport: .tcp).bytes()])
        #expect(counts(card) == [0, 0, 0, 0])
        #expect(card.count(R.FDIRMATCH.self) == 1)
        #expect(card.nic.violations == [])
        try card.stop()
    }

    @Test func commandsOutOfOrderAreRecorded() throws {
        var card = try Card.start(queues: 2)
        card.registers.write(R.FDIRCTRL.self) { $0.set(R.FDIRCTRL.perfect) }
        card.registers.write(R.FDIRCMD.self) { $0[R.FDIRCMD.command] = 3 }
        card.registers.write(R.FDIRCMD.self) { $0[R.FDIRCMD.command] = 3 }
        _ = wait(card)
        #expect(card.nic.violations.map(\.text) == [
            "FDIRCMD.CMD written before FDIRCTRL.INIT-Done was set", "FDIRCMD written before the last command was done",
        ])
        try card.stop()
    }

    @Test func moreFiltersThanFitFail() throws {
        var card = try start()
        var flow = InternetFrame(transport: .tcp)
        for number in 0..<2048 {
            flow.source = UInt16(number)
            add(card, flow, UInt32(number), to: 1)
        }
        #expect(card.registers.read(R.FDIRFREE.self)[R.FDIRFREE.free] == 0)
        #expect(card.count(R.FDIRFSTAT.self) == 1)
        try card.stop()
    }
}
