/// The configuration space of an 82599 with an SFP+ cage, on an adapter X520-2. (82599 §9.3)
///
/// Its capabilities: power management at 40, MSI at 50, MSI-X at 70, PCI Express at A0.
extension PCIConfigurationSpace {
    static let registerBAR = 0
    static let portBAR = 2
    static let messageBAR = 4
    /// Bytes from the start of BAR 4 to the pending bits of MSI-X.
    static let pendingOffset = 0x2000

    static func intel82599() -> PCIConfigurationSpace {
        let device: [(Int, Int, UInt64)] = [
            (0x00, 2, 0x8086), (0x02, 2, 0x10FB),
            // It has capabilities.
            (0x06, 2, 0x0010),
            // Revision 1, an Ethernet controller.
            (0x08, 4, 0x0200_0001),
            (0x2C, 2, 0x8086), (0x2E, 2, 0x0003),
            (0x34, 1, 0x40), (0x3D, 1, 1),
        ]
        let power: [(Int, Int, UInt64)] = [(0x40, 2, 0x5001), (0x42, 2, 0x4823), (0x44, 2, 0x2008)]
        // One message, an address of 64 bits, a mask.
        let msi: [(Int, Int, UInt64)] = [(0x50, 2, 0x7005), (0x52, 2, 0x0180)]
        // 64 vectors, the table at the start of BAR 4, the pending bits behind it.
        let msix: [(Int, Int, UInt64)] = [
            (0x70, 2, 0xA011), (0x72, 2, 63), (0x74, 4, UInt64(messageBAR)), (0x78, 4, UInt64(pendingOffset | messageBAR)),
        ]
        let express: [(Int, Int, UInt64)] = [
            (0xA0, 2, 0x0010), (0xA2, 2, 0x0002), (0xA4, 4, 0x1000_8CC2), (0xA8, 2, 0x2810), (0xAC, 4, 0x0002_7482),
            // Eight lanes at 5 GT/s.
            (0xB2, 2, 0x0082), (0xC4, 4, 0x0000_001F), (0xC8, 2, 0),
        ]
        let writable: [(Int, Int, UInt64)] = [
            (0x04, 2, 0x0547), (0x0C, 1, 0xFF), (0x3C, 1, 0xFF), (0x44, 2, 0x0103),
            (0x52, 2, 0x0071), (0x54, 4, 0xFFFF_FFFC), (0x58, 4, 0xFFFF_FFFF), (0x5C, 2, 0xFFFF), (0x60, 4, 1),
            (0x72, 2, 0xC000), (0xA8, 2, 0x7FFF), (0xB0, 2, 0x01FB), (0xC8, 2, 0x001F),
        ]
        return PCIConfigurationSpace(
            values: device + power + msi + msix + express, writable: writable,
            resources: [
                Resource(bar: registerBAR, count: 512 << 10, isMemory: true, isWide: true),
                Resource(bar: portBAR, count: 32, isMemory: false, isWide: false),
                Resource(bar: messageBAR, count: 16 << 10, isMemory: true, isWide: true),
            ])
    }

    /// The configuration space of a virtual function that is a device of its own: three vectors of MSI-X, no pin, no ports.
    /// (82599 §9.4)
    static func intel82599VF() -> PCIConfigurationSpace {
        let device: [(Int, Int, UInt64)] = [
            (0x00, 2, 0x8086), (0x02, 2, 0x10ED), (0x06, 2, 0x0010), (0x08, 4, 0x0200_0001),
            (0x2C, 2, 0x8086), (0x2E, 2, 0x0003), (0x34, 1, 0x70),
        ]
        let msix: [(Int, Int, UInt64)] = [
            (0x70, 2, 0xA011), (0x72, 2, 2), (0x74, 4, UInt64(messageBAR)), (0x78, 4, UInt64(pendingOffset | messageBAR)),
        ]
        let express: [(Int, Int, UInt64)] = [
            (0xA0, 2, 0x0010), (0xA2, 2, 0x0002), (0xA4, 4, 0x1000_8CC2), (0xA8, 2, 0x2810), (0xAC, 4, 0x0002_7482),
            (0xB2, 2, 0x0082), (0xC4, 4, 0x0000_001F),
        ]
        let writable: [(Int, Int, UInt64)] = [(0x04, 2, 0x0546), (0x0C, 1, 0xFF), (0x72, 2, 0xC000), (0xA8, 2, 0x7FFF)]
        return PCIConfigurationSpace(
            values: device + msix + express, writable: writable,
            resources: [
                Resource(bar: registerBAR, count: 16 << 10, isMemory: true, isWide: true),
                Resource(bar: messageBAR, count: 16 << 10, isMemory: true, isWide: true),
            ])
    }

    /// Bit 15 of PCI Express's device control asks for a reset of this function. (PCIe 3.0 §7.8.4)
    static func asksForReset(offset: Int, value: UInt32, count: Int) -> Bool {
        guard offset <= 0xA9, offset + count > 0xA9 else { return false }
        return value >> UInt32((0xA9 - offset) * 8) & 0x80 != 0
    }

    var isMSIEnabled: Bool { read(0x52, 2) & 1 != 0 }
    var msiMessage: (address: UInt64, data: UInt32) { (read(0x54, 8), UInt32(read(0x5C, 2))) }
    var isMSIMasked: Bool { read(0x60, 4) & 1 != 0 }
    var isMSIXEnabled: Bool { read(0x72, 2) & 0x8000 != 0 }
    var isMSIXMasked: Bool { read(0x72, 2) & 0x4000 != 0 }
}
