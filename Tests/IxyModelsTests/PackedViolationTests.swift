import Ixy
import IxyHardware
import Testing

@testable import IxyModels

/// Mistakes of a driver in a packed queue, each of which the device must see, and survive.
@Suite struct PackedViolationTests {
    typealias Element = HandMadePackedRing.Element
    let memory: HandMadeMemory
    let ring: HandMadePackedRing

    init() throws {
        memory = try HandMadeMemory()
        ring = HandMadePackedRing(memory)
    }

    private func element(_ buffer: Int, _ count: Int, _ flags: UInt16 = 0) -> Element {
        Element(address: memory.buffer(buffer), count: count, flags: flags)
    }

    private func violation(
        _ text: String, _ section: String, _ features: VirtIO.Features = [.indirectDescriptors], goesOn: Bool = true,
        after mistake: () -> Void
    ) {
        var device = DeviceMemory(memory.space)
        var queue = ring.queue(features)
        mistake()
        while let chain = queue.next(&device) { queue.use(chain, written: 0, &device) }
        _ = queue.publish(&device)
        let found = device.log.list
        #expect(found.count == 1 && found.first?.text.contains(text) == true, "\(found)")
        #expect(found.first?.section == section && found.first?.document == "VirtIO 1.2")
        #expect(queue.core.isLive == goesOn)
        guard goesOn else { return }
        ring.offer([element(6, 60)], id: 7)
        let next = queue.take(&device)?.id
        #expect(next == 7, "what was wrong is given back, too, and the queue goes on behind it")
    }

    @Test func idMadeAvailableTwiceInABurst() {
        violation("buffer id 3 made available while the device has it", "2.8.21.1", goesOn: false) {
            ring.offer([element(0, 60)], id: 3)
            ring.offer([element(1, 60)], id: 3)
        }
    }

    @Test func idMadeAvailableTwice() {
        var device = DeviceMemory(memory.space)
        var queue = ring.queue()
        ring.offer([element(0, 60)], id: 3)
        ring.offer([element(1, 60)], id: 3)
        let first = queue.take(&device)?.id, second = queue.take(&device)?.id
        #expect(first == 3 && second == nil)
        #expect(device.log.list.map(\.description) == [
            "queue 0: buffer id 3 made available while the device has it (VirtIO 1.2 §2.8.21.1)"
        ])
    }

    @Test func descriptorChangedWhileTheDeviceHasIt() {
        var device = DeviceMemory(memory.space)
        var queue = ring.queue()
        for id: UInt16 in 0..<9 { ring.offer([element(0, 60)], id: id) }
        // The ninth lies in the first slot, so take the first eight as they were before.
        for _ in 0..<8 { ring.memory.put16(1 << 7, ring.layout.descriptors + 14); _ = queue.take(&device) }
        #expect(device.log.list == [])
        ring.memory.put16(1 << 15, ring.layout.descriptors + 14)
        #expect(queue.take(&device) == nil)
        #expect(device.log.list.map(\.section) == ["2.8.16"])
    }

    @Test func listLongerThanTheRing() {
        violation("more descriptors than there is room for", "2.8.17", goesOn: false) {
            for slot in 0..<8 { memory.putDescriptor(ring.layout.descriptors + UInt64(slot) * 16, 0, 1, 0, 1 | 1 << 7) }
        }
    }

    @Test func listWithADescriptorThatIsNotMarked() {
        violation("descriptor 1 of a list is not marked as available", "2.8.6") {
            ring.offer([element(0, 12), element(1, 60)], id: 0)
            memory.put16(0, ring.layout.descriptors + 16 + 14)
        }
    }

    @Test func readAfterWrite() {
        violation("memory to read comes after memory to write", "2.8.17") {
            ring.offer([element(0, 60, 2), element(1, 60)], id: 0)
        }
    }

    @Test func reservedFlags() {
        violation("reserved flags 0x8", "2.8.13") { ring.offer([element(0, 60, 8)], id: 0) }
    }

    @Test func indirectThatWasNotNegotiated() {
        violation("not negotiated", "2.8.19", []) { ring.offer([element(0, 16, 4)], id: 0) }
    }

    @Test func indirectInAList() {
        violation("an indirect descriptor in a list", "2.8.19") {
            ring.offer([element(0, 12), element(1, 16, 4)], id: 0)
        }
    }

    @Test func indirectTableOfAnOddSize() {
        violation("an indirect table of 17 bytes", "2.8.7") { ring.offer([element(0, 17, 4)], id: 0) }
    }

    @Test func indirectTableNotMapped() {
        violation("an indirect table is outside of mapped memory", "2.8.7") {
            ring.offer([Element(address: 0x1000, count: 16, flags: 4)], id: 0)
        }
    }

    @Test func flagsInAnIndirectTable() {
        violation("an entry of an indirect table with flags 0x1", "2.8.19") {
            memory.putDescriptor(memory.buffer(1), memory.buffer(2), 16, 0, 1)
            ring.offer([element(1, 16, 4)], id: 0)
        }
    }

    @Test func indirectListLongerThanTheQueue() {
        violation("longer than the queue of 8", "2.8.17") {
            for entry in 0..<9 {
                memory.putDescriptor(memory.buffer(1) + UInt64(entry) * 16, memory.buffer(2), 16, 0, 0)
            }
            ring.offer([element(1, 9 * 16, 4)], id: 0)
        }
    }

    @Test(arguments: [2, 3]) func eventSuppressionThatIsReservedOrNotNegotiated(mode: UInt16) {
        violation("driver's event suppression set to", "2.8.10") {
            ring.setEvents(mode)
            ring.offer([element(0, 60)], id: 0)
        }
    }

    @Test func eventSuppressionBeyondTheRing() {
        violation("driver's event suppression set to", "2.8.10", [.eventIndex]) {
            ring.setEvents(2, slot: 8)
            ring.offer([element(0, 60)], id: 0)
        }
    }

    @Test func reservedBitsOfTheEventSuppression() {
        violation("reserved bits of the driver's event suppression", "2.8.14") {
            ring.setEvents(4)
            ring.offer([element(0, 60)], id: 0)
        }
    }

    @Test func ringsThatAreNotMapped() {
        for missing in 0..<2 {
            var layout = ring.layout
            if missing == 0 { layout.descriptors = 0x1000 } else { layout.driverArea = 0x1000 }
            var device = DeviceMemory(memory.space)
            var queue = PackedDeviceQueue(QueueCore(index: 3, layout: layout, features: []), at: .start(isPacked: true))
            ring.offer([element(0, 60)], id: 0)
            if let chain = queue.take(&device) {
                queue.use(chain, written: 0, &device)
                _ = queue.publish(&device)
            }
            #expect(device.log.list.map(\.section) == [["2.8.13", "2.8.14"][missing]])
            #expect(!queue.core.isLive)
        }
    }
}
