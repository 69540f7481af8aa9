import Ixy
import IxyHardware
import Testing

@testable import IxyModels

/// Mistakes of a driver in a split queue, each of which the device must see, and survive.
@Suite struct SplitViolationTests {
    let memory: HandMadeMemory
    let ring: HandMadeSplitRing

    init() throws {
        memory = try HandMadeMemory()
        ring = HandMadeSplitRing(memory)
    }

    /// - Parameter goesOn: whether the queue can still be used; else it is dead.
    private func violation(
        _ text: String, _ section: String, _ features: VirtIO.Features = [.indirectDescriptors], goesOn: Bool,
        after mistake: () -> Void
    ) {
        var device = DeviceMemory(memory.space)
        var queue = ring.queue(features)
        mistake()
        queue.refresh(&device)
        while let chain = queue.next(&device) { queue.use(chain, written: 0, &device) }
        _ = queue.publish(&device)
        let found = device.log.list
        #expect(found.count == 1 && found.first?.text.contains(text) == true, "\(found)")
        #expect(found.first?.section == section && found.first?.document == "VirtIO 1.2")
        #expect(queue.core.isLive == goesOn)
        guard goesOn else { return }
        #expect(ring.usedIndex == ring.index, "what was wrong is given back, too")
        ring.describe(6, memory.buffer(6), 60)
        ring.offer(6)
        queue.refresh(&device)
        let next = queue.take(&device)?.id
        #expect(next == 6)
    }

    @Test func indexJump() {
        violation("moved from 0 to 9 with room for 8", "2.7.13.3", goesOn: false) { ring.setIndex(9) }
    }

    @Test func indexTakenBack() {
        violation("moved from 0 to 65535", "2.7.6.1", goesOn: false) { ring.setIndex(65535) }
    }

    @Test func indexTakenBackToAnEntryThatTheDeviceHasSeen() {
        var device = DeviceMemory(memory.space)
        var queue = ring.queue()
        for head in 0..<4 {
            ring.describe(head, memory.buffer(head), 60)
            ring.offer(head)
        }
        queue.refresh(&device)
        ring.setIndex(3)
        queue.refresh(&device)
        #expect(device.log.list.map(\.section) == ["2.7.6.1"])
    }

    @Test func moreThanTheQueueHoldsInTwoSteps() {
        var device = DeviceMemory(memory.space)
        var queue = ring.queue()
        ring.setIndex(5)
        queue.refresh(&device)
        #expect(device.log.list == [])
        ring.setIndex(9)
        queue.refresh(&device)
        #expect(device.log.list.map(\.section) == ["2.7.13.3"])
        #expect(!queue.core.isLive)
    }

    @Test func headOutOfRange() {
        violation("descriptor 8 made available in a queue of 8", "2.7.13.2", goesOn: false) { ring.offer(8) }
    }

    @Test func headMadeAvailableTwice() {
        violation("descriptor 2 made available while the device has it", "2.7.13.1", goesOn: false) {
            ring.describe(2, memory.buffer(2), 60)
            ring.offer(2)
            ring.offer(2)
        }
    }

    @Test func descriptorOfAChainThatTheDriverDoesNotKnowToBeUsed() {
        violation("descriptor 2 is in two chains", "2.7.13.1", goesOn: true) {
            ring.describe(0, memory.buffer(0), 60, 1, next: 2)
            ring.describe(1, memory.buffer(1), 60, 1, next: 2)
            ring.describe(2, memory.buffer(2), 60)
            ring.offer(0)
            ring.offer(1)
        }
    }

    @Test func descriptorInTwoChains() {
        var device = DeviceMemory(memory.space)
        var queue = ring.queue()
        ring.describe(0, memory.buffer(0), 60, 1, next: 2)
        ring.describe(1, memory.buffer(1), 60, 1, next: 2)
        ring.describe(2, memory.buffer(2), 60)
        for head in [0, 1, 0] { ring.offer(head) }
        queue.refresh(&device)
        let first = queue.take(&device)?.id, second = queue.take(&device)?.id
        #expect(first == 0 && second == nil)
        #expect(device.log.list.map(\.section) == ["2.7.13.1", "2.7.13.1"])
        #expect(device.log.list.first?.text == "queue 0: descriptor 2 is in two chains")
        #expect(device.log.list.last?.text == "queue 0: descriptor 0 made available while the device has it")
    }

    @Test func loop() {
        violation("the chain at descriptor 1 is a loop", "2.7.5.2", goesOn: true) {
            ring.describe(1, memory.buffer(1), 60, 1, next: 3)
            ring.describe(3, memory.buffer(3), 60, 1, next: 1)
            ring.offer(1)
        }
    }

    @Test func nextOutOfRange() {
        violation("descriptor 1 continues at 8", "2.7.5", goesOn: true) {
            ring.describe(1, memory.buffer(1), 60, 1, next: 8)
            ring.offer(1)
        }
    }

    @Test func readAfterWrite() {
        violation("memory to read comes after memory to write", "2.7.4.2", goesOn: true) {
            ring.describe(1, memory.buffer(1), 60, 3, next: 2)
            ring.describe(2, memory.buffer(2), 60)
            ring.offer(1)
        }
    }

    @Test func reservedFlags() {
        violation("a descriptor with reserved flags 0x8", "2.7.5", goesOn: true) {
            ring.describe(1, memory.buffer(1), 60, 8)
            ring.offer(1)
        }
    }

    @Test func indirectThatWasNotNegotiated() {
        violation("not negotiated", "2.7.5.3.1", [], goesOn: true) {
            ring.describe(1, memory.buffer(1), 16, 4)
            ring.offer(1)
        }
    }

    @Test func indirectThatContinues() {
        violation("an indirect descriptor that continues", "2.7.5.3.1", goesOn: true) {
            ring.describe(1, memory.buffer(1), 16, 5, next: 2)
            ring.offer(1)
        }
    }

    @Test(arguments: [0, 15, 17]) func indirectTableOfAnOddSize(count: Int) {
        violation("an indirect table of \(count) bytes", "2.7.5.3", goesOn: true) {
            ring.describe(1, memory.buffer(1), count, 4)
            ring.offer(1)
        }
    }

    @Test func indirectInIndirect() {
        violation("an indirect table in an indirect table", "2.7.5.3.1", goesOn: true) {
            memory.putDescriptor(memory.buffer(1), memory.buffer(2), 16, 4, 0)
            ring.describe(1, memory.buffer(1), 16, 4)
            ring.offer(1)
        }
    }

    @Test func indirectLoop() {
        violation("the indirect table of descriptor 1 is a loop", "2.7.5.2", goesOn: true) {
            memory.putDescriptor(memory.buffer(1), memory.buffer(2), 16, 1, 1)
            memory.putDescriptor(memory.buffer(1) + 16, memory.buffer(2), 16, 1, 0)
            ring.describe(1, memory.buffer(1), 32, 4)
            ring.offer(1)
        }
    }

    @Test func indirectEntryOutOfRange() {
        violation("entry 0 of an indirect table continues at 2", "2.7.5.3", goesOn: true) {
            memory.putDescriptor(memory.buffer(1), memory.buffer(2), 16, 1, 2)
            ring.describe(1, memory.buffer(1), 32, 4)
            ring.offer(1)
        }
    }

    @Test func indirectTableNotMapped() {
        violation("an indirect table is outside of mapped memory", "2.7.5.3", goesOn: true) {
            ring.describe(1, 0x1000, 32, 4)
            ring.offer(1)
        }
    }

    @Test func indirectChainLongerThanTheQueue() {
        violation("a chain is longer than the queue of 8", "2.7.5.3.1", goesOn: true) {
            for entry in 0..<9 {
                memory.putDescriptor(
                    memory.buffer(1) + UInt64(entry) * 16, memory.buffer(2), 16, entry < 8 ? 1 : 0, UInt16(entry + 1))
            }
            ring.describe(1, memory.buffer(1), 9 * 16, 4)
            ring.offer(1)
        }
    }

    @Test func moreThan4GiB() {
        violation("a chain of more than 2^32 bytes", "2.7.5.2", goesOn: true) {
            ring.describe(1, memory.buffer(1), 0xFFFF_FFFF, 1, next: 2)
            ring.describe(2, memory.buffer(2), 2)
            ring.offer(1)
        }
    }

    @Test func outOfOrderThoughInOrderWasNegotiated() {
        violation("descriptor 2 used before 0", "2.7.5", [.inOrder], goesOn: true) {
            for head in [2, 3] {
                ring.describe(head, memory.buffer(head), 60)
                ring.offer(head)
            }
            // The next buffers are in order again.
            for head in [4, 5] {
                ring.describe(head, memory.buffer(head), 60)
                ring.offer(head)
            }
        }
    }

    @Test func chainOutOfOrderThoughInOrderWasNegotiated() {
        violation("descriptor 0 is followed by 5", "2.7.5.2", [.inOrder], goesOn: true) {
            ring.describe(0, memory.buffer(0), 60, 1, next: 5)
            ring.describe(5, memory.buffer(5), 60)
            ring.offer(0)
        }
    }

    @Test func flagsOfTheAvailableRing() {
        violation("flags of the available ring set to 2", "2.7.7.1", goesOn: true) {
            ring.flags = 2
            ring.describe(1, memory.buffer(1), 60)
            ring.offer(1)
        }
    }

    @Test func flagsOfTheAvailableRingWithAnEventIndex() {
        violation("flags of the available ring set to 1", "2.7.7.1", [.eventIndex], goesOn: true) {
            ring.flags = 1
            ring.describe(1, memory.buffer(1), 60)
            ring.offer(1)
        }
    }

    @Test func ringsThatAreNotMapped() {
        for missing in 0..<3 {
            var layout = ring.layout
            if missing == 0 { layout.descriptors = 0x1000 }
            if missing == 1 { layout.driverArea = 0x1000 }
            if missing == 2 { layout.deviceArea = 0x1000 }
            var device = DeviceMemory(memory.space)
            var queue = SplitDeviceQueue(
                QueueCore(index: 3, layout: layout, features: []), at: .start(isPacked: false))
            ring.describe(1, memory.buffer(1), 60)
            ring.setIndex(0)
            ring.offer(1)
            queue.refresh(&device)
            if let chain = queue.take(&device) {
                queue.use(chain, written: 0, &device)
                _ = queue.publish(&device)
            }
            #expect(device.log.list.first?.text.contains("outside of mapped memory") == true)
            #expect(device.log.list.first?.section == ["2.7.5", "2.7.6", "2.7.8"][missing])
            #expect(!queue.core.isLive)
        }
    }
}
