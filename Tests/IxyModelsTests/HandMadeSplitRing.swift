import Ixy

@testable import IxyModels

/// The driver's end of a split queue, by hand. (VirtIO 1.2 §2.7)
final class HandMadeSplitRing {
    let memory: HandMadeMemory
    let layout: VirtIO.QueueLayout
    let size: Int
    private(set) var index: UInt16
    /// The next positions of `give` and `takeUsed`.
    var nextDescriptor = 0
    var seenUsed: UInt16

    /// - Parameter place: which of several queues in one memory, of up to 16 KiB each.
    init(_ memory: HandMadeMemory, size: Int = 8, place: Int = 0, index: UInt16 = 0) {
        self.memory = memory
        self.size = size
        self.index = index
        seenUsed = index
        let base = memory.base + UInt64(place) * 0x4000
        // A legacy device's places, which suit a modern one, too. (VirtIO 1.2 §2.7.2)
        layout = VirtIO.QueueLayout(
            size: size, descriptors: base, driverArea: base + UInt64(size) * 16,
            deviceArea: (base + UInt64(size) * 16 + UInt64(size) * 2 + 6 + 4095) & ~4095)
        setIndex(index)
        memory.put16(index, layout.deviceArea + 2)
    }

    func describe(_ number: Int, _ address: UInt64, _ count: Int, _ flags: UInt16 = 0, next: Int = 0) {
        memory.putDescriptor(layout.descriptors + UInt64(number) * 16, address, count, flags, UInt16(next))
    }

    /// Makes a chain available.
    func offer(_ head: Int) {
        memory.put16(UInt16(truncatingIfNeeded: head), layout.driverArea + 4 + UInt64(Int(index) % size) * 2)
        setIndex(index &+ 1)
    }

    func setIndex(_ value: UInt16) {
        index = value
        memory.put16(value, layout.driverArea + 2)
    }

    var flags: UInt16 {
        get { memory.get16(layout.driverArea) }
        set { memory.put16(newValue, layout.driverArea) }
    }
    var usedEvent: UInt16 {
        get { memory.get16(layout.driverArea + 4 + UInt64(size) * 2) }
        set { memory.put16(newValue, layout.driverArea + 4 + UInt64(size) * 2) }
    }
    var usedFlags: UInt16 { memory.get16(layout.deviceArea) }
    var usedIndex: UInt16 { memory.get16(layout.deviceArea + 2) }
    var availableEvent: UInt16 { memory.get16(layout.deviceArea + 4 + UInt64(size) * 8) }

    /// The id and length of a used entry.
    func used(_ number: Int) -> [UInt32] {
        let place = layout.deviceArea + 4 + UInt64(number % size) * 8
        return [memory.get32(place), memory.get32(place + 4)]
    }

    func queue(_ features: VirtIO.Features = [.indirectDescriptors], index: Int = 0) -> SplitDeviceQueue {
        SplitDeviceQueue(
            QueueCore(index: index, layout: layout, features: features),
            at: VringPosition(available: self.index, used: self.index))
    }
}
