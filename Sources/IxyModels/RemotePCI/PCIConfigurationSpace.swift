/// The 256 bytes by which a bus finds and sets up a device. (PCI 3.0 §6.1)
struct PCIConfigurationSpace {
    /// Where a device's registers are, as the bus has placed them.
    struct Window: Equatable {
        let bar: Int
        let offset: Int
    }

    /// The resource that a BAR covers.
    struct Resource {
        let bar: Int
        let count: UInt64
        let isMemory: Bool
        /// It takes the next BAR for the upper half of its address.
        let isWide: Bool
    }

    private var bytes: [UInt8]
    private let initial: [UInt8]
    /// The bits that software can change.
    private let writable: [UInt8]
    let resources: [Resource]

    /// - Parameters:
    ///   - values: what is there after a reset, by offset and number of bytes.
    ///   - writable: the bits of these that can be written.
    init(values: [(Int, Int, UInt64)], writable: [(Int, Int, UInt64)], resources: [Resource]) {
        func fill(_ fields: [(Int, Int, UInt64)]) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: 256)
            for (offset, count, value) in fields {
                for index in 0..<count { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8)) }
            }
            return bytes
        }
        var allValues = values, allWritable = writable
        for resource in resources {
            let offset = 0x10 + 4 * resource.bar
            // Bit 0: an I/O port; bit 2: an address of 64 bits. (PCI 3.0 §6.2.5.1)
            allValues.append((offset, 4, resource.isMemory ? (resource.isWide ? 4 : 0) : 1))
            allWritable.append((offset, resource.isWide ? 8 : 4, ~(resource.count - 1) & (resource.isWide ? .max : 0xFFFF_FFFF)))
        }
        initial = fill(allValues)
        self.writable = fill(allWritable)
        self.resources = resources
        bytes = initial
    }

    mutating func reset() { bytes = initial }

    /// Bytes beyond the 256 read as all ones, as where there is nothing.
    func read(_ offset: Int, _ count: Int) -> UInt64 {
        (0..<count).reduce(0) { result, index in
            let byte = offset + index < bytes.count ? bytes[offset + index] : 0xFF
            return result | UInt64(byte) << UInt64(index * 8)
        }
    }

    mutating func write(_ offset: Int, _ value: UInt32, _ count: Int) {
        for index in 0..<count where offset + index < bytes.count {
            let mask = writable[offset + index]
            let byte = UInt8(truncatingIfNeeded: value >> UInt32(index * 8))
            bytes[offset + index] = bytes[offset + index] & ~mask | byte & mask
        }
    }

    /// Sets a field whatever software may do: this is the device's side.
    mutating func put(_ offset: Int, _ count: Int, _ value: UInt64) {
        for index in 0..<count { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8)) }
    }

    /// The command register. (PCI 3.0 §6.2.2)
    private var command: UInt64 { read(0x04, 2) }
    var isBusMaster: Bool { command & 4 != 0 }
    var isPinDisabled: Bool { command & 1 << 10 != 0 }

    /// The window to which an absolute address belongs, as far as the command register lets it.
    func window(at address: UInt64, isMemory: Bool) -> Window? {
        guard command & (isMemory ? 2 : 1) != 0 else { return nil }
        for resource in resources where resource.isMemory == isMemory {
            let base = read(0x10 + 4 * resource.bar, resource.isWide ? 8 : 4) & ~(isMemory ? 15 : 3)
            if base != 0, address >= base, address - base < resource.count {
                return Window(bar: resource.bar, offset: Int(address - base))
            }
        }
        return nil
    }
}
