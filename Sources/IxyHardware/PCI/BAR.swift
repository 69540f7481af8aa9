/// A range of addresses at which a PCI device answers, as the line of its `resource` file describes it.
package struct BAR: Hashable, Sendable {
    /// How the range is reached.
    package enum Space: Hashable, Sendable {
        /// With loads and stores, once it is mapped.
        case memory
        /// With port instructions, or by reading and writing its file.
        case io
    }

    /// 0 to 5. A 64-bit BAR takes two numbers and has the lower one.
    package let index: Int
    /// The bus address of the first byte.
    package let start: UInt64
    /// Length in bytes; never 0.
    package let count: Int
    package let space: Space

    /// Parses `start end flags`, three hexadecimal numbers; nil where no BAR is implemented.
    ///
    /// - Throws: `HardwareError.device` for anything else.
    package init?(index: Int, line: Substring, of address: PCIAddress) throws(HardwareError) {
        let numbers = line.split(separator: " ").map { $0.hasPrefix("0x") ? UInt64($0.dropFirst(2), radix: 16) : nil }
        guard numbers.count == 3, let start = numbers[0], let end = numbers[1], let flags = numbers[2] else {
            throw address.error(
                "the kernel describes BAR \(index) as \"\(line)\"", remedy: "this kernel's resource file is not understood")
        }
        // Flags of the kernel's `struct resource`: these values are visible to users and never change.
        let isMemory = flags & 0x200 != 0
        let isIO = flags & 0x100 != 0
        guard isMemory || isIO, end > start else { return nil }
        guard let count = Int(exactly: end - start), count < Int.max else {
            throw address.error(
                "BAR \(index) ends at 0x\(padded(end, 16))", remedy: "the device is broken, or the firmware did not set it up")
        }
        self.index = index
        self.start = start
        self.count = count + 1
        self.space = isMemory ? .memory : .io
    }
}

extension PCIDevice {
    /// The implemented BARs, by index.
    ///
    /// - Throws: `HardwareError.device` where the device is gone or its description is not understood.
    package func bars() throws(HardwareError) -> [BAR] {
        guard let text = try sysfs.text(path("resource")) else { throw address.missing }
        var bars: [BAR] = []
        // The lines after the first six describe the ROM, SR-IOV and bridge windows.
        for (index, line) in text.split(separator: "\n").prefix(6).enumerated() {
            if let bar = try BAR(index: index, line: line, of: address) { bars.append(bar) }
        }
        return bars
    }

    /// BAR `index` of `bars`.
    func bar(_ index: Int, of bars: [BAR]) throws(HardwareError) -> BAR {
        if let bar = bars.first(where: { $0.index == index }) { return bar }
        let others = bars.map { "\($0.index)" }.joined(separator: ", ")
        throw address.error("BAR \(index) is not implemented", remedy: "it has BARs \(others)")
    }
}
