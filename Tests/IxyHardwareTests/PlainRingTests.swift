import IxyHardware
import Synchronization
import Testing

/// Rings whose packets are all of one pool exchange them by their offsets alone: that must hold exactly as long as it is so.
@Suite struct PlainRingTests {
    private let mapper = TestMapper()

    private func makeRing(of pool: borrowing PacketPool, bufferSize: Int = 0) throws -> PacketRing {
        var arena = DMAArena(try DMAMemory(count: 4096, pages: .small, mapper: mapper))
        var ring = try PacketRing(count: 8, format: .advanced, area: 16, bufferSize: bufferSize, in: &arena)
        try ring.fill(8, from: pool)
        return ring
    }

    private func makePool(_ mark: UInt8) throws -> PacketPool {
        let pool = try PacketPool(capacity: 32, pages: .small, mapper: mapper)
        var batch = PacketBatch(capacity: pool.capacity)
        pool.fill(&batch, count: 60)
        batch.forEach { packet in packet.fill(with: mark) }
        return pool
    }

    /// Sends packets from `first` on, in a loop for plain rings or not. Returns how many were taken.
    private func send(_ batch: inout PacketBatch, from first: Int, isPlain: Bool, of ring: inout PacketRing) -> Int {
        var slots = ring.run(from: first, count: batch.count, isPlain: isPlain, .advanced)
        let count = slots.count
        var packets = batch.packets(from: 0, count)
        var sent = 0
        while sent < count, slots.send(sent, &packets[sent], LengthRange(17...9724), command: 0) { sent += 1 }
        return sent
    }

    private func isEmptyHanded(_ ring: inout PacketRing, isPlain: Bool) -> Bool {
        var batch = PacketBatch(capacity: 1)
        return send(&batch, from: 0, isPlain: isPlain, of: &ring) == 0
    }

    private func marks(_ batch: inout PacketBatch) -> [UInt8] {
        var marks: [UInt8] = []
        batch.forEach { packet in
            packet.resize(to: 60)
            marks.append(packet[20])
        }
        return marks
    }

    @Test func aRingOfOnePoolIsPlainUntilAnotherPacketComes() throws {
        let left = try makePool(1), right = try makePool(2)
        var ring = try makeRing(of: left)
        let atFirst = ring.isPlain
        #expect(atFirst)
        var batch = PacketBatch(capacity: 8)
        right.fill(&batch, count: 60)
        let refused = send(&batch, from: 0, isPlain: true, of: &ring)
        #expect(refused == 0, "a packet of another pool changed places by its offset")
        var one = PacketBatch(capacity: 1)
        right.fill(&one, count: 60)
        var packets = one.packets(from: 0, 1)
        ring.exchange(3, with: &packets[0])
        let afterwards = ring.isPlain
        #expect(!afterwards)
        left.fill(&batch, count: 60)
        let moved = send(&batch, from: 0, isPlain: true, of: &ring)
        #expect(moved == 0, "a ring with packets of two pools was taken for a plain one")
    }

    @Test func aRingIsPlainAgainOnceAllItsPacketsAreOfTheNewPool() throws {
        let left = try makePool(1), right = try makePool(2)
        var ring = try makeRing(of: left)
        var batch = PacketBatch(capacity: 7)
        right.fill(&batch, count: 60)
        let packets = batch.packets(from: 0, 7)
        let isAdmitted = ring.admit(packets[0])
        #expect(isAdmitted)
        let sent = send(&batch, from: 0, isPlain: false, of: &ring)
        #expect(sent == 7)
        let out = marks(&batch)
        #expect(out == [UInt8](repeating: 1, count: 7))
        // The last slot still has one of the first pool.
        _ = isEmptyHanded(&ring, isPlain: false)
        let tooEarly = ring.isPlain
        #expect(!tooEarly)
        var one = PacketBatch(capacity: 1)
        right.fill(&one, count: 60)
        let last = send(&one, from: 7, isPlain: false, of: &ring)
        #expect(last == 1)
        let outOfRound = ring.isPlain
        #expect(!outOfRound)
        _ = isEmptyHanded(&ring, isPlain: false)
        let atLast = ring.isPlain
        #expect(atLast)
        var more = PacketBatch(capacity: 8)
        right.fill(&more, count: 60)
        more.forEach { packet in packet.fill(with: 3) }
        let moved = send(&more, from: 0, isPlain: true, of: &ring)
        #expect(moved == 8)
        let back = marks(&more)
        #expect(back == [UInt8](repeating: 2, count: 8))
    }

    @Test(arguments: [(0, 8), (1, 7), (2, 1), (3, 99), (5, 0), (5, -1), (13, 2), (0, .max), (7, .min)])
    func linesAreAskedForWithTheAddressesOfTheSlotsOwnPackets(first: Int, count: Int) throws {
        let pool = try makePool(1)
        let memory = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        var arena = DMAArena(memory)
        var ring = try PacketRing(count: 8, format: .advanced, area: 16, bufferSize: 1024, in: &arena)
        try ring.fill(8, from: pool)
        for slot in 0..<8 { ring.arm(slot) }
        let window = MemoryWindow(memory.memory, count: 128 + 16)
        let words = window.words64(at: 0, count: 18)
        let own = (0..<8).map { words[$0 * 2].load(ordering: .relaxed) }
        // As a device writes back: over the address, too.
        for index in 0..<18 { words[index].store(0xBAD, ordering: .relaxed) }
        ring.claim(count, from: first)
        let start = first % 8, end = min(8, start + min(max(count, 0), 8))
        for slot in 0..<8 {
            let isAskedFor = slot >= start && slot < end && (slot - start) % 4 == 0
            #expect(words[slot * 2].load(ordering: .relaxed) == (isAskedFor ? own[slot] : 0xBAD), "slot \(slot)")
            #expect(words[slot * 2 + 1].load(ordering: .relaxed) == 0xBAD, "a word that the device has written is gone")
        }
        #expect(words[16].load(ordering: .relaxed) == 0xBAD, "beyond the ring")
    }

    @Test func aPoolInPiecesIsNeverPlain() throws {
        let scattered = TestMapper(spread: 5)
        let pool = try PacketPool(capacity: 32, pages: .small, mapper: scattered)
        var arena = DMAArena(try DMAMemory(count: 4096, pages: .small, mapper: scattered))
        var ring = try PacketRing(count: 8, format: .advanced, area: 16, bufferSize: 0, in: &arena)
        try ring.fill(8, from: pool)
        let isPlain = ring.isPlain
        #expect(!isPlain)
        var batch = PacketBatch(capacity: 8)
        pool.fill(&batch, count: 60)
        let plainly = send(&batch, from: 0, isPlain: true, of: &ring)
        #expect(plainly == 0)
        let properly = send(&batch, from: 0, isPlain: false, of: &ring)
        #expect(properly == 8)
    }

    /// Four at once: the first bad word, wherever it stands, leaves all four as they were.
    @Test(arguments: 0..<4) func fourAreTakenOrNone(_ bad: Int) throws {
        let pool = try makePool(1)
        var ring = try makeRing(of: pool, bufferSize: 2048)
        var spares = PacketBatch(capacity: 4)
        pool.fill(&spares, count: 60)
        spares.forEach { packet in packet.fill(with: 9) }
        spares.dropAll()
        do {
            var slots = ring.run(from: 4, count: 4, .advanced)
            var places = spares.spares(4)
            let isTaken = slots.receiveFour(0, rest: FourWords { $0 == bad ? 2048 : 59 }, into: &places, command: 0, step: 0)
            #expect(!isTaken)
            let areTaken = slots.receiveFour(0, rest: FourWords { _ in 2047 }, into: &places, command: 0, step: 0)
            #expect(areTaken)
        }
        spares.takeSpares(4)
        var counts: [Int] = []
        spares.forEach { packet in counts.append(packet.count) }
        #expect(counts == [2048, 2048, 2048, 2048])
        let out = marks(&spares)
        #expect(out == [1, 1, 1, 1])
    }

    /// A packet that is filled to its end may be the first one of several.
    @Test func fourThatMustLeaveRoomDo() throws {
        let pool = try makePool(1)
        var ring = try makeRing(of: pool, bufferSize: 2048)
        var spares = PacketBatch(capacity: 4)
        pool.fill(&spares, count: 60)
        spares.dropAll()
        var slots = ring.run(from: 4, count: 4, .advanced, leavesRoom: true)
        var places = spares.spares(4)
        let areTaken = slots.receiveFour(0, rest: FourWords { _ in 2047 }, into: &places, command: 0, step: 0)
        #expect(!areTaken)
        let areTakenWithRoom = slots.receiveFour(0, rest: FourWords { _ in 2046 }, into: &places, command: 0, step: 0)
        #expect(areTakenWithRoom)
    }

    /// The same for those that are sent: a packet of another pool, or one that is too short or too long.
    @Test(arguments: 0..<4, [0, 13, 60, 1001]) func fourAreSentOrNone(_ bad: Int, count: Int) throws {
        let pool = try makePool(1), other = try makePool(2)
        var ring = try makeRing(of: pool)
        var batch = PacketBatch(capacity: 4)
        for place in 0..<4 {
            let packet = place == bad && count == 60 ? other.makePacket(count: 60) : pool.makePacket(count: place == bad ? count : 60)
            guard let packet else { throw NoPacket() }
            batch.append(packet)
        }
        batch.forEach { packet in if packet.count == 60 { packet.fill(with: 9) } }
        do {
            var slots = ring.run(from: 4, count: 4, .advanced)
            var packets = batch.packets(from: 0, 4)
            let areSent = slots.sendFour(0, &packets, LengthRange(14...1000), command: 0, step: 0)
            #expect(areSent == nil)
        }
        var counts: [Int] = []
        batch.forEach { packet in counts.append(packet.count) }
        #expect(counts == (0..<4).map { $0 == bad ? count : 60 })
        batch.forEach { packet in packet.resize(to: 60) }
        if count == 60 { return }
        do {
            var slots = ring.run(from: 4, count: 4, .advanced)
            var packets = batch.packets(from: 0, 4)
            let areSent = slots.sendFour(0, &packets, LengthRange(14...1000), command: 0, step: 0)
            #expect(areSent == 240)
        }
        let out = marks(&batch)
        #expect(out == [1, 1, 1, 1])
    }

    /// A ring without a home pool is not uniform, whatever else it is without.
    @Test func aRingOfSeveralPoolsPassesNothingOn() async throws {
        let left = try makePool(1), right = try makePool(2)
        var input = try mixedRing(left, right), output = try mixedRing(left, right)
        let isPlain = input.isPlain
        #expect(!isPlain)
        let passed = TakeRun(&input, from: 0, to: &output, from: 0, limit: 8, isPlain: false).count
        #expect(passed == 0, "packets of two pools changed places by their offsets")
        await #expect(processExitsWith: .failure) {
            let suite = PlainRingTests()
            let left = try suite.makePool(1), right = try suite.makePool(2)
            var ring = try suite.mixedRing(left, right)
            _ = ShowRun(&ring, from: 0, count: 8, LengthRange(17...9724), isPlain: false).count
        }
    }

    /// Each ring is of one pool, and they are not the same.
    @Test func ringsOfTwoPoolsPassNothingOn() throws {
        let left = try makePool(1), right = try makePool(2)
        var input = try makeRing(of: left, bufferSize: 2048), output = try makeRing(of: left), stranger = try makeRing(of: right)
        let passed = TakeRun(&input, from: 0, to: &output, from: 0, limit: 8, isPlain: true).count
        let refused = TakeRun(&input, from: 0, to: &stranger, from: 0, limit: 8, isPlain: true).count
        #expect(passed == 8 && refused == 0)
    }

    /// A pool of large buffers has few of them: from twice the usual size on they do not stay.
    @Test(arguments: [(2048, 0), (4096, 1)])
    func largePacketsAreReturned(size: Int, large: Int) throws {
        let pool = try makePool(1)
        let other = try PacketPool(capacity: 2, bufferSize: size, pages: .small, mapper: mapper)
        let free = other.free
        var ring = try makeRing(of: pool)
        guard var packet = other.makePacket(count: 60) else { throw NoPacket() }
        ring.exchange(3, with: &packet)
        let count = ring.largeCount
        #expect(count == large)
        ring.returnLarge(3, pool)
        let after = other.free
        #expect(after == free - 1 + large)
    }

    /// The buffer ends with the packet's last byte.
    @Test func noByteBehindABufferIsDescribed() async throws {
        await #expect(processExitsWith: .success) { try PlainRingTests().describe(count: 2048) }
        await #expect(processExitsWith: .failure) { try PlainRingTests().describe(count: 2049) }
    }

    private func describe(count: Int) throws {
        var arena = DMAArena(try DMAMemory(count: 4096, pages: .small, mapper: mapper))
        var ring = try PacketRing(count: 8, format: .virtqueue(header: 12), area: 16, bufferSize: 0, in: &arena)
        let pool = try makePool(1)
        guard let packet = pool.makePacket(count: 60) else { throw NoPacket() }
        ring.fill(packet)
        ring.describe(0, 0, from: 0, count: count, 0)
    }

    @Test func aRingThatHasLostItsHomeIsNotPlain() throws {
        let left = try makePool(1), middle = try makePool(2), right = try makePool(3)
        var ring = try makeRing(of: left)
        for slot in 0..<8 {
            guard var packet = slot % 2 == 0 ? middle.makePacket(count: 60) : right.makePacket(count: 60) else { return }
            ring.exchange(slot, with: &packet)
        }
        ring.admitNone()
        let isPlain = ring.isPlain, sends = ring.sendsPlain(LengthRange(17...9724))
        #expect(!isPlain && !sends)
    }

    /// Its second words are addresses: nobody writes commands there.
    @Test func aRingToBeFilledSendsNothing() async throws {
        await #expect(processExitsWith: .failure) {
            let suite = PlainRingTests()
            let pool = try suite.makePool(1)
            let ring = try suite.makeRing(of: pool, bufferSize: 2048)
            ring.reword(0, 0x6666_6666_0000)
        }
        await #expect(processExitsWith: .failure) {
            let suite = PlainRingTests()
            let pool = try suite.makePool(1)
            var ring = try suite.makeRing(of: pool, bufferSize: 2048)
            ring.offer(0, 0x6666_6666_0000)
        }
    }

    /// A device has been told of these packets.
    @Test func aRingToBeFilledIsNotMadeUniform() throws {
        let left = try makePool(1), right = try makePool(2)
        var ring = try makeRing(of: left, bufferSize: 2048)
        let before = right.free
        do {
            try ring.makeUniform(right)
            Issue.record("packets that the device fills were taken away from it")
        } catch { #expect("\(error)".contains("other pools")) }
        let after = right.free
        #expect(after == before)
        try ring.makeUniform(left)
    }

    private func mixedRing(_ left: borrowing PacketPool, _ right: borrowing PacketPool) throws -> PacketRing {
        var arena = DMAArena(try DMAMemory(count: 4096, pages: .small, mapper: mapper))
        var ring = try PacketRing(count: 8, format: .advanced, area: 16, bufferSize: 0, in: &arena)
        for slot in 0..<8 {
            guard let packet = slot % 2 == 0 ? left.makePacket(count: 60) : right.makePacket(count: 60) else { throw NoPacket() }
            ring.fill(packet)
        }
        return ring
    }

    private struct NoPacket: Error {}
}
