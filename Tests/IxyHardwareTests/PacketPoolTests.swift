import Foundation
import IxyHardware
import Testing

@Suite struct PacketPoolTests {
    @Test func aPacketReturnsToItsPoolWhenDropped() throws {
        let mapper = TestMapper()
        do {
            let pool = try PacketPool(capacity: 128, pages: .small, mapper: mapper)
            let before = (pool.capacity, pool.free)
            #expect(before == (128, 128))
            do {
                guard let packet = pool.makePacket(count: 60) else { throw PoolRanEmpty() }
                let count = packet.count
                #expect(count == 60)
                let free = pool.free
                #expect(free == 127)
                _ = consume packet
            }
            let after = pool.free
            #expect(after == 128)
        }
        #expect(mapper.isClean)
    }

    @Test func everyBufferIsGivenOutOnceAndNoTwoOverlap() throws {
        let mapper = TestMapper()
        let pool = try PacketPool(capacity: 1000, pages: .small, mapper: mapper)
        var batch = PacketBatch(capacity: pool.capacity)
        let made = pool.fill(&batch, count: 2048)
        #expect(made == batch.capacity)
        let isEmpty = pool.makePacket(count: 1) == nil
        #expect(isEmpty)
        var addresses: [UInt64] = []
        batch.forEach { addresses.append($0.deviceAddress) }
        addresses.sort()
        for (left, right) in zip(addresses, addresses.dropFirst()) { #expect(right - left >= 2048) }
        // A stamp in each proves that their bytes are distinct, too.
        var number: UInt64 = 0
        batch.forEach { packet in
            packet.storeBigEndian(number, at: 0)
            number += 1
        }
        number = 0
        batch.forEach { packet in
            let stamp = packet.bytes.bigEndian(UInt64.self, at: 0)
            #expect(stamp == number)
            number += 1
        }
        batch.dropAll()
        batch.returnSpares()
        let free = pool.free
        #expect(free == batch.capacity)
        let again = pool.fill(&batch, count: 60)
        #expect(again == batch.capacity, "and all of them can be taken again")
    }

    @Test func deviceAddressesFollowThePagesEvenIfTheyAreScattered() throws {
        let mapper = TestMapper(spread: 3)
        let pool = try PacketPool(capacity: 8, pages: .small, mapper: mapper)
        var addresses: Set<UInt64> = []
        var batch = PacketBatch(capacity: 8)
        pool.fill(&batch, count: 0)
        batch.forEach { addresses.insert($0.deviceAddress) }
        // Two 2 KiB buffers a page, each third page.
        var expected: Set<UInt64> = []
        for page in 0..<UInt64(4) {
            let start: UInt64 = 0x1000_0000 + page * 3 * 4096
            expected.formUnion([start, start + 2048])
        }
        #expect(addresses == expected)
    }

    /// Side by side the first lines of large buffers would all fall into the same few sets of a cache.
    @Test func largeBuffersBeginInAllSetsOfACacheAndSmallOnesLieSideBySide() throws {
        for (size, apart) in [(2048, 2112), (512, 512)] as [(Int, UInt64)] {
            let pool = try PacketPool(capacity: 64, bufferSize: size, pages: .small, mapper: TestMapper())
            var batch = PacketBatch(capacity: 64)
            pool.fill(&batch, count: size)
            var addresses: [UInt64] = []
            batch.forEach { addresses.append($0.deviceAddress) }
            addresses.sort()
            for (left, right) in zip(addresses, addresses.dropFirst()) { #expect(right - left == apart) }
        }
    }

    @Test func packetsOutliveTheirPoolAndTheLastOneFreesTheMemory() throws {
        let mapper = TestMapper()
        var batch = PacketBatch(capacity: 100)
        do {
            let pool = try PacketPool(capacity: 100, pages: .small, mapper: mapper)
            pool.fill(&batch, count: 60)
        }
        #expect(!mapper.isClean, "packets keep the memory")
        batch.forEach { $0[59] = 7 }
        let last = batch.popLast()?.count
        #expect(last == 60)
        #expect(!mapper.isClean)
        batch.dropAll()
        batch.returnSpares()
        #expect(mapper.isClean, "the last packet frees it")
    }

    @Test func lengthsAreCheckedInEveryBuild() throws {
        let pool = try PacketPool(capacity: 2, bufferSize: 512, pages: .small, mapper: TestMapper())
        guard var packet = pool.makePacket(count: 60) else { throw PoolRanEmpty() }
        packet.resize(to: 512)
        let sizes = (packet.count, packet.capacity, packet.bytes.byteCount)
        #expect(sizes == (512, 512, 512))
    }

    /// The work that was left with a packet goes with it, and the next one in its buffer has none.
    @Test func aNewPacketHasNoWorkLeft() throws {
        let pool = try PacketPool(capacity: 1, pages: .small, mapper: TestMapper(), companion: OffloadNotes.self)
        var batch = PacketBatch(capacity: pool.capacity)
        for _ in 0..<2 {
            pool.fill(&batch, count: 60)
            var unfinished = 0
            batch.forEach { packet in
                if !packet.offload.isFinished { unfinished += 1 }
                var offload = PacketOffload()
                offload.needsChecksum = true
                packet.setOffload(offload)
            }
            #expect(unfinished == 0)
            batch.dropAll()
            batch.returnSpares()
        }
    }

    /// A packet stands in for one with as much room for the device's header.
    @Test(arguments: [(64, true), (32, false)])
    func headroomIsPartOfWhatAPacketOffers(headroom: Int, isGood: Bool) throws {
        let mapper = TestMapper()
        let pool = try PacketPool(capacity: 2, headroom: 64, pages: .small, mapper: mapper)
        let other = try PacketPool(capacity: 2, headroom: headroom, pages: .small, mapper: mapper)
        guard let packet = other.makePacket(count: 60) else { throw PoolRanEmpty() }
        let canUse = pool.canUse(packet)
        #expect(canUse == isGood)
    }

    @Test(arguments: [0, -1, 1 << 25])
    func anImpossibleCapacityIsRefused(capacity: Int) {
        #expect(throws: HardwareError.self) {
            _ = try PacketPool(capacity: capacity, pages: .small, mapper: TestMapper())
        }
    }

    @Test(arguments: [0, 100, 300, 65536, 131072])
    func anImpossibleBufferSizeIsRefused(size: Int) {
        #expect(throws: HardwareError.self) {
            _ = try PacketPool(capacity: 10, bufferSize: size, pages: .small, mapper: TestMapper())
        }
    }

    @Test(arguments: [-64, 10, 2048, 4096])
    func anImpossibleHeadroomIsRefused(headroom: Int) {
        #expect(throws: HardwareError.self) {
            _ = try PacketPool(capacity: 10, headroom: headroom, pages: .small, mapper: TestMapper())
        }
    }

    @Test(arguments: [32, 64, 192])
    func headroomLiesBeforeEachPacketAndNoTwoBuffersOverlap(headroom: Int) throws {
        let pool = try PacketPool(capacity: 64, bufferSize: 256, headroom: headroom, pages: .small, mapper: TestMapper())
        #expect(pool.bufferSize == 256 - headroom)
        var batch = PacketBatch(capacity: 64)
        pool.fill(&batch, count: 256 - headroom)
        var addresses: [UInt64] = []
        batch.forEach { addresses.append($0.deviceAddress) }
        addresses.sort()
        #expect(addresses.count == 64)
        let first = try #require(addresses.first)
        #expect(addresses == (0..<64).map { first + $0 * 256 })
        #expect(first % 256 == UInt64(headroom), "the first buffer has its headroom, too")
        batch.dropAll()
        batch.returnSpares()
        #expect(pool.free == pool.capacity)
    }

    @Test func scatteredBuffersComeInNoOrderEachOfThemOnce() throws {
        func places(isScattered: Bool) throws -> [UInt64] {
            let pool = try PacketPool(capacity: 512, bufferSize: 256, pages: .small, mapper: TestMapper(), isScattered: isScattered)
            var batch = PacketBatch(capacity: pool.capacity)
            #expect(pool.fill(&batch, count: 60) == 512)
            var places: [UInt64] = []
            batch.forEach { places.append($0.deviceAddress) }
            return places.map { ($0 - (places.min() ?? 0)) / 256 }
        }
        /// How many buffers lie right after, or right before, the one that came before them.
        func neighbours(_ places: [UInt64]) -> Int { zip(places, places.dropFirst()).count { max($0, $1) - min($0, $1) == 1 } }
        let inTurn = try places(isScattered: false), scattered = try places(isScattered: true)
        #expect(inTurn.sorted() == Array(0..<512) && scattered.sorted() == Array(0..<512))
        #expect(neighbours(inTurn) > 490)
        // Two by chance.
        #expect(neighbours(scattered) < 50)
    }

    @Test func missingHugePagesAreNamed() throws {
        // More than this machine has.
        let expected = HardwareError.noHugePages(needed: 3, pageSize: 1 << 30)
        #expect(throws: expected) {
            _ = try PacketPool(capacity: 1 << 17, bufferSize: 16384, pages: .huge1GiB, mapper: TestMapper())
        }
        #expect(expected.description.contains("nr_hugepages"))
    }

    /// Packets that one thread receives and another drops, ten thousand batches long: none is lost or doubled.
    @Test func buffersComeHomeFromAnotherThread() throws {
        let mapper = TestMapper()
        do {
            let pool = try PacketPool(capacity: 512, pages: .small, mapper: mapper)
            let exchange = PacketExchange()
            let dropper = Thread { exchange.dropUntilClosed() }
            dropper.start()
            var made = 0
            var place = 0
            while made < 200_000 {
                made += exchange.fill(from: pool, place: place)
                place += 1
            }
            exchange.closeAndWait()
            let free = pool.free
            #expect(free == 512)
        }
        #expect(mapper.isClean)
    }
}

private struct PoolRanEmpty: Error {}
