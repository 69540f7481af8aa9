import IxySystem

/// A piece of a BAR, mapped or behind a file: what `RegisterWindow` is on hardware.
package struct BARWindow: RegisterWindow, ~Copyable {
    private enum Way: ~Copyable, Sendable {
        case mapped(MappedMemory)
        case file(FileRegisters)
    }
    private let way: Way
    /// Where it starts in the BAR.
    private let start: Int
    package let count: Int

    /// The `count` bytes at `start` of a mapped BAR. Traps unless they lie inside.
    package init(_ bar: MappedMemory, at start: Int, count: Int) {
        precondition(bar.contains(offset: start, size: count), "a window outside of its BAR")
        way = .mapped(bar)
        self.start = start
        self.count = count
    }

    /// The `count` bytes at `start` of a BAR behind a file. Traps unless they lie inside.
    package init(_ bar: consuming FileRegisters, at start: Int, count: Int) {
        precondition(
            start >= 0 && count >= 0 && count <= bar.count && start <= bar.count - count, "a window outside of its BAR")
        way = .file(bar)
        self.start = start
        self.count = count
    }

    package func read8(at offset: Int) -> UInt8 {
        let place = place(offset, size: 1)
        return switch way {
        case .mapped(let bar): MappedRegisters(bar).read8(at: place)
        case .file(let bar): bar.read(UInt8.self, at: place)
        }
    }

    package func read16(at offset: Int) -> UInt16 {
        let place = place(offset, size: 2)
        return switch way {
        case .mapped(let bar): MappedRegisters(bar).read16(at: place)
        case .file(let bar): bar.read(UInt16.self, at: place)
        }
    }

    package func read32(at offset: Int) -> UInt32 {
        let place = place(offset, size: 4)
        return switch way {
        case .mapped(let bar): MappedRegisters(bar).read32(at: place)
        case .file(let bar): bar.read(UInt32.self, at: place)
        }
    }

    package func write8(_ value: UInt8, at offset: Int) {
        let place = place(offset, size: 1)
        switch way {
        case .mapped(let bar): MappedRegisters(bar).write8(value, at: place)
        case .file(let bar): bar.write(value, at: place)
        }
    }

    package func write16(_ value: UInt16, at offset: Int) {
        let place = place(offset, size: 2)
        switch way {
        case .mapped(let bar): MappedRegisters(bar).write16(value, at: place)
        case .file(let bar): bar.write(value, at: place)
        }
    }

    package func write32(_ value: UInt32, at offset: Int) {
        let place = place(offset, size: 4)
        switch way {
        case .mapped(let bar): MappedRegisters(bar).write32(value, at: place)
        case .file(let bar): bar.write(value, at: place)
        }
    }

    package func notifier(at offset: Int, queue: UInt16) throws(HardwareError) -> Notifier {
        let place = place(offset, size: 2)
        switch way {
        case .mapped(let bar): return Notifier(register: place, of: bar, queue: queue)
        case .file(let bar): return try bar.notifier(at: place, queue: queue)
        }
    }

    /// Refuses a piece that is not inside of its BAR: it may come from what the device says of itself.
    fileprivate static func check(
        _ offset: Int, _ count: Int, within size: Int, bar index: Int, of address: PCIAddress
    ) throws(HardwareError) {
        guard offset >= 0, count >= 0, count <= size, offset <= size - count else {
            throw .device(
                address: "\(address)", problem: "\(count) bytes at \(offset) are not within BAR \(index)",
                remedy: "if the device's own capabilities led there, it is broken")
        }
    }

    /// The offset in the BAR, which checks that it is aligned there.
    private func place(_ offset: Int, size: Int) -> Int {
        precondition(offset >= 0 && size <= count && offset <= count - size, "register outside of its structure")
        return start + offset
    }
}

extension DeviceClaim {
    /// The `count` bytes at `offset` of BAR `index`: mapped, or behind its file where it is for port I/O.
    ///
    /// - Throws: `.device` where they do not lie inside, or the BAR cannot be reached; `.system`.
    package func window(
        bar index: Int, at offset: Int, count: Int, keeper: (any AnyObject & Sendable)? = nil
    ) throws(HardwareError) -> BARWindow {
        let bar = try device.bar(index, of: bars)
        try BARWindow.check(offset, count, within: bar.count, bar: index, of: device.address)
        guard bar.space == .io else { return BARWindow(try map(bar: index, keeper: keeper), at: offset, count: count) }
        return BARWindow(FileRegisters(try device.open(bar), at: 0, count: bar.count), at: offset, count: count)
    }
}

extension VFIODevice {
    /// The `count` bytes at `offset` of BAR `index`, mapped if that is possible.
    ///
    /// - Throws: `.device` where they do not lie inside; `.system`.
    package func window(bar index: Int, at offset: Int, count: Int) throws(HardwareError) -> BARWindow {
        let region = try region(ofBAR: index)
        try BARWindow.check(offset, count, within: region.count, bar: index, of: device.address)
        if region.canBeMapped { return BARWindow(try map(bar: index), at: offset, count: count) }
        let registers = FileRegisters(
            try file.duplicate(subject: "the VFIO device"), at: region.offset, count: region.count)
        return BARWindow(registers, at: offset, count: count)
    }
}
