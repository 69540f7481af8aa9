import IxyHardware
import IxyModels
import Testing

@testable import Ixy

/// VirtIO's queues, given the last good and the first bad value of each word that a device writes.
@Suite struct QueueBoundaryTests {
    private static let size = 16
    private typealias Out = VirtIO.TransmitQueue<VirtIO.SplitTransmitRing<VirtIO.LongHeader>>
    private typealias In = VirtIO.ReceiveQueue<VirtIO.SplitReceiveRing<VirtIO.LongHeader>>

    /// The device's side of a split queue.
    private struct Bench: ~Copyable {
        let barrier = ResetBarrier()
        let space: IOAddressSpace
        var port: DMAPort
        let pool: PacketPool
        var arena: DMAArena

        init() throws {
            let space = IOAddressSpace()
            let pool = try PacketPool(capacity: 256, headroom: 64, pages: .small, mapper: space)
            let memory = try DMAMemory(count: 65536, pages: .small, mapper: space)
            self.space = space
            port = DMAPort(space)
            self.pool = pool
            arena = DMAArena(memory)
        }

        mutating func use(_ layout: VirtIO.QueueLayout, _ ids: [UInt32], from first: Int = 0, length: UInt32 = 0) {
            for (index, id) in ids.enumerated() {
                let element = layout.deviceArea + 4 + UInt64((first + index) % QueueBoundaryTests.size * 8)
                let isStored = port.store32(id, at: element) && port.store32(length, at: element + 4)
                precondition(isStored)
            }
        }

        mutating func publish(_ layout: VirtIO.QueueLayout, _ index: UInt16) {
            let isStored = port.store16(index, at: layout.deviceArea + 2)
            precondition(isStored)
        }

        mutating func queue(bufferSize: Int) throws -> VirtIO.SplitVirtqueue {
            var queue = try VirtIO.SplitVirtqueue(count: QueueBoundaryTests.size, header: 12, bufferSize: bufferSize, in: &arena)
            try queue.slots.fill(QueueBoundaryTests.size, from: pool)
            return queue
        }

        mutating func out(isInOrder: Bool) throws -> Out {
            Out(
                ring: VirtIO.SplitTransmitRing(try queue(bufferSize: 0), isInOrder: isInOrder, usesEvents: false), pool: PacketPool(sharing: pool),
                notifier: Notifier(event: try EventFile().duplicate()), participant: barrier.join(), splitsHeader: false)
        }

        mutating func `in`(isMergeable: Bool = false) throws -> In {
            let ring = VirtIO.SplitReceiveRing<VirtIO.LongHeader>(
                try queue(bufferSize: pool.bufferSize), isMergeable: isMergeable, isInOrder: false, usesEvents: false,
                splitsHeader: false, fillsBuffers: true)
            var large: PacketPool?
            if isMergeable { large = try PacketPool(capacity: 4, bufferSize: 8192, headroom: 64, pages: .small, mapper: space) }
            return In(
                ring: ring, pool: PacketPool(sharing: pool), large: large, notifier: Notifier(event: try EventFile().duplicate()),
                interrupt: nil, participant: barrier.join())
        }
    }

    /// Finding 8: after the lie some numbers are free that the queue still counts as lent.
    @Test func aLieInTheMiddleOfABatchMakesTheQueueDead() throws {
        // 11 was never lent. Before the mend of `takeBack`, an index of 11 released it during the reset.
        for last in [10, 11, 12, 200] as [UInt16] {
            var bench = try Bench()
            var queue = try bench.out(isInOrder: false)
            let layout = queue.ring.layout.layout
            var batch = PacketBatch(capacity: 32)
            bench.pool.fill(&batch, upTo: 11, count: 60)
            queue.transmit(&batch)
            let before = queue.inFlight
            #expect(before == 11)
            bench.use(layout, [0, 200])
            bench.publish(layout, 2)
            queue.transmit(&batch)
            bench.use(layout, [1, 2])
            queue.transmit(&batch)
            bench.use(layout, [3, 4, 5, 6, 7, 8, 9, 10, 11], from: 2)
            bench.publish(layout, last)
            bench.pool.fill(&batch, upTo: 3, count: 60)
            for _ in 0..<5 {
                let sent = queue.transmit(&batch), runs = queue.rejoin()
                let left = batch.count
                #expect(sent == 0 && !runs && left == 3)
            }
            let lies = queue.counters.deviceLies, isReported = bench.barrier.hasLies
            #expect(lies == 1 && isReported)
            // The reset takes back what it can, and never more than there was.
            for _ in 0..<3 {
                bench.barrier.callNextPhase()
                queue.rejoin()
            }
            let after = queue.inFlight, abandoned = queue.counters.abandoned
            #expect(after == 0 && abandoned <= 11)
            let sent = queue.transmit(&batch)
            #expect(sent == 3)
        }
    }

    @Test(arguments: [(5, true), (6, false), (0x8000, false), (0xFFFF, false)], [false, true])
    func theUsedIndexOfWhatWasSent(_ index: (value: UInt16, isGood: Bool), isInOrder: Bool) throws {
        var bench = try Bench()
        var queue = try bench.out(isInOrder: isInOrder)
        let layout = queue.ring.layout.layout
        var batch = PacketBatch(capacity: 32)
        bench.pool.fill(&batch, upTo: 5, count: 60)
        queue.transmit(&batch)
        bench.use(layout, [UInt32](0..<16))
        bench.publish(layout, index.value)
        queue.transmit(&batch)
        let lies = queue.counters.deviceLies, inFlight = queue.inFlight
        #expect(lies == (index.isGood ? 0 : 1))
        #expect(inFlight == (index.isGood ? 0 : 5))
    }

    @Test(arguments: [(15, true), (16, false), (UInt32.max, false)])
    func theUsedIDOfWhatWasSent(id: UInt32, isGood: Bool) throws {
        var bench = try Bench()
        var queue = try bench.out(isInOrder: false)
        let layout = queue.ring.layout.layout
        var batch = PacketBatch(capacity: 32)
        bench.pool.fill(&batch, upTo: 16, count: 60)
        queue.transmit(&batch)
        bench.use(layout, [id])
        bench.publish(layout, 1)
        queue.transmit(&batch)
        let lies = queue.counters.deviceLies
        #expect(lies == (isGood ? 0 : 1))
    }

    /// A packet without room for its header takes two numbers.
    @Test(arguments: [(14, 1), (15, 0)])
    func theLastNumbersForAPacketWithItsHeaderApart(lent: Int, sent: Int) throws {
        var bench = try Bench()
        var queue = try bench.out(isInOrder: false)
        let bare = try PacketPool(capacity: 4, pages: .small, mapper: bench.space)
        var batch = PacketBatch(capacity: 32)
        bench.pool.fill(&batch, upTo: lent, count: 60)
        queue.transmit(&batch)
        bare.fill(&batch, upTo: 1, count: 60)
        let more = queue.transmit(&batch), left = batch.count
        #expect(more == sent && left == 1 - sent)
    }

    @Test func packetsThatAreOutBeforeAResetAreNotAbandoned() throws {
        var bench = try Bench()
        var queue = try bench.out(isInOrder: false)
        var batch = PacketBatch(capacity: 32)
        bench.pool.fill(&batch, upTo: 11, count: 60)
        queue.transmit(&batch)
        bench.use(queue.ring.layout.layout, [UInt32](0..<5))
        bench.publish(queue.ring.layout.layout, 5)
        for _ in 0..<3 {
            bench.barrier.callNextPhase()
            queue.rejoin()
        }
        let abandoned = queue.counters.abandoned, inFlight = queue.inFlight
        #expect(abandoned == 6 && inFlight == 0)
    }

    /// A frame in two buffers, which the device has filled to their ends.
    @Test(arguments: [(1, true), (0, false)])
    func theSecondBufferOfAFrame(id: UInt32, isGood: Bool) throws {
        var bench = try Bench()
        var queue = try bench.in(isMergeable: true)
        let layout = queue.ring.layout.layout
        var batch = PacketBatch(capacity: 32)
        queue.receive(into: &batch)
        let address = bench.port.load64(at: layout.descriptors)
        let buffer = try #require(address)
        let isStored = bench.port.store16(2, at: buffer + 10)
        #expect(isStored)
        bench.use(layout, [0, id], length: 1984 + 12)
        bench.publish(layout, 2)
        queue.receive(into: &batch)
        let lies = queue.counters.deviceLies, count = batch.popLast()?.count
        #expect(lies == (isGood ? 0 : 1))
        #expect(count == (isGood ? 1984 + 1996 : nil))
    }

    /// All buffers have numbers below 16.
    @Test(arguments: [([0, 15], true), ([0, 16], false)])
    func theUsedIDOfWhatWasReceived(ids: [UInt32], isGood: Bool) throws {
        var bench = try Bench()
        var queue = try bench.in()
        var batch = PacketBatch(capacity: 32)
        queue.receive(into: &batch)
        bench.use(queue.ring.layout.layout, ids, length: 72)
        bench.publish(queue.ring.layout.layout, 2)
        queue.receive(into: &batch)
        let lies = queue.counters.deviceLies, count = batch.count
        #expect(lies == (isGood ? 0 : 1))
        #expect(count == (isGood ? 2 : 1))
    }

    @Test(arguments: [(16, true), (17, false), (0xFFFF, false)])
    func theUsedIndexOfWhatWasReceived(index: UInt16, isGood: Bool) throws {
        var bench = try Bench()
        var queue = try bench.in()
        var batch = PacketBatch(capacity: 32)
        queue.receive(into: &batch)
        bench.use(queue.ring.layout.layout, [UInt32](0..<16), length: 72)
        bench.publish(queue.ring.layout.layout, index)
        queue.receive(into: &batch)
        let lies = queue.counters.deviceLies, count = batch.count
        #expect(count == (isGood ? 16 : 0))
        #expect(lies == (isGood ? 0 : 1))
    }

    /// Beyond the header: an Ethernet header at least, and the buffer's size at most.
    @Test(arguments: [(13, false), (14, true), (1984, true), (1985, false)], [0, 7] as [UInt32])
    func theReceivedLength(_ length: (value: UInt32, isGood: Bool), id: UInt32) throws {
        var bench = try Bench()
        var queue = try bench.in()
        var batch = PacketBatch(capacity: 32)
        queue.receive(into: &batch)
        let room = bench.pool.bufferSize
        #expect(room == 1984)
        // In order the loop takes it, else the slow way.
        bench.use(queue.ring.layout.layout, [id], length: length.value + 12)
        bench.publish(queue.ring.layout.layout, 1)
        queue.receive(into: &batch)
        let lies = queue.counters.deviceLies, count = batch.popLast()?.count
        #expect(count == (length.isGood ? Int(length.value) : nil))
        #expect(lies == (length.isGood ? 0 : 1))
    }
}
