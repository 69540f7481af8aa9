import Ixy
import IxyHardware
import IxyModels
import Testing

/// Which queue a frame goes to by its hash. (82599 §7.1.2.8)
@Suite struct SpreadingTests {
    typealias R = IXGBERegisters

    /// The key that Microsoft's verification vectors are for.
    private static let key: [UInt32] = [
        0xDA56_5A6D, 0xC20E_5B25, 0x3D25_6741, 0xB08F_A343, 0xCB2B_CAD0, 0xB430_7BAE, 0xA32D_CB77, 0x0CF2_3080,
        0x3BB7_426A, 0xFA01_ACBE,
    ]

    private func start(queues: Int, fields: UInt32, mode: UInt32 = 1, table: (Int) -> UInt32) throws -> Card {
        let card = try Card.start(queues: queues)
        let entries = (0..<128).map(table)
        card.configure { registers in
            for (index, word) in SpreadingTests.key.enumerated() {
                registers.write(R.RSSRK.self, at: index) { $0[R.RSSRK.key] = word }
            }
            for index in 0..<R.RETA.count {
                registers.write(R.RETA.self, at: index) {
                    $0[R.RETA.entry0] = entries[index * 4]
                    $0[R.RETA.entry1] = entries[index * 4 + 1]
                    $0[R.RETA.entry2] = entries[index * 4 + 2]
                    $0[R.RETA.entry3] = entries[index * 4 + 3]
                }
            }
            registers.write(R.MRQC.self) {
                $0[R.MRQC.mode] = mode
                $0[R.MRQC.hashFields] = fields
            }
        }
        return card
    }

    /// A frame of one of the vectors.
    private func vector(_ protocolNumber: UInt8) -> [UInt8] {
        var bytes = frame(type: 0x0800, count: 64)
        bytes.replaceSubrange(14..<24, with: [0x45, 0, 0, 50, 0, 0, 0, 0, 64, protocolNumber])
        bytes.replaceSubrange(26..<38, with: [66, 9, 149, 187, 161, 142, 100, 80, 0x0A, 0xEA, 0x06, 0xE6])
        return bytes
    }

    private func written(_ card: inout Card, queue: Int) -> UInt64 { card.port.load64(at: card.receiveRing(queue))! }

    /// MRQC's bits for TCP over IPv4, IPv4, and UDP over IPv4.
    @Test(arguments: [
        (6, 0b11, 1, 0x51CC_C178), (6, 0b10, 2, 0x323E_8FC2), (17, 0b11, 2, 0x323E_8FC2), (17, 0b100_0010, 7, 0x51CC_C178),
        (17, 0b100_0000, 7, 0x51CC_C178), (1, 0b100_0011, 2, 0x323E_8FC2),
    ] as [(UInt8, UInt32, UInt64, UInt64)])
    func theHashCoversWhatMRQCSays(number: UInt8, fields: UInt32, kind: UInt64, hash: UInt64) throws {
        // The queue is the hash's lowest four bits.
        var card = try start(queues: 16, fields: fields) { UInt32($0 % 16) }
        card.receive([vector(number)])
        let low = written(&card, queue: Int(hash & 15))
        #expect(low >> 32 == hash)
        #expect(low & 15 == kind)
        #expect(card.nic.violations == [])
        try card.stop()
    }

    @Test func whatIsNotHashedGoesToQueue0() throws {
        var card = try start(queues: 2, fields: 1) { _ in 1 }
        card.receive([vector(17), frame(count: 100), vector(6)])
        let low = written(&card, queue: 0)
        #expect(low & 15 == 0 && low >> 32 == 0)
        #expect(card.count(R.QPRC.self, 0) == 2)
        #expect(card.count(R.QPRC.self, 1) == 1)
        try card.stop()
    }

    @Test func withoutPCSDTheHashIsNotReported() throws {
        var card = try start(queues: 2, fields: 1) { _ in 1 }
        card.configure { $0.modify(R.RXCSUM.self) { $0.clear(R.RXCSUM.checksumDisable) } }
        card.receive([vector(6)])
        #expect(written(&card, queue: 1) == 0x110)
        try card.stop()
    }

    /// 32 pools of four queues, 64 of two; the table's entry counts as far as PSRTYPE says.
    @Test(arguments: [(10, 4, 2, 3), (10, 4, 1, 1), (11, 2, 2, 1), (8, 2, 1, 0)] as [(UInt32, Int, UInt32, Int)])
    func insideOfAPool(mode: UInt32, perPool: Int, bits: UInt32, queue: Int) throws {
        let pool = 3
        var card = try start(queues: 64, fields: 3, mode: mode) { _ in 3 }
        card.configure { registers in
            registers.write(R.PFVTCTL.self) {
                $0.set(R.PFVTCTL.enable)
                $0.set(R.PFVTCTL.defaultPoolDisable)
            }
            registers.write(R.PFVFRE.self) { $0[R.PFVFRE.pools] = 1 << UInt32(pool) }
            registers.write(R.MPSAR.self) { $0[R.MPSAR.pools] = 1 << UInt32(pool) }
            registers.modify(R.PFVML2FLT.self, at: pool) { $0.set(R.PFVML2FLT.untagged) }
            registers.modify(R.PSRTYPE.self, at: pool) { $0[R.PSRTYPE.queuesPerPool] = bits }
        }
        card.receive([vector(6)])
        let low = written(&card, queue: pool * perPool + queue)
        // Mode 8 knows pools alone.
        #expect(low & 15 == (mode == 8 ? 0 : 1))
        #expect(low & 0xFFF0 == 0x110)
        #expect(card.nic.violations == [])
        try card.stop()
    }
}
