import IxyHardware
import Testing

/// What a device is lent comes back under its number and once, whatever the device says.
@Suite struct LentBuffersTests {
    private let mapper = TestMapper()

    private func pool(headroom: Int = 64) throws -> PacketPool {
        try PacketPool(capacity: 64, headroom: headroom, pages: .small, mapper: mapper)
    }

    private func batch(_ pool: inout PacketPool, _ count: Int) -> PacketBatch {
        var batch = PacketBatch(capacity: 64)
        pool.fill(&batch, upTo: count, count: 60)
        return batch
    }

    /// Something to describe packets in.
    private func ring(_ mapper: any DMAMapper) throws -> PackedRing {
        var arena = DMAArena(try DMAMemory(count: 4096, pages: .small, mapper: mapper))
        return try PackedRing(count: 16, in: &arena)
    }

    /// Lends as many as it can in one go. Returns the slots.
    @discardableResult
    private func lend(_ batch: inout PacketBatch, _ lent: inout LentBuffers) throws -> [Int] {
        let ring = try ring(mapper)
        var slots: [Int] = []
        let first = lent.end % 16
        let done = lent.lend(
            from: &batch, headerCount: 12, along: ring.cursor(from: first, count: lent.run)
        ) { _, _, _ in slots.append(first + slots.count) }
        #expect(done.packets == slots.count)
        return slots
    }

    /// Lends one packet after the other.
    private func lendSingly(_ batch: inout PacketBatch, _ lent: inout LentBuffers, isApart: Bool = false) -> [LentBuffers.Loan] {
        var loans: [LentBuffers.Loan] = []
        while !batch.isEmpty, case .lent(let loan) = lent.lendFirst(of: &batch, headerCount: 12, isApart: isApart) {
            loans.append(loan)
        }
        return loans
    }

    @Test func anyOrderReturnsEachBufferOnce() throws {
        var pool = try pool()
        let free = pool.free
        var lent = LentBuffers(count: 16, mapper: mapper), batch = batch(&pool, 10)
        let slots = try lend(&batch, &lent)
        #expect(slots == Array(0..<10))
        let count = lent.count
        #expect(count == 10)
        for number in [9, 3, 4, 8, 0, 1, 2, 7, 5, 6] {
            let freed = lent.takeBack(offset: number - lent.first)
            #expect(freed == 1)
            let again = lent.takeBack(offset: number - lent.first)
            #expect(again == 0, "a number that is not lent returns nothing")
        }
        #expect(lent.room == 16)
        #expect(lent.isPlain == true)
        #expect(pool.free + 10 >= free, "at most a magazine is still out")
    }

    @Test func aRunComesBackTogetherAndTheNumbersGoOn() throws {
        var pool = try pool()
        var lent = LentBuffers(count: 16, mapper: mapper)
        for round in 0..<5 {
            var batch = batch(&pool, 12)
            var slots = try lend(&batch, &lent)
            // A run ends with the ring.
            slots += try lend(&batch, &lent)
            #expect(slots == (round * 12..<round * 12 + 12).map { $0 % 16 })
            lent.release(12)
            #expect(lent.count == 0)
            #expect(lent.first == round * 12 + 12)
        }
    }

    @Test(arguments: [10, 15, 16, 17, 0xFFFF, -1, Int.min, Int.max])
    func aNumberThatIsNotInUseReturnsNothing(offset: Int) throws {
        var pool = try pool()
        var lent = LentBuffers(count: 16, mapper: mapper), batch = batch(&pool, 10)
        try lend(&batch, &lent)
        let freed = lent.takeBack(offset: offset)
        #expect(freed == 0)
        #expect(lent.count == 10)
    }

    @Test func withoutHeadroomTheHeaderTakesANumberOfItsOwnThatTheDeviceCannotReturn() throws {
        var pool = try pool(headroom: 0)
        var lent = LentBuffers(count: 16, mapper: mapper), batch = batch(&pool, 10)
        let slots = try lend(&batch, &lent)
        #expect(slots.isEmpty, "no usual packets")
        let loans = lendSingly(&batch, &lent)
        #expect(loans.map(\.number) == Array(stride(from: 0, to: 16, by: 2)), "two numbers for each")
        #expect(loans.allSatisfy { $0.isApart })
        #expect(lent.isPlain == false)
        for loan in loans.reversed() {
            let second = lent.takeBack(offset: loan.number + 1)
            #expect(second == 0)
            let first = lent.takeBack(offset: loan.number)
            #expect(first == 2)
        }
        #expect(lent.room == 16)
        #expect(lent.isPlain == true)
        #expect(batch.count == 2)
    }

    @Test func theHeaderIsZeroAndTheFrameUntouched() throws {
        let space = IOAddressSpace()
        var pool = try PacketPool(capacity: 64, headroom: 64, pages: .small, mapper: space)
        var usual = PacketBatch(capacity: 1), single = PacketBatch(capacity: 1)
        pool.fill(&usual, upTo: 1, count: 60)
        pool.fill(&single, upTo: 1, count: 60)
        usual.forEach { packet in for index in 0..<60 { packet.bytes[index] = 0xAA } }
        single.forEach { packet in for index in 0..<60 { packet.bytes[index] = 0xAA } }
        var lent = LentBuffers(count: 16, mapper: space)
        var addresses: [UInt64] = []
        let ring = try ring(space)
        let done = lent.lend(from: &usual, headerCount: 12, along: ring.cursor(from: 0, count: lent.run)) { _, address, _ in
            addresses.append(address)
        }
        #expect(done.bytes == 60)
        if case .lent(let loan) = lent.lendFirst(of: &single, headerCount: 12, isApart: false) {
            addresses.append(loan.address - 12)
        }
        #expect(addresses.count == 2)
        var port = DMAPort(space)
        for address in addresses {
            var bytes: [UInt8] = []
            _ = port.read(at: address, count: 72, into: &bytes)
            #expect(bytes == [UInt8](repeating: 0, count: 12) + [UInt8](repeating: 0xAA, count: 60))
        }
    }

    @Test func aPacketWithAddressesOfAnotherDeviceIsNotLent() throws {
        var own = try pool(), other = try PacketPool(capacity: 64, pages: .small, mapper: TestMapper())
        var lent = LentBuffers(count: 16, mapper: mapper), batch = batch(&other, 2)
        let first = try lend(&batch, &lent)
        #expect(first.isEmpty)
        var mixed = self.batch(&own, 1)
        batch.drain { mixed.append($0) }
        let second = try lend(&mixed, &lent)
        #expect(second.count == 1)
        var isImpossible = false
        if case .impossible = lent.lendFirst(of: &mixed, headerCount: 12, isApart: false) { isImpossible = true }
        #expect(isImpossible)
        #expect(mixed.count == 2)
    }

    @Test func aFrameShorterThanAnEthernetHeaderIsNotLent() throws {
        var pool = try pool()
        var lent = LentBuffers(count: 16, mapper: mapper), batch = PacketBatch(capacity: 4)
        pool.fill(&batch, upTo: 1, count: 13)
        let first = try lend(&batch, &lent)
        #expect(first.isEmpty)
        var isImpossible = false
        if case .impossible = lent.lendFirst(of: &batch, headerCount: 12, isApart: false) { isImpossible = true }
        #expect(isImpossible)
    }

    @Test func packetsOfSeveralPoolsGoHomeEachToItsOwn() throws {
        var usual = try pool(), other = try pool()
        let free = (usual.free, other.free)
        do {
            var lent = LentBuffers(count: 16, mapper: mapper)
            for _ in 0..<20 {
                var batch = batch(&usual, 3), others = self.batch(&other, 2)
                try lend(&batch, &lent)
                let loans = lendSingly(&others, &lent)
                #expect(loans.count == 2)
                #expect(lent.isPlain == false)
                while lent.count > 0 { lent.takeBack(offset: 0) }
                #expect(lent.isPlain == true)
            }
        }
        #expect(usual.free == free.0)
        #expect(other.free == free.1)
    }

    @Test func aPoolOfFewBuffersNeverRunsDryWhileSomeAreBack() throws {
        var pool = try PacketPool(capacity: 32, headroom: 64, pages: .small, mapper: mapper)
        var lent = LentBuffers(count: 16, mapper: mapper)
        for _ in 0..<10 {
            var batch = batch(&pool, 16)
            #expect(batch.count == 16, "16 of the 32 are always free")
            try lend(&batch, &lent)
            for offset in (0..<16).reversed() { lent.takeBack(offset: offset) }
        }
    }

    @Test func whatIsStillLentGoesHomeWithTheRecord() throws {
        var pool = try pool(), bare = try self.pool(headroom: 0)
        let free = pool.free, bareFree = bare.free
        do {
            var lent = LentBuffers(count: 16, mapper: mapper), batch = batch(&pool, 10), apart = self.batch(&bare, 2)
            try lend(&batch, &lent)
            _ = lendSingly(&apart, &lent)
            lent.takeBack(offset: 3)
            lent.takeBack(offset: 0)
        }
        #expect(pool.free == free)
        #expect(bare.free == bareFree)
        do {
            var lent = LentBuffers(count: 16, mapper: mapper), batch = batch(&pool, 10)
            try lend(&batch, &lent)
            lent.takeBack(offset: 5)
            lent.restart()
            #expect(lent.room == 16)
            #expect(lent.end == 0)
        }
        #expect(pool.free == free)
    }
}
