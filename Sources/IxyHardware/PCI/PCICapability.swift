/// An entry of a device's list of capabilities.
package struct PCICapability: Hashable, Sendable {
    /// The capability ID: one of the constants below, or another number of the PCI code list.
    package let id: UInt8
    /// Where it starts in configuration space: a multiple of 4 in 0x40 ... 0xFC.
    package let offset: Int

    /// The capability `id` at `offset`.
    package init(id: UInt8, offset: Int) {
        self.id = id
        self.offset = offset
    }

    package static let powerManagement: UInt8 = 0x01
    package static let messageSignalledInterrupts: UInt8 = 0x05
    /// VirtIO finds its registers with these.
    package static let vendorSpecific: UInt8 = 0x09
    package static let express: UInt8 = 0x10
    package static let messageSignalledInterruptsX: UInt8 = 0x11
}

extension ConfigSpace {
    /// The device's capabilities, in the list's own order. Several can have the same id.
    ///
    /// The device writes the list, so it is not believed: each link must lead to where a capability can be, and to
    /// one that was not visited before. That bounds the walk by the 48 places that there are. (PCI 3.0 §6.7)
    ///
    /// - Throws: `HardwareError.device` for a list that leads outside or in a circle, and `.privilege`.
    package func capabilities() throws(HardwareError) -> [PCICapability] {
        let hasList = try read16(at: 0x06) & 1 << 4 != 0
        let layout = try read8(at: 0x0E) & 0x7F
        // Layouts 0 (device) and 1 (bridge) have the pointer at 0x34. The third, CardBus, is no NIC.
        guard hasList, layout <= 1 else { return [] }

        var found: [PCICapability] = []
        var visited: Set<Int> = []
        // The lowest two bits of each link are reserved and to be masked.
        var offset = Int(try read8(at: 0x34) & 0xFC)
        while offset != 0 {
            guard offset >= 0x40 else {
                throw broken("leads to offset 0x\(padded(offset, 2)), into the header")
            }
            guard visited.insert(offset).inserted else {
                throw broken("comes back to offset 0x\(padded(offset, 2))")
            }
            found.append(PCICapability(id: try read8(at: offset), offset: offset))
            offset = Int(try read8(at: offset + 1) & 0xFC)
        }
        return found
    }

    private func broken(_ problem: String) -> HardwareError {
        .device(
            address: "\(address)", problem: "its list of capabilities \(problem)",
            remedy: "the device is broken or hostile, and cannot be used")
    }
}

// Numbers of other sizes.
extension ConfigSpace {
    /// Reads the 8 bits at `offset`.
    package func read8(at offset: Int) throws(HardwareError) -> UInt8 { try read(at: offset) }
    /// Reads the 32 bits at `offset`.
    package func read32(at offset: Int) throws(HardwareError) -> UInt32 { try read(at: offset) }
    /// Writes the 8 bits at `offset`.
    package func write8(_ value: UInt8, at offset: Int) throws(HardwareError) { try write(value, at: offset) }
    /// Writes the 32 bits at `offset`.
    package func write32(_ value: UInt32, at offset: Int) throws(HardwareError) { try write(value, at: offset) }
}
