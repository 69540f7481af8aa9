import Ixy
import IxyHardware

/// A used entry that the driver has not been told of yet.
struct UsedEntry {
    let id: UInt16
    let written: Int
    /// Where in the ring it is.
    let slot: Int
    /// Where the memory begins that the device has written; nil if there is none.
    let buffer: UInt64?
}

/// A stretch of a driver's memory.
struct Area {
    let address: UInt64
    let count: Int
}

/// A queue that a liar can tamper with, beyond what an honest device does.
protocol LyingQueue: DeviceQueue {
    /// All that the device may write by right, less the buffers, and all that it can reach but may not write.
    var ownAreas: [Area] { get }
    var foreignAreas: [Area] { get }
    /// Where the device says when it wants to be notified.
    var eventArea: Area { get }
    /// Says something else of used entry `number` since the last `publish`.
    mutating func forge(_ number: Int, id: UInt32?, length: UInt32?, flags: UInt16?, _ memory: inout DeviceMemory)
    /// Claims to have used `count` buffers more, or fewer.
    mutating func misstate(by count: Int, _ memory: inout DeviceMemory)
}

extension SplitDeviceQueue: LyingQueue {
    var ownAreas: [Area] { [Area(address: core.layout.deviceArea, count: 6 + core.layout.size * 8)] }
    var foreignAreas: [Area] {
        [
            Area(address: core.layout.descriptors, count: core.layout.size * 16),
            Area(address: core.layout.driverArea, count: 6 + core.layout.size * 2),
        ]
    }
    var eventArea: Area { Area(address: core.layout.deviceArea &+ 4 &+ UInt64(core.layout.size) &* 8, count: 2) }

    mutating func forge(_ number: Int, id: UInt32?, length: UInt32?, flags: UInt16?, _ memory: inout DeviceMemory) {
        let place = usedEntry(published &+ UInt16(truncatingIfNeeded: number))
        if let id { _ = memory.rings.store32(id, at: place) }
        if let length { _ = memory.rings.store32(length, at: place &+ 4) }
        if let flags { _ = memory.rings.store16(flags, at: core.layout.deviceArea) }
    }

    mutating func misstate(by count: Int, _: inout DeviceMemory) {
        falseIndex = UInt16(truncatingIfNeeded: count)
    }
}

extension PackedDeviceQueue: LyingQueue {
    var ownAreas: [Area] { [Area(address: core.layout.descriptors, count: size * 16), eventArea] }
    var foreignAreas: [Area] { [Area(address: core.layout.driverArea, count: 4)] }
    var eventArea: Area { Area(address: core.layout.deviceArea, count: 4) }

    mutating func forge(_ number: Int, id: UInt32?, length: UInt32?, flags: UInt16?, _ memory: inout DeviceMemory) {
        let place = word(core.witness?[number].slot ?? 0)
        guard var word = number == 0 ? deferred?.word : memory.rings.load64(at: place) else { return }
        if let length { word = word & ~0xFFFF_FFFF | UInt64(length) }
        if let id { word = word & ~(0xFFFF << 32) | UInt64(UInt16(truncatingIfNeeded: id)) << 32 }
        if let flags { word = word & 0xFFFF_FFFF_FFFF | UInt64(flags) << 48 }
        if number == 0 { deferred?.word = word } else { _ = memory.rings.store64(word, at: place) }
    }

    /// Further descriptors as if they were used, or used ones as if they were not.
    mutating func misstate(by count: Int, _ memory: inout DeviceMemory) {
        var place = count > 0 ? used : published
        for _ in 0..<min(abs(count), size) {
            if count < 0 {
                if place.slot == 0 { place = Place(slot: size, wrap: !place.wrap) }
                place.slot -= 1
            }
            let marks: UInt16 = count > 0 ? (place.wrap ? 0x8080 : 0) : (place.wrap ? 0x0080 : 0x8000)
            if let old = memory.rings.load64(at: word(place.slot)) {
                _ = memory.rings.store64(
                    old & 0xFFFF_FFFF_FFFF | UInt64(marks) << 48 | 60, at: word(place.slot))
            }
            if count > 0 { place.advance(by: 1, size: size) }
        }
    }
}
