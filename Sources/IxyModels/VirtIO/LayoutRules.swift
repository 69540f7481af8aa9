import Ixy
import IxyHardware

/// Where the parts of a queue may be.
struct LayoutRules {
    let index: Int
    /// Descriptors that the queue has at most, or has with a legacy device.
    let largest: Int
    let isLegacy: Bool
    let isPacked: Bool

    /// Records what is wrong with `layout`. True if the queue can be used.
    func check(_ layout: VirtIO.QueueLayout, _ memory: inout DeviceMemory) -> Bool {
        func note(_ text: String, _ section: String, _ memory: inout DeviceMemory) {
            memory.violate("queue \(index): \(text)", section)
        }
        guard (1...32768).contains(layout.size) else {
            note("set up with \(layout.size) descriptors", isPacked ? "2.8" : "2.7", &memory)
            return false
        }
        var isSound = true
        if !isPacked, layout.size & (layout.size - 1) != 0 {
            note("a size of \(layout.size), which is no power of two", "2.7", &memory)
            isSound = false
        }
        if layout.size > largest {
            note("set up with \(layout.size) descriptors, more than the device's \(largest)", "4.1.4.3.2", &memory)
            isSound = false
        }
        for part in parts(layout) {
            if part.address % part.alignment != 0 {
                note("\(part.name) is not aligned to \(part.alignment) bytes", isPacked ? "2.8.11" : "2.7.1", &memory)
                isSound = false
            } else if !memory.rings.reaches(part.address, count: part.count) {
                note("\(part.name) is not all in mapped memory", isPacked ? "2.8.10.1" : "2.7", &memory)
                isSound = false
            }
        }
        if isLegacy { checkLegacy(layout, &memory) }
        return isSound
    }

    private struct Part {
        let name: String
        let address: UInt64
        let count: Int
        let alignment: UInt64
    }

    private func parts(_ layout: VirtIO.QueueLayout) -> [Part] {
        let size = layout.size
        if isPacked {
            return [
                Part(name: "the descriptor ring", address: layout.descriptors, count: size * 16, alignment: 16),
                Part(name: "the driver's event suppression", address: layout.driverArea, count: 4, alignment: 4),
                Part(name: "the device's event suppression", address: layout.deviceArea, count: 4, alignment: 4),
            ]
        }
        return [
            Part(name: "the descriptor table", address: layout.descriptors, count: size * 16, alignment: 16),
            Part(name: "the available ring", address: layout.driverArea, count: 6 + size * 2, alignment: 2),
            Part(name: "the used ring", address: layout.deviceArea, count: 6 + size * 8, alignment: 4),
        ]
    }

    /// All parts in one piece. (VirtIO 1.2 §2.7.2)
    private func checkLegacy(_ layout: VirtIO.QueueLayout, _ memory: inout DeviceMemory) {
        let available = layout.descriptors &+ UInt64(layout.size) * 16
        let used = (available &+ UInt64(layout.size) * 2 + 6 + 4095) & ~4095
        if layout.size != largest {
            memory.violate("queue \(index): \(layout.size) descriptors, though a legacy device has \(largest)", "2.7.2")
        }
        if layout.descriptors % 4096 != 0 || layout.driverArea != available || layout.deviceArea != used {
            memory.violate("queue \(index): its parts are not where a legacy device looks for them", "2.7.2")
        }
    }
}
