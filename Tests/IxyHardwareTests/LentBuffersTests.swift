import IxyHardware
import Testing

/// What a device is lent comes back under its number and once, whatever the device says.
@Suite struct LentBuffersTests {
    /// A ring that only notes what it is told.
    private struct Notes: LendingRing, ~Copyable {
        var loans: [LentBuffers.Loan] = []
        var limit = Int.max

        mutating func describe(_ loan: LentBuffers.Loan) -> Bool {
            guard loans.count < limit else { return false }
            loans.append(loan)
            return true
        }
    }

    private let mapper = TestMapper()

    private func pool(headroom: Int = 64) throws -> PacketPool {
        try PacketPool(capacity: 64, headroom: headroom, pages: .small, mapper: mapper)
    }

    private func batch(_ pool: inout PacketPool, _ count: Int) -> PacketBatch {
        var batch = PacketBatch(capacity: 64)
        pool.fill(&batch, upTo: count, count: 60)
        return batch
    }

    @Test func anyOrderReturnsEachBufferOnce() throws {
        var pool = try pool()
        var notes = Notes(), lent = LentBuffers(count: 16, mapper: mapper), batch = batch(&pool, 10)
        let count = lent.lend(from: &batch, headerCount: 12, isApart: false, in: &notes)
        #expect(count == 10)
        #expect(lent.count == 10)
        let ids = notes.loans.map { UInt32($0.id) }
        #expect(Set(ids).count == 10)
        for id in ids.reversed() {
            let freed = lent.takeBack(id)
            #expect(freed == 1)
            let again = lent.takeBack(id)
            #expect(again == 0, "a number that is not lent returns nothing")
        }
        #expect(lent.room == 16)
    }

    @Test(arguments: [16, 17, 0xFFFF, 0x1_0000, UInt32.max])
    func aNumberBeyondTheRingReturnsNothing(id: UInt32) throws {
        var pool = try pool()
        var notes = Notes(), lent = LentBuffers(count: 16, mapper: mapper), batch = batch(&pool, 16)
        lent.lend(from: &batch, headerCount: 12, isApart: false, in: &notes)
        let freed = lent.takeBack(id)
        #expect(freed == 0)
        #expect(lent.count == 16)
    }

    @Test func withoutHeadroomTheHeaderTakesANumberOfItsOwnThatTheDeviceCannotReturn() throws {
        var pool = try pool(headroom: 0)
        var notes = Notes(), lent = LentBuffers(count: 16, mapper: mapper), batch = batch(&pool, 10)
        let count = lent.lend(from: &batch, headerCount: 12, isApart: false, in: &notes)
        #expect(count == 8, "two numbers for each")
        #expect(notes.loans.allSatisfy { $0.isApart })
        for loan in notes.loans {
            let second = lent.takeBack(UInt32(loan.second))
            #expect(second == 0)
            let first = lent.takeBack(UInt32(loan.id))
            #expect(first == 2)
        }
        #expect(lent.room == 16)
        #expect(batch.count == 2)
    }

    @Test func theHeaderIsZeroAndTheFrameUntouched() throws {
        var pool = try pool()
        var batch = PacketBatch(capacity: 4)
        pool.fill(&batch, upTo: 1, count: 60)
        batch.forEach { packet in
            for index in 0..<60 { packet.bytes[index] = 0xAA }
        }
        var notes = Notes(), lent = LentBuffers(count: 4, mapper: mapper)
        notes.limit = 0
        // Refused, so that the packet can be looked at.
        lent.lend(from: &batch, headerCount: 12, isApart: false, in: &notes)
        #expect(batch.count == 1)
        #expect(lent.room == 4)
        var isWhole = false
        batch.forEach { packet in isWhole = (0..<60).allSatisfy { packet.readOnlyBytes[$0] == 0xAA } }
        #expect(isWhole)
    }

    @Test func aPacketWithAddressesOfAnotherDeviceIsNotLent() throws {
        var own = try pool(), other = try PacketPool(capacity: 64, pages: .small, mapper: TestMapper())
        var notes = Notes(), lent = LentBuffers(count: 16, mapper: mapper), batch = batch(&other, 2)
        let first = lent.lend(from: &batch, headerCount: 12, isApart: false, in: &notes)
        #expect(first == 0)
        var mixed = self.batch(&own, 1)
        batch.drain { mixed.append($0) }
        let second = lent.lend(from: &mixed, headerCount: 12, isApart: false, in: &notes)
        #expect(second == 1)
        let reaches = lent.reachesFirst(of: mixed)
        #expect(!reaches)
        #expect(mixed.count == 2)
    }

    @Test func aPoolOfFewBuffersNeverRunsDryWhileSomeAreBack() throws {
        var pool = try PacketPool(capacity: 32, headroom: 64, pages: .small, mapper: mapper)
        var notes = Notes(), lent = LentBuffers(count: 16, mapper: mapper)
        for _ in 0..<10 {
            var batch = batch(&pool, 16)
            #expect(batch.count == 16, "16 of the 32 are always free")
            lent.lend(from: &batch, headerCount: 12, isApart: false, in: &notes)
            for loan in notes.loans { lent.takeBack(UInt32(loan.id)) }
            notes.loans = []
        }
    }

    @Test func whatIsStillLentGoesHomeWithTheRecord() throws {
        var pool = try pool()
        let free = pool.free
        do {
            var notes = Notes(), lent = LentBuffers(count: 16, mapper: mapper), batch = batch(&pool, 10)
            lent.lend(from: &batch, headerCount: 10, isApart: false, in: &notes)
            let first = notes.loans[0].id
            lent.takeBack(UInt32(first))
        }
        #expect(pool.free == free)
        do {
            var notes = Notes(), lent = LentBuffers(count: 16, mapper: mapper), batch = batch(&pool, 10)
            lent.lend(from: &batch, headerCount: 10, isApart: false, in: &notes)
            lent.takeBackAll()
            #expect(lent.room == 16)
        }
        #expect(pool.free == free)
    }
}
