import Ixy

@testable import IxyModels

/// The driver's end of a packed queue, by hand. (VirtIO 1.2 §2.8)
final class HandMadePackedRing {
    let memory: HandMadeMemory
    let layout: VirtIO.QueueLayout
    let size: Int
    private(set) var slot = 0
    private(set) var wrap = true
    /// The next positions of `give` and `takeUsed`, and how many slots each buffer has.
    var nextID = 0
    var slots: [Int: Int] = [:]
    var usedSlot = 0
    var usedWrap = true

    init(_ memory: HandMadeMemory, size: Int = 8, place: Int = 0) {
        self.memory = memory
        self.size = size
        let base = memory.base + UInt64(place) * 0x4000
        layout = VirtIO.QueueLayout(
            size: size, descriptors: base, driverArea: base + 0x2000, deviceArea: base + 0x2004)
    }

    /// One element of a list.
    struct Element {
        var address: UInt64
        var count: Int
        var flags: UInt16 = 0
    }

    /// Makes a list available, its first descriptor last.
    func offer(_ elements: [Element], id: UInt16) {
        var writes: [() -> Void] = []
        for (number, element) in elements.enumerated() {
            let isLast = number == elements.count - 1
            let flags = element.flags | (isLast ? 0 : 1) | (wrap ? 1 << 7 : 1 << 15)
            let place = layout.descriptors + UInt64(slot) * 16
            // The id counts in the last descriptor only.
            writes.append { [memory] in
                memory.putDescriptor(place, element.address, element.count, isLast ? id : 0xDEAD, flags)
            }
            slot += 1
            if slot == size {
                slot = 0
                wrap.toggle()
            }
        }
        for write in writes.reversed() { write() }
    }

    /// Length, id and flags of the descriptor in `slot`.
    func descriptor(_ slot: Int) -> [Int] {
        let place = layout.descriptors + UInt64(slot) * 16
        return [Int(memory.get32(place + 8)), Int(memory.get16(place + 12)), Int(memory.get16(place + 14))]
    }

    /// Sets the driver's event suppression.
    func setEvents(_ mode: UInt16, slot: UInt16 = 0, wrap: Bool = false) {
        memory.put16(slot | (wrap ? 1 << 15 : 0), layout.driverArea)
        memory.put16(mode, layout.driverArea + 2)
    }

    /// The device's event suppression: offset, wrap counter, mode.
    var deviceEvents: [UInt16] {
        let place = memory.get16(layout.deviceArea)
        return [place & 0x7FFF, place >> 15, memory.get16(layout.deviceArea + 2)]
    }

    func queue(_ features: VirtIO.Features = [.indirectDescriptors]) -> PackedDeviceQueue {
        PackedDeviceQueue(
            QueueCore(index: 0, layout: layout, features: features), at: .start(isPacked: true))
    }
}
