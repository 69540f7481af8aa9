import Ixy
import IxyHardware
import Testing

@testable import IxyModels

@Suite struct SplitDeviceQueueTests {
    let memory: HandMadeMemory

    init() throws {
        memory = try HandMadeMemory()
    }

    @Test func aBufferOfOneSegmentIsTakenAndUsed() {
        let ring = HandMadeSplitRing(memory)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue()
        ring.describe(5, memory.buffer(1), 100, 2)
        queue.refresh(&device)
        #expect(queue.take(&device) == nil)
        ring.offer(5)
        queue.refresh(&device)
        let chain = queue.take(&device)
        #expect(chain?.id == 5)
        #expect(chain?.first == Segment(address: memory.buffer(1), count: 100))
        #expect(chain?.writable == 100 && chain?.readable == 0 && chain?.count == 1)
        #expect(queue.take(&device) == nil)

        queue.use(chain!, written: 64, &device)
        #expect(ring.usedIndex == 0, "nothing shows before it is published")
        let wantsInterrupt = queue.publish(&device)
        #expect(wantsInterrupt)
        #expect(ring.usedIndex == 1)
        #expect(ring.used(0) == [5, 64])
        let isSilent = !queue.publish(&device)
        #expect(isSilent, "nothing new")
        #expect(device.log.list == [])
    }

    @Test func aChainIsFollowedReadableFirst() {
        let ring = HandMadeSplitRing(memory)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue()
        ring.describe(3, memory.buffer(0), 2, 1, next: 7)
        ring.describe(7, memory.buffer(1), 20, 1, next: 0)
        ring.describe(0, memory.buffer(2), 300, 3, next: 1)
        ring.describe(1, memory.buffer(3), 4000, 2)
        ring.offer(3)
        queue.refresh(&device)
        let chain = queue.take(&device)!
        #expect(chain.slots == 4 && chain.count == 4 && chain.readableCount == 2)
        #expect(chain.readable == 22 && chain.writable == 4300)
        let segments = (0..<4).map { queue.core.segment($0, of: chain) }
        #expect(segments.map(\.address) == (0..<4).map { memory.buffer($0) })
        #expect(segments.map(\.count) == [2, 20, 300, 4000])
        queue.use(chain, written: 1, &device)
        #expect(queue.core.rest.isEmpty)
        // All of its descriptors are free again.
        for head in [7, 1] {
            ring.describe(head, memory.buffer(0), 60)
            ring.offer(head)
        }
        _ = queue.publish(&device)
        queue.refresh(&device)
        let heads = [queue.take(&device)?.id, queue.take(&device)?.id]
        #expect(heads == [7, 1])
        #expect(device.log.list == [])
    }

    @Test func anIndirectTableIsFollowedEvenBehindOtherDescriptors() {
        let ring = HandMadeSplitRing(memory)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue()
        // A table at an address that no word would be aligned at, entries 0, 2, 1.
        let table = memory.buffer(9) + 1
        func entry(_ address: UInt64, _ count: UInt32, _ flags: UInt16, _ next: UInt16) -> [UInt8] {
            withLittleEndian(address) + withLittleEndian(count) + withLittleEndian(flags) + withLittleEndian(next)
        }
        memory.put(
            entry(memory.buffer(1), 10, 1, 2) + entry(memory.buffer(3), 30, 2, 0) + entry(memory.buffer(2), 20, 1, 1), table)
        ring.describe(0, memory.buffer(0), 5, 1, next: 4)
        // The write flag of the descriptor that refers to the table means nothing. (VirtIO 1.2 §2.7.5.3.2)
        ring.describe(4, table, 48, 4 | 2)
        ring.offer(0)
        queue.refresh(&device)
        let chain = queue.take(&device)!
        let segments = (0..<chain.count).map { queue.core.segment($0, of: chain) }
        #expect(segments.map(\.count) == [5, 10, 20, 30])
        #expect(segments.map(\.address) == (0..<4).map { memory.buffer($0) })
        #expect(chain.slots == 2 && chain.readable == 35 && chain.writable == 30)
        #expect(device.log.list == [])
    }

    @Test func indexesWrapAt65536AndBuffersMayBeUsedInAnyOrder() {
        let ring = HandMadeSplitRing(memory, index: 65530)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue()
        for round in 0..<3 {
            for head in 0..<8 {
                ring.describe(head, memory.buffer(head), 100 + round, 2)
                ring.offer(head)
            }
            queue.refresh(&device)
            var chains: [DeviceChain] = []
            while let chain = queue.take(&device) { chains.append(chain) }
            #expect(chains.map(\.id) == [0, 1, 2, 3, 4, 5, 6, 7])
            for chain in chains.reversed() { queue.use(chain, written: Int(chain.id), &device) }
            _ = queue.publish(&device)
            let first = 65530 + round * 8
            #expect(ring.usedIndex == UInt16(truncatingIfNeeded: first + 8))
            #expect((0..<8).map { ring.used(first + $0) } == (0..<8).map { [7 - $0, 7 - $0] })
        }
        #expect(device.log.list == [])
    }

    @Test func aBatchInOrderHasOneUsedEntryAtItsBeginning() {
        let ring = HandMadeSplitRing(memory)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue([.inOrder])
        queue.core.usesInBatches = true
        for head in 0..<3 {
            ring.describe(head, memory.buffer(head), 60)
            ring.offer(head)
        }
        queue.refresh(&device)
        while let chain = queue.take(&device) { queue.use(chain, written: 0, &device) }
        _ = queue.publish(&device)
        #expect(ring.usedIndex == 3)
        #expect(ring.used(0) == [2, 0])
        #expect(ring.used(1) == [0, 0] && ring.used(2) == [0, 0], "never written")
        #expect(device.log.list == [])
    }

    // MARK: Notifications

    /// Uses `count` buffers; whether the driver wants to hear of it.
    private func useSome(
        _ count: Int, _ ring: HandMadeSplitRing, _ queue: inout SplitDeviceQueue, _ device: inout DeviceMemory
    ) -> Bool {
        for _ in 0..<count {
            let head = Int(ring.index) % ring.size
            ring.describe(head, memory.buffer(head), 60)
            ring.offer(head)
            queue.refresh(&device)
            queue.use(queue.take(&device)!, written: 0, &device)
        }
        return queue.publish(&device)
    }

    @Test func theDriverSuppressesInterruptsWithAFlag() {
        let ring = HandMadeSplitRing(memory)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue([])
        var wanted: [Bool] = []
        for flags: UInt16 in [0, 1, 0] {
            ring.flags = flags
            wanted.append(useSome(2, ring, &queue, &device))
        }
        #expect(wanted == [true, false, true])
        #expect(device.log.list == [])
    }

    @Test func theDriverSaysAtWhichEntryItWantsAnInterrupt() {
        let ring = HandMadeSplitRing(memory, index: 65533)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue([.eventIndex])
        var wanted: [Bool] = []
        ring.usedEvent = 65535
        wanted.append(useSome(2, ring, &queue, &device)) // 65533, 65534
        wanted.append(useSome(2, ring, &queue, &device)) // 65535, 0
        wanted.append(useSome(2, ring, &queue, &device)) // 1, 2
        ring.usedEvent = 3
        wanted.append(useSome(1, ring, &queue, &device)) // 3
        ring.usedEvent = 3
        wanted.append(useSome(1, ring, &queue, &device)) // 4
        #expect(wanted == [false, true, false, true, false])
        #expect(device.log.list == [])
    }

    @Test func theDeviceSuppressesNotificationsWithAFlagOrAnIndex() {
        let ring = HandMadeSplitRing(memory)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue([])
        queue.setKicks(false, &device)
        #expect(ring.usedFlags == 1)
        queue.setKicks(true, &device)
        #expect(ring.usedFlags == 0)

        let other = HandMadeSplitRing(memory, place: 1)
        queue = other.queue([.eventIndex])
        _ = useSome(3, other, &queue, &device)
        queue.setKicks(true, &device)
        #expect(other.availableEvent == 3, "the next entry that the driver makes available")
        queue.setKicks(false, &device)
        #expect(other.availableEvent == 2, "as far away as it can be")
        _ = useSome(2, other, &queue, &device)
        #expect(other.availableEvent == 4, "and kept there")
        #expect(other.usedFlags == 0, "with an event index the flags stay 0")
    }

    @Test func aSleepingDeviceLooksAgainAfterItHasAskedForNotifications() {
        let ring = HandMadeSplitRing(memory)
        var device = DeviceMemory(memory.space)
        var queue = ring.queue([])
        queue.wake(kicks: 1, &device)
        #expect(ring.usedFlags == 1)
        ring.describe(0, memory.buffer(0), 60)
        ring.offer(0)
        queue.sleep(lateKicks: 0, &device)
        #expect(queue.core.isAwake && ring.usedFlags == 1)
        let chain = queue.next(&device)
        #expect(chain?.id == 0)
        queue.sleep(lateKicks: 0, &device)
        #expect(!queue.core.isAwake && ring.usedFlags == 0)
    }

    @Test func needlessNotificationsAreCounted() {
        for features: VirtIO.Features in [[], [.eventIndex]] {
            let ring = HandMadeSplitRing(memory, place: features.isEmpty ? 0 : 1)
            var device = DeviceMemory(memory.space)
            var queue = ring.queue(features)
            queue.setKicks(true, &device)
            ring.describe(0, memory.buffer(0), 60)
            ring.offer(0)
            // Two for one buffer, then one while the device is at work.
            queue.wake(kicks: 2, &device)
            queue.refresh(&device)
            queue.use(queue.take(&device)!, written: 0, &device)
            queue.sleep(lateKicks: 1, &device)
            #expect(queue.core.kicks == 3 && queue.core.needlessKicks == 2)
        }
    }
}

func withLittleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}
