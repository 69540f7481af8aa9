import Ixy
import IxyHardware
import Testing

@testable import IxyModels

@Suite struct PackedDeviceQueueTests {
    typealias Element = HandMadePackedRing.Element
    let memory: HandMadeMemory
    /// Flags of a used descriptor in the first and in the second round.
    let firstRound = 0x8080, secondRound = 0

    init() throws {
        memory = try HandMadeMemory()
    }

    private func element(_ buffer: Int, _ count: Int, _ flags: UInt16 = 0) -> Element {
        Element(address: memory.buffer(buffer), count: count, flags: flags)
    }

    @Test func aBufferOfOneSegmentIsTakenAndUsed() {
        let ring = HandMadePackedRing(memory)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue()
        #expect(queue.take(&device) == nil, "a ring of zeros has nothing")
        ring.offer([element(1, 100, 2)], id: 6)
        let chain = queue.take(&device)
        #expect(chain?.id == 6 && chain?.writable == 100 && chain?.readable == 0)
        #expect(chain?.first == Segment(address: memory.buffer(1), count: 100))
        #expect(queue.take(&device) == nil)
        let before = ring.descriptor(0)
        queue.use(chain!, written: 64, &device)
        #expect(ring.descriptor(0) == before, "nothing shows before it is published")
        let wantsInterrupt = queue.publish(&device)
        #expect(wantsInterrupt)
        #expect(ring.descriptor(0) == [64, 6, firstRound | 2])
        #expect(device.log.list == [])
    }

    @Test func listsWrapAroundTheRingsEnd() {
        // Five slots, which is no power of two, and lists of three: each round begins at another slot.
        let ring = HandMadePackedRing(memory, size: 5)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue()
        var slot = 0, marks = firstRound
        for round in 0..<12 {
            ring.offer([element(0, 12), element(1, 50 + round), element(2, 30, 2)], id: UInt16(round % 5))
            let chain = queue.take(&device)!
            #expect(Int(chain.id) == round % 5 && chain.slots == 3)
            #expect(chain.readable == 62 + round && chain.writable == 30)
            #expect(queue.core.segment(2, of: chain) == Segment(address: memory.buffer(2), count: 30))
            queue.use(chain, written: round, &device)
            _ = queue.publish(&device)
            #expect(ring.descriptor(slot) == [round, round % 5, marks | (round > 0 ? 2 : 0)])
            slot += 3
            if slot >= 5 {
                slot -= 5
                marks = firstRound - marks
            }
            #expect(queue.take(&device) == nil)
        }
        #expect(queue.core.rest.isEmpty)
        #expect(device.log.list == [])
    }

    @Test func usedDescriptorsGoWhereTheNextOneIsInAnyOrderAndTheFirstShowsLast() {
        let ring = HandMadePackedRing(memory, size: 4)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue()
        ring.offer([element(0, 60)], id: 0)
        ring.offer([element(1, 60), element(2, 60)], id: 1)
        ring.offer([element(3, 60)], id: 2)
        let chains = [queue.take(&device)!, queue.take(&device)!, queue.take(&device)!]
        let before = ring.descriptor(0)
        for chain in chains.reversed() { queue.use(chain, written: 0, &device) }
        // The device skips as many slots as a list has: 2 in slot 0, 1 in slot 1, 0 in slot 3.
        #expect(ring.descriptor(0) == before)
        #expect(ring.descriptor(1) == [0, 1, firstRound])
        #expect(ring.descriptor(3) == [0, 0, firstRound])
        _ = queue.publish(&device)
        #expect(ring.descriptor(0) == [0, 2, firstRound])
        // The driver goes on in slot 0 of its second round.
        ring.offer([element(0, 60)], id: 1)
        let next = queue.take(&device)?.id
        #expect(next == 1)
        #expect(device.log.list == [])
    }

    @Test func aBatchInOrderHasOneUsedDescriptorThatNamesTheLastBuffer() {
        let ring = HandMadePackedRing(memory)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue([.inOrder])
        queue.core.usesInBatches = true
        for id: UInt16 in [0, 1, 2] { ring.offer([element(0, 60)], id: id) }
        let before = [ring.descriptor(1), ring.descriptor(2)]
        while let chain = queue.take(&device) { queue.use(chain, written: 0, &device) }
        _ = queue.publish(&device)
        #expect(ring.descriptor(0) == [0, 2, firstRound])
        #expect([ring.descriptor(1), ring.descriptor(2)] == before, "never written")
        ring.offer([element(0, 60)], id: 3)
        queue.use(queue.take(&device)!, written: 0, &device)
        _ = queue.publish(&device)
        #expect(ring.descriptor(3) == [0, 3, firstRound])
        #expect(device.log.list == [])
    }

    @Test func anIndirectTableIsReadInOrder() {
        let ring = HandMadePackedRing(memory)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue()
        for (number, flags) in [0, 0, 2].enumerated() {
            memory.putDescriptor(
                memory.buffer(9) + UInt64(number) * 16, memory.buffer(number), 10 + number, 0xBEEF, UInt16(flags))
        }
        // The write flag of the descriptor that refers to the table means nothing. (VirtIO 1.2 §2.8.7)
        ring.offer([Element(address: memory.buffer(9), count: 48, flags: 4 | 2)], id: 5)
        let chain = queue.take(&device)!
        #expect(chain.slots == 1 && chain.readable == 21 && chain.writable == 12)
        #expect((0..<3).map { queue.core.segment($0, of: chain).address } == (0..<3).map { memory.buffer($0) })
        queue.use(chain, written: 1, &device)
        #expect(queue.core.rest.isEmpty)
        #expect(device.log.list == [])
    }

    @Test func aStashCountsAsNotTaken() {
        let ring = HandMadePackedRing(memory, size: 4)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue()
        for id: UInt16 in 0..<3 { ring.offer([element(0, 60)], id: id) }
        while let chain = queue.take(&device) { queue.use(chain, written: 0, &device) }
        _ = queue.publish(&device)
        ring.offer([element(0, 60), element(1, 60)], id: 0)
        queue.core.stash = [queue.take(&device)!]
        #expect(queue.position == VringPosition(available: 1 << 15 | 3, used: 1 << 15 | 3))
    }

    // MARK: Notifications

    /// Uses `count` buffers; whether the driver wants to hear of it.
    private func useSome(
        _ count: Int, _ ring: HandMadePackedRing, _ queue: inout PackedDeviceQueue, _ device: inout DeviceMemory
    ) -> Bool {
        for id in 0..<count {
            ring.offer([element(0, 60)], id: UInt16(id))
            queue.use(queue.take(&device)!, written: 0, &device)
        }
        return queue.publish(&device)
    }

    @Test func theDriverSuppressesInterrupts() {
        let ring = HandMadePackedRing(memory)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue([])
        var wanted: [Bool] = []
        for mode: UInt16 in [0, 1, 0] {
            ring.setEvents(mode)
            wanted.append(useSome(2, ring, &queue, &device))
        }
        #expect(wanted == [true, false, true])
        #expect(device.log.list == [])
    }

    @Test func theDriverSaysAtWhichDescriptorItWantsAnInterrupt() {
        let ring = HandMadePackedRing(memory, size: 6)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue([.eventIndex])
        var wanted: [Bool] = []
        ring.setEvents(2, slot: 3, wrap: true)
        wanted.append(useSome(3, ring, &queue, &device)) // 0, 1, 2
        wanted.append(useSome(1, ring, &queue, &device)) // 3
        wanted.append(useSome(1, ring, &queue, &device)) // 4
        ring.setEvents(2, slot: 0, wrap: false)
        wanted.append(useSome(2, ring, &queue, &device)) // 5, and 0 of the second round
        ring.setEvents(2, slot: 1, wrap: true)
        wanted.append(useSome(3, ring, &queue, &device)) // 1, 2, 3 of the second round, not of the third
        ring.setEvents(2, slot: 1, wrap: true)
        wanted.append(useSome(4, ring, &queue, &device)) // 4, 5, and 0, 1 of the third round
        #expect(wanted == [false, true, false, true, false, true])
        #expect(device.log.list == [])
    }

    @Test func theDeviceSuppressesNotifications() {
        let ring = HandMadePackedRing(memory, size: 4)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue([])
        queue.setKicks(false, &device)
        #expect(ring.deviceEvents[2] == 1)
        queue.setKicks(true, &device)
        #expect(ring.deviceEvents[2] == 0)

        let other = HandMadePackedRing(memory, size: 4, place: 1)
        queue = other.queue([.eventIndex])
        _ = useSome(2, other, &queue, &device)
        queue.setKicks(true, &device)
        #expect(other.deviceEvents == [2, 1, 2], "the next descriptor that the driver makes available")
        _ = useSome(3, other, &queue, &device)
        queue.setKicks(true, &device)
        #expect(other.deviceEvents == [1, 0, 2])
        queue.setKicks(false, &device)
        #expect(other.deviceEvents[2] == 1)
    }
}
