import Ixy
import IxyHardware
import TestTree
import Testing

/// A capability as a device writes it into its configuration space.
struct VirtIOCapability {
    var kind: UInt8
    var bar: UInt8 = 4
    var offset: UInt32 = 0
    var length: UInt32 = 0x1000
    var size: UInt8 = 16
    var multiplier: UInt32?

    static let common = VirtIOCapability(kind: 1)
    static let status = VirtIOCapability(kind: 3, offset: 0x1000)
    static let device = VirtIOCapability(kind: 4, offset: 0x2000)
    static let notify = VirtIOCapability(kind: 2, offset: 0x3000, size: 20, multiplier: 4)
    /// As QEMU has them.
    static let all = [common, status, device, notify]

    /// A changed copy.
    func with(_ change: (inout VirtIOCapability) -> Void) -> VirtIOCapability {
        var copy = self
        change(&copy)
        return copy
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = [PCICapability.vendorSpecific, 0, size, kind, bar, 0, 0, 0]
        for word in [offset, length] + (multiplier.map { [$0] } ?? []) {
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
        }
        return bytes
    }
}

extension FakeTree {
    static let virtIOFolder = "bus/pci/devices/0000:00:04.0"
    static let none = "0x0000000000000000 0x0000000000000000 0x0000000000000000"

    /// Adds a VirtIO network device with these capabilities: I/O BAR 0 of 32 bytes, memory BAR 4 of 16 KiB.
    func addVirtIO(_ capabilities: [VirtIOCapability], device: String = "0x1041") throws {
        let folder = try addNIC("0000:00:04.0")
        try write("0x1af4\n", "\(folder)/vendor")
        try write("\(device)\n", "\(folder)/device")
        try setBARs(
            [
                0: "0x000000000000c000 0x000000000000c01f 0x0000000000040101",
                4: "0x00000000fe000000 0x00000000fe003fff 0x000000000014220c",
            ], folder)
        try write(bytes: [UInt8](repeating: 0, count: 32), "\(folder)/resource0")
        try write(bytes: [UInt8](repeating: 0, count: 0x4000), "\(folder)/resource4")
        var config = [UInt8](repeating: 0, count: 256)
        var offset = 0x40
        var link = 0x34
        config[0x06] = capabilities.isEmpty ? 0 : 0x10
        for capability in capabilities {
            config[link] = UInt8(offset)
            let bytes = capability.bytes
            for (index, byte) in bytes.enumerated() where offset + index < 256 { config[offset + index] = byte }
            link = offset + 1
            offset += 20
        }
        try write(bytes: config, "\(folder)/config")
    }

    func virtIODevice() throws -> PCIDevice { try device("0000:00:04.0") }
}

@Suite struct VirtIOPCIStructuresTests {
    private func find(_ capabilities: [VirtIOCapability]) throws -> VirtIO.PCIStructures? {
        let tree = try FakeTree()
        try tree.addVirtIO(capabilities)
        let device = try tree.virtIODevice()
        return try VirtIO.PCIStructures.find(in: ConfigSpace(of: device), bars: device.bars())
    }

    @Test func structuresAreWhereTheCapabilitiesSay() throws {
        let found = try #require(try find(VirtIOCapability.all))
        #expect(found.common.bar == 4 && found.common.offset == 0 && found.common.count == 0x1000)
        #expect(found.notify.offset == 0x3000 && found.notifyMultiplier == 4)
        #expect(found.interruptStatus?.offset == 0x1000 && found.device?.offset == 0x2000)
    }

    @Test func withoutACommonConfigurationItIsALegacyDevice() throws {
        #expect(try find([]) == nil)
        #expect(try find([.device, .notify]) == nil)
    }

    @Test func unknownKindsArePassedOver() throws {
        let found = try find([.common.with { $0.kind = 5 }, .common.with { $0.kind = 0xFF }] + VirtIOCapability.all)
        #expect(found?.common.bar == 4)
    }

    @Test func theFirstUsableOneCounts() throws {
        let wrong = VirtIOCapability.common.with { $0.bar = 6 }
        let second = VirtIOCapability.common.with { $0.offset = 0x100; $0.length = 56 }
        let found = try #require(try find([wrong, second] + VirtIOCapability.all))
        #expect(found.common.offset == 0x100 && found.common.count == 56)
    }

    @Test func aDeviceWithoutItsOwnConfigurationIsUsable() throws {
        let found = try #require(try find([.common, .notify]))
        #expect(found.device == nil && found.interruptStatus == nil)
    }

    @Test(arguments: [
        ("common: BAR 5 is not there", [VirtIOCapability.common.with { $0.bar = 5 }], "BAR 5, which there is not"),
        ("common: BAR 255", [.common.with { $0.bar = 255 }], "BAR 255, which there is not"),
        ("common: BAR 0 is for ports", [.common.with { $0.bar = 0; $0.length = 56 }], "BAR 0, which is not memory"),
        ("common: not aligned", [.common.with { $0.offset = 2 }], "no multiple of 4"),
        ("common: too short", [.common.with { $0.length = 55 }], "has 55 bytes, and at least 56"),
        ("common: past the end", [.common.with { $0.offset = 0x3FF0; $0.length = 56 }], "ends at 16424 of BAR 4"),
        ("common: overflow", [.common.with { $0.offset = 0xFFFF_FFFC; $0.length = .max }], "ends at 8589934587"),
        ("common: short capability", [.common.with { $0.size = 15 }], "has 15 bytes at 0x40 and not 16"),
        ("no bells", [.common], "notification structure cannot be used: no capability"),
        ("bells: no multiplier", [.common, .notify.with { $0.size = 16 }], "has 16 bytes at 0x54 and not 20"),
        ("bells: odd distance", [.common, .notify.with { $0.multiplier = 1 }], "bells are 1 bytes apart"),
        ("bells: no power of two", [.common, .notify.with { $0.multiplier = 6 }], "bells are 6 bytes apart"),
        ("bells: odd offset", [.common, .notify.with { $0.offset = 0x3001 }], "no multiple of 2"),
        ("bells: one byte", [.common, .notify.with { $0.length = 1 }], "at least 2"),
        ("device: outside", [.common, .notify, .device.with { $0.offset = 0x4000 }], "ends at 20480 of BAR 4"),
        ("status: empty", [.common, .notify, .status.with { $0.length = 0 }], "at least 1"),
    ])
    func aStructureThatCannotBeIsRefusedInOneSentence(
        _ what: String, _ capabilities: [VirtIOCapability], _ words: String
    ) {
        let message = sentence { _ = try find(capabilities) }
        #expect(message?.contains(words) == true, "\(what): \(message ?? "not refused")")
        #expect(message?.hasPrefix("0000:00:04.0: its VirtIO ") == true && message?.contains("\n") == false)
    }

    @Test func aCapabilityAtTheEndOfTheSpaceIsRefused() throws {
        let tree = try FakeTree()
        try tree.addVirtIO([])
        var config = [UInt8](repeating: 0, count: 256)
        config[0x06] = 0x10
        config[0x34] = 0xFC
        config[0xFC...0xFF] = [9, 0, 16, 1]
        try tree.write(bytes: config, FakeTree.virtIOFolder + "/config")
        let device = try tree.virtIODevice()
        let message = sentence {
            _ = try VirtIO.PCIStructures.find(in: ConfigSpace(of: device), bars: device.bars())
        }
        #expect(message?.contains("common configuration cannot be used: its capability has 16 bytes at 0xfc") == true)
    }

    @Test func randomConfigurationSpacesNeverTrap() throws {
        let tree = try FakeTree()
        try tree.addVirtIO([])
        let device = try tree.virtIODevice()
        let bars = try device.bars()
        var random = SystemRandomNumberGenerator()
        var refused = 0
        for _ in 0..<300 {
            var config = (0..<256).map { _ in UInt8.random(in: 0...255, using: &random) }
            config[0x06] |= 0x10
            config[0x0E] = 0
            // Enough capabilities of the right kind to get far.
            for offset in stride(from: 0x40, to: 0x100, by: 16) {
                config[offset] = 9
                config[offset + 1] = UInt8((offset + 16) & 0xFF)
                config[offset + 3] = UInt8.random(in: 0...5, using: &random)
                config[offset + 4] = UInt8.random(in: 0...6, using: &random)
                for zero in [9, 10, 11, 13, 14, 15] where Bool.random(using: &random) { config[offset + zero] = 0 }
            }
            config[0x34] = 0x40
            try tree.write(bytes: config, FakeTree.virtIOFolder + "/config")
            let message = sentence { _ = try VirtIO.PCIStructures.find(in: ConfigSpace(of: device), bars: bars) }
            if let message {
                refused += 1
                #expect(message.hasPrefix("0000:00:04.0: its VirtIO "))
            }
        }
        #expect(refused > 0)
    }
}
