import IxyHardware
import IxyModels
import Testing

@testable import Ixy

/// The rings' treatment of all that a device can report on buffers: in order, in batches, in another order, and falsely.
@Suite struct VirtqueueRingTests {
    private static let size = 8

    /// A ring's memory as its device sees it.
    private struct Bench: ~Copyable {
        let space: IOAddressSpace
        var port: DMAPort
        var arena: DMAArena
        var pool: PacketPool
        var batch: PacketBatch

        init() throws {
            let space = IOAddressSpace()
            let memory = try DMAMemory(count: 65536, pages: .small, mapper: space)
            let pool = try PacketPool(capacity: 256, headroom: 64, pages: .small, mapper: space)
            self.space = space
            self.pool = pool
            port = DMAPort(space)
            arena = DMAArena(memory)
            batch = PacketBatch(capacity: 64)
        }

        mutating func use(_ layout: VirtIO.QueueLayout, split position: Int, id: UInt32, length: UInt32 = 0) {
            let element = layout.deviceArea + 4 + UInt64(position % VirtqueueRingTests.size * 8)
            let isStored = port.store32(id, at: element) && port.store32(length, at: element + 4)
            precondition(isStored)
        }

        mutating func publish(_ layout: VirtIO.QueueLayout, _ index: Int) {
            let isStored = port.store16(UInt16(index), at: layout.deviceArea + 2)
            precondition(isStored)
        }

        /// The id in a slot of a packed ring.
        mutating func id(_ layout: VirtIO.QueueLayout, _ slot: Int) -> UInt16 {
            UInt16(truncatingIfNeeded: (port.load64(at: layout.descriptors + UInt64(slot * 16 + 8)) ?? 0) >> 32)
        }

        mutating func use(_ layout: VirtIO.QueueLayout, packed place: Int, id: UInt16, length: UInt32 = 0, turning other: UInt64 = 0) {
            let size = VirtqueueRingTests.size
            let flags: UInt64 = place / size % 2 == 0 ? 0x8082 : 0x0002
            let word = (flags ^ other) << 48 | UInt64(id) << 32 | UInt64(length)
            let isStored = port.store64(word, at: layout.descriptors + UInt64(place % size * 16 + 8))
            precondition(isStored)
        }
    }

    private typealias Split = VirtIO.SplitReceiveRing<VirtIO.LongHeader>
    private typealias SplitOut = VirtIO.SplitTransmitRing<VirtIO.LongHeader>

    private func split(_ bench: inout Bench, inOrder: Bool) throws -> Split {
        var queue = try VirtIO.SplitVirtqueue(
            count: Self.size, header: 12, bufferSize: bench.pool.bufferSize, in: &bench.arena)
        try queue.slots.fill(Self.size, from: bench.pool)
        return Split(
            queue, isMergeable: false, isInOrder: inOrder, usesEvents: false,
            splitsHeader: false, fillsBuffers: true)
    }

    private func packed(_ bench: inout Bench, inOrder: Bool) throws -> VirtIO.PackedReceiveRing {
        var queue = try VirtIO.PackedVirtqueue(count: Self.size, bufferSize: bench.pool.bufferSize, in: &bench.arena)
        try queue.slots.fill(Self.size, from: bench.pool)
        return VirtIO.PackedReceiveRing(queue, isMergeable: false, isInOrder: inOrder)
    }

    private func isLie(_ claim: VirtIO.ReceiveClaim) -> Bool {
        if case .lie = claim { true } else { false }
    }

    private func slot(_ claim: VirtIO.ReceiveClaim) -> (Int, Int)? {
        if case .filled(let slot, let count) = claim { (slot, count) } else { nil }
    }

    // MARK: Receive

    @Test func oneElementStandsForABatchWhoseOthersAreFull() throws {
        var bench = try Bench()
        var ring = try split(&bench, inOrder: true)
        let layout = ring.layout.layout
        ring.layOut()
        bench.use(layout, split: 0, id: 2, length: 100)
        bench.publish(layout, 3)
        let waiting = ring.waiting()
        #expect(waiting == 3)
        for (index, count) in [bench.pool.bufferSize + 12, bench.pool.bufferSize + 12, 100].enumerated() {
            let claim = slot(ring.claim(index))
            #expect(claim?.0 == index && claim?.1 == count)
            ring.arm(index, index)
        }
        ring.finish(3)
        // And on, one by one.
        bench.use(layout, split: 3, id: 3, length: 72)
        bench.publish(layout, 4)
        let more = ring.waiting()
        #expect(more == 1)
        let claim = slot(ring.claim(0))
        #expect(claim?.0 == 3 && claim?.1 == 72)
    }

    @Test(arguments: [3, 7, 8, UInt32.max])
    func aBatchBeyondWhatTheDeviceHasUsedIsALie(id: UInt32) throws {
        var bench = try Bench()
        var ring = try split(&bench, inOrder: true)
        ring.layOut()
        bench.use(ring.layout.layout, split: 0, id: id, length: 100)
        bench.publish(ring.layout.layout, 3)
        _ = ring.waiting()
        let claim = ring.claim(0)
        #expect(isLie(claim))
    }

    @Test func oneDescriptorStandsForABatch() throws {
        var bench = try Bench()
        var ring = try packed(&bench, inOrder: true)
        let layout = ring.layout.layout
        ring.layOut()
        bench.use(layout, packed: 0, id: 2, length: 100)
        for (index, count) in [bench.pool.bufferSize + 12, bench.pool.bufferSize + 12, 100].enumerated() {
            let claim = slot(ring.claim(index))
            #expect(claim?.0 == index && claim?.1 == count)
            ring.arm(index, index)
        }
        ring.finish(3)
        let waiting = ring.waiting()
        #expect(waiting == 0)
        let claim = slot(ring.claim(0))
        #expect(claim == nil)
    }

    @Test(arguments: [8, 9, 0xFFFF, 0x8000])
    func anIdThatIsNotGivenIsALieInOrder(id: UInt16) throws {
        var bench = try Bench()
        var ring = try packed(&bench, inOrder: true)
        ring.layOut()
        bench.use(ring.layout.layout, packed: 0, id: id, length: 100)
        let claim = ring.claim(0)
        #expect(isLie(claim))
    }

    /// A buffer given since the last look cannot have come back yet.
    @Test func aBufferThatWasJustGivenIsNotUsed() throws {
        var bench = try Bench()
        var ring = try split(&bench, inOrder: false)
        ring.layOut()
        for place in 0..<2 { bench.use(ring.layout.layout, split: place, id: 3, length: 72) }
        bench.publish(ring.layout.layout, 2)
        _ = ring.waiting()
        let first = slot(ring.claim(0))
        #expect(first?.0 == 3)
        ring.arm(3, 0)
        let again = ring.claim(1)
        #expect(isLie(again))
    }

    @Test func anotherOrderIsFollowedAndAnIdSaidTwiceIsALie() throws {
        var bench = try Bench()
        var ring = try packed(&bench, inOrder: false)
        let layout = ring.layout.layout
        ring.layOut()
        for (place, id) in [5, 3, 0].enumerated() {
            bench.use(layout, packed: place, id: UInt16(id), length: 100)
            let claim = slot(ring.claim(place))
            #expect(claim?.0 == id && claim?.1 == 100)
            guard var packet = bench.pool.makePacket(count: 0) else { return }
            ring.slots.exchange(id, with: &packet)
            ring.arm(id, place)
        }
        // Given again at once, and used at once.
        let again = bench.id(layout, 0)
        #expect(again != 5 && again % 8 == 5)
        bench.use(layout, packed: 3, id: again, length: 100)
        let honest = slot(ring.claim(3))
        #expect(honest?.0 == 5)
        bench.use(layout, packed: 3, id: 5, length: 100)
        let claim = ring.claim(3)
        #expect(isLie(claim), "this id was used before")
    }

    @Test(arguments: [false, true])
    func roundAfterRoundInOrder(isPacked: Bool) throws {
        var bench = try Bench()
        var split = try split(&bench, inOrder: false), packed = try packed(&bench, inOrder: false)
        split.layOut()
        packed.layOut()
        // Past the end of 16-bit counters.
        var wrong = 0
        for place in 0..<70_000 {
            var taken = (packets: 0, bytes: 0)
            _ = bench.batch.addSpares(Self.size, from: bench.pool)
            if isPacked {
                let id = bench.id(packed.layout.layout, place % Self.size)
                if id != UInt16(truncatingIfNeeded: place) { wrong += 1 }
                bench.use(packed.layout.layout, packed: place, id: id, length: 72)
                taken = packed.takeInOrder(Self.size, isPlain: true, into: &bench.batch)
            } else {
                bench.use(split.layout.layout, split: place, id: UInt32(place % Self.size), length: 72)
                bench.publish(split.layout.layout, (place + 1) & 0xFFFF)
                let waiting = split.waiting()
                if waiting != 1 { wrong += 1 }
                taken = split.takeInOrder(1, isPlain: true, into: &bench.batch)
            }
            if taken != (1, 60) { wrong += 1 }
            bench.batch.dropAll()
        }
        #expect(wrong == 0)
    }

    /// A ring that is laid out anew tells a device of its buffers that has just been reset.
    @Test func theFirstBuffersAreAnnouncedAfterEachReset() throws {
        var bench = try Bench()
        var queue = try VirtIO.SplitVirtqueue(
            count: Self.size, header: 12, bufferSize: bench.pool.bufferSize, in: &bench.arena)
        try queue.slots.fill(Self.size, from: bench.pool)
        var ring = Split(
            queue, isMergeable: false, isInOrder: false, usesEvents: true, splitsHeader: false, fillsBuffers: true)
        for _ in 0..<2 {
            ring.layOut()
            let isAsked = ring.wantsNotification()
            #expect(isAsked)
            let isAskedAgain = ring.wantsNotification()
            #expect(!isAskedAgain)
        }
    }

    /// Positions 5 to 7 are new: the device wants to know of one of them, or of the one before or behind.
    @Test(arguments: [(4, false), (5, true), (7, true), (8, false)])
    func theEventOfASplitRing(event: UInt16, isWanted: Bool) throws {
        var bench = try Bench()
        var queue = try splitOut(&bench)
        let isStored = bench.port.store16(event, at: queue.layout.layout.deviceArea + 4 + UInt64(Self.size * 8))
        #expect(isStored)
        var last: UInt16 = 5
        let isAsked = queue.wantsNotification(since: &last, until: 8, usesEvents: true)
        #expect(isAsked == isWanted)
    }

    /// The next slot is 3, in a round whose wrap counter is 1: up to a whole ring before it is of interest.
    @Test(arguments: [(2, 1, true), (3, 1, false), (4, 0, true), (3, 0, true), (2, 0, false)])
    func theEventOfAPackedRing(slot: UInt32, wrap: UInt32, isWanted: Bool) throws {
        var bench = try Bench()
        var queue = try packedOut(&bench)
        let isStored = bench.port.store32(2 << 16 | wrap << 15 | slot, at: queue.layout.layout.deviceArea)
        #expect(isStored)
        let isAsked = queue.wantsNotification(after: 1, next: 3, wrap: true)
        #expect(isAsked == isWanted)
    }

    // MARK: Transmit

    private func splitOut(_ bench: inout Bench) throws -> VirtIO.SplitVirtqueue {
        var queue = try VirtIO.SplitVirtqueue(count: Self.size, header: 12, bufferSize: 0, in: &bench.arena)
        try queue.slots.fill(Self.size, from: bench.pool)
        return queue
    }

    private func packedOut(_ bench: inout Bench) throws -> VirtIO.PackedVirtqueue {
        var queue = try VirtIO.PackedVirtqueue(count: Self.size, bufferSize: 0, in: &bench.arena)
        try queue.slots.fill(Self.size, from: bench.pool)
        return queue
    }

    private func fill(_ bench: inout Bench, _ count: Int) {
        bench.pool.fill(&bench.batch, upTo: count, count: 60)
    }

    @Test(arguments: [false, true])
    func oneUsedEntryReturnsABatch(isPacked: Bool) throws {
        var bench = try Bench()
        var buffers = VirtIO.LentNumbers(count: Self.size)
        var split = SplitOut(try splitOut(&bench), isInOrder: true, usesEvents: false)
        var packed = VirtIO.PackedTransmitRing(try packedOut(&bench), isInOrder: true)
        split.clear()
        packed.clear()
        var used = 0
        for round in 0..<1000 {
            fill(&bench, 5)
            // Up to the ring's end, and on.
            var sent = (packets: 0, bytes: 0)
            for _ in 0..<2 {
                let more = isPacked
                    ? packed.send(&bench.batch, &buffers, isPlain: true) : split.send(&bench.batch, &buffers, isPlain: true)
                sent = (sent.packets + more.packets, sent.bytes + more.bytes)
            }
            #expect(sent == (5, 300))
            if isPacked {
                bench.use(packed.layout.layout, packed: used, id: UInt16(truncatingIfNeeded: used + 4))
            } else {
                bench.use(split.layout.layout, split: used, id: UInt32((used + 4) % Self.size))
                bench.publish(split.layout.layout, (used + 5) & 0xFFFF)
            }
            let returned = isPacked ? packed.takeBack(&buffers) : split.takeBack(&buffers)
            #expect(returned == 5, "round \(round)")
            used += 5
        }
        #expect(buffers.count == 0)
    }

    @Test(arguments: [5, 8, 0xFFFF, 0xFFF8])
    func aPacketThatWasNotSentIsNotTakenBack(id: UInt16) throws {
        for isInOrder in [false, true] {
            var bench = try Bench()
            var buffers = VirtIO.LentNumbers(count: Self.size)
            var packed = VirtIO.PackedTransmitRing(try packedOut(&bench), isInOrder: isInOrder)
            packed.clear()
            fill(&bench, 5)
            _ = packed.send(&bench.batch, &buffers, isPlain: true)
            bench.use(packed.layout.layout, packed: 0, id: id)
            let returned = packed.takeBack(&buffers)
            #expect(returned == nil)
            #expect(buffers.count == 5)
        }
    }

    @Test func anotherOrderIsTakenBackToo() throws {
        var bench = try Bench()
        var buffers = VirtIO.LentNumbers(count: Self.size)
        var split = SplitOut(try splitOut(&bench), isInOrder: false, usesEvents: false)
        var packed = VirtIO.PackedTransmitRing(try packedOut(&bench), isInOrder: false)
        split.clear()
        packed.clear()
        var others = VirtIO.LentNumbers(count: Self.size)
        for round in 0..<100 {
            for (index, offset) in [2, 0, 1, 4, 3].enumerated() {
                if index == 0 {
                    fill(&bench, 5)
                    while !bench.batch.isEmpty { _ = split.send(&bench.batch, &buffers, isPlain: true) }
                    fill(&bench, 5)
                    while !bench.batch.isEmpty { _ = packed.send(&bench.batch, &others, isPlain: true) }
                }
                let place = round * 5 + index, number = round * 5 + offset
                bench.use(split.layout.layout, split: place, id: UInt32(number % Self.size))
                bench.publish(split.layout.layout, place + 1)
                bench.use(packed.layout.layout, packed: place, id: UInt16(number))
                let first = split.takeBack(&buffers), second = packed.takeBack(&others)
                #expect(first == 1 && second == 1)
            }
            #expect(buffers.count == 0)
            #expect(others.count == 0)
        }
    }

    // MARK: Four at a time

    /// Reports that a device can make on one of eight buffers: the error of its id, its length, and whether that is usual.
    private static let words: [(id: Int, length: UInt32, isUsual: Bool)] = [
        (0, 14, true), (0, 13, false), (0, 1024, true), (0, 1025, true), (0, 1984, true), (0, 1985, false), (0, .max - 11, false),
        (1, 60, false), (8, 60, false), (-1, 60, false), (0x8000, 60, false),
    ]

    @Test(arguments: 0..<8, [false, true])
    func theLoopEndsAtWhatIsNotUsual(place: Int, isPacked: Bool) throws {
        for word in Self.words {
            var bench = try Bench()
            var split = try split(&bench, inOrder: false), packed = try packed(&bench, inOrder: false)
            split.layOut()
            packed.layOut()
            bench.pool.fill(&bench.batch, upTo: 20, count: 60)
            bench.batch.dropAll()
            for index in 0..<Self.size {
                let id = index + (index == place ? word.id : 0), length = index == place ? word.length : UInt32(60 + index)
                bench.use(split.layout.layout, split: index, id: UInt32(truncatingIfNeeded: id), length: length &+ 12)
                bench.use(packed.layout.layout, packed: index, id: UInt16(truncatingIfNeeded: id), length: length &+ 12)
            }
            bench.publish(split.layout.layout, Self.size)
            let waiting = isPacked ? packed.waiting() : split.waiting()
            let taken = isPacked
                ? packed.takeInOrder(8, isPlain: true, into: &bench.batch) : split.takeInOrder(8, isPlain: true, into: &bench.batch)
            #expect(waiting == 8)
            #expect(taken.packets == (word.isUsual ? 8 : place), "\(word)")
            let lengths = (0..<taken.packets).map { $0 == place ? Int(word.length) : 60 + $0 }
            #expect(taken.bytes == lengths.reduce(0, +))
            var came: [Int] = []
            bench.batch.forEach { came.append($0.count) }
            #expect(came == lengths)
        }
    }

    /// Of sixteen flags two tell whose a descriptor is. The others may be anything, and hide nothing.
    @Test(arguments: 0..<8, [0, 8])
    func twoFlagsTell(place: Int, first: Int) throws {
        var bench = try Bench()
        var ring = try packed(&bench, inOrder: false)
        let layout = ring.layout.layout, seven: [UInt64] = [0, 1, 2, 0x3F, 0x40, 0x7E, 0x7F]
        bench.pool.fill(&bench.batch, upTo: 20, count: 60)
        for telling: UInt64 in [0, 0x80, 0x8000, 0x8080] {
            for above in seven {
                for below in seven {
                    ring.layOut()
                    bench.batch.dropAll()
                    var taken = (packets: 0, bytes: 0)
                    for number in 0..<first + Self.size {
                        let other = number == first + place ? telling | above << 8 | below : 0
                        bench.use(layout, packed: number, id: UInt16(number), length: 72, turning: other)
                        if number % Self.size == Self.size - 1 {
                            bench.batch.dropAll()
                            taken = ring.takeInOrder(Self.size, isPlain: true, into: &bench.batch)
                        }
                    }
                    #expect(taken.packets == (telling == 0 ? Self.size : place), "\(telling) \(above) \(below)")
                }
            }
        }
    }

    /// The same of descriptors that are sent.
    @Test(arguments: 0..<8) func twoFlagsTellWhatIsSent(place: Int) throws {
        var bench = try Bench()
        var ring = VirtIO.PackedTransmitRing(try packedOut(&bench), isInOrder: false)
        let layout = ring.layout.layout
        for (flags, isSent): (UInt64, Bool) in [
            (0x80, false), (0x8000, false), (0x8080, false), (0x7F7F, true), (0x80FF, false), (0xFF80, false), (0x0101, true),
        ] {
            var buffers = VirtIO.LentNumbers(count: Self.size)
            ring.clear()
            fill(&bench, Self.size)
            _ = ring.send(&bench.batch, &buffers, isPlain: true)
            for number in 0..<Self.size { bench.use(layout, packed: number, id: UInt16(number), turning: number == place ? flags : 0) }
            let returned = ring.takeBack(&buffers)
            #expect(returned == (isSent ? Self.size : place), "\(flags)")
        }
    }

    /// A device that promises no order may return packets in any; it must not return one that it does not have.
    @Test(arguments: 0..<8, [false, true])
    func whatComesBackOutOfTurnIsSeen(place: Int, isPacked: Bool) throws {
        for wrong in [0, 1, 8] {
            var bench = try Bench()
            var buffers = VirtIO.LentNumbers(count: Self.size)
            var split = SplitOut(try splitOut(&bench), isInOrder: false, usesEvents: false)
            var packed = VirtIO.PackedTransmitRing(try packedOut(&bench), isInOrder: false)
            split.clear()
            packed.clear()
            fill(&bench, 8)
            let sent = isPacked
                ? packed.send(&bench.batch, &buffers, isPlain: true) : split.send(&bench.batch, &buffers, isPlain: true)
            #expect(sent == (8, 480))
            for index in 0..<Self.size {
                // The next one in its place, which is named twice so; or one of a round that was not.
                let id = index == place ? index + wrong : index
                bench.use(split.layout.layout, split: index, id: UInt32(id == 8 && wrong == 1 ? 0 : id))
                bench.use(packed.layout.layout, packed: index, id: UInt16(id))
            }
            bench.publish(split.layout.layout, Self.size)
            let returned = isPacked ? packed.takeBack(&buffers) : split.takeBack(&buffers)
            #expect(returned == (wrong == 0 ? 8 : nil))
        }
    }
}
