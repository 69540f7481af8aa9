import Foundation
import IxyHardware
import TestTree
import Testing

@Suite struct PCIConfigSpaceTests {
    /// A tree with one NIC, whose configuration space is `bytes` at their offsets and otherwise 0.
    private func tree(_ bytes: [Int: UInt8] = [:], count: Int = 256) throws -> FakeTree {
        let tree = try FakeTree()
        var space = [UInt8](repeating: 0, count: count)
        for (offset, byte) in bytes { space[offset] = byte }
        try tree.write(bytes: space, try tree.addNIC() + "/config")
        return tree
    }

    /// A capability list: its first pointer, and at each offset an id and the next pointer.
    private func tree(first: UInt8, _ entries: [Int: (id: UInt8, next: UInt8)], layout: UInt8 = 0) throws -> FakeTree {
        var bytes: [Int: UInt8] = [0x06: 0x10, 0x0E: layout, 0x34: first]
        for (offset, entry) in entries {
            bytes[offset] = entry.id
            bytes[offset + 1] = entry.next
        }
        return try tree(bytes)
    }

    private func space(_ tree: FakeTree, writable: Bool = true) throws -> ConfigSpace {
        try ConfigSpace(of: tree.device(), writable: writable)
    }

    private let config = "bus/pci/devices/0000:03:00.0/config"

    @Test func widthsAndByteOrder() throws {
        let tree = try tree([0: 0x86, 1: 0x80, 2: 0xFB, 3: 0x10])
        let space = try space(tree)
        #expect(space.count == 256)
        #expect(try space.read8(at: 1) == 0x80)
        #expect(try space.read16(at: 2) == 0x10FB)
        #expect(try space.read32(at: 0) == 0x10FB_8086)
        try space.write8(0x11, at: 0x40)
        try space.write16(0x3322, at: 0x42)
        try space.write32(0x7766_5544, at: 252)
        let bytes = try tree.bytes(config)
        #expect(bytes[0x40...0x43] == [0x11, 0, 0x22, 0x33] && bytes[252...] == [0x44, 0x55, 0x66, 0x77])
    }

    @Test(arguments: [-4, 1, 2, 254, 256, 260, Int.max - 3, Int.min])
    func offsetsOutsideOrNotAlignedAreRefused(_ offset: Int) throws {
        let tree = try tree()
        let space = try space(tree)
        for message in [
            sentence { _ = try space.read32(at: offset) }, sentence { try space.write32(1, at: offset) },
        ] {
            #expect(message?.contains("not within its 256 bytes of configuration space, or not aligned") == true)
        }
        #expect(try tree.bytes(config) == [UInt8](repeating: 0, count: 256))
    }

    @Test func expressDevicesHaveMore() throws {
        let space = try space(tree([4095: 9], count: 4096))
        #expect(try space.read8(at: 4095) == 9)
    }

    @Test func aReadThatTheKernelCutsShortIsAQuestionOfPrivilege() throws {
        let tree = try tree()
        let space = try space(tree, writable: false)
        // The kernel shows only this part to a user who is not root.
        let file = try #require(FileHandle(forWritingAtPath: "\(tree.root)/\(config)"))
        try file.truncate(atOffset: 64)
        #expect(try space.read32(at: 60) == 0)
        #expect(sentence { _ = try space.read32(at: 64) }?.contains("no permission to read") == true)
    }

    @Test func commandBitsChangeAndOthersStay() throws {
        let space = try space(tree([4: 0b0100_0001, 5: 0x04]))
        try space.enable([.busMaster, .memory])
        #expect(try space.read16(at: 4) == 0x0447)
        #expect(try space.command().contains([.io, .memory, .busMaster]))
        try space.disable(.busMaster)
        #expect(try space.read16(at: 4) == 0x0443)
        try space.disable(.io)
        #expect(try space.read16(at: 4) == 0x0442)
    }

    @Test func aDeviceThatDoesNotAnswerIsNotWrittenTo() throws {
        let space = try space(tree([4: 0xFF, 5: 0xFF]))
        #expect(sentence { try space.disable(.busMaster) }?.contains("does not answer") == true)
        #expect(try space.read16(at: 4) == 0xFFFF)
    }

    @Test func capabilitiesInTheListsOrder() throws {
        let tree = try tree(first: 0x50, [0x50: (0x05, 0x40), 0x40: (0x01, 0xFC), 0xFC: (0x09, 0)])
        #expect(
            try space(tree).capabilities() == [
                PCICapability(id: PCICapability.messageSignalledInterrupts, offset: 0x50),
                PCICapability(id: PCICapability.powerManagement, offset: 0x40),
                PCICapability(id: PCICapability.vendorSpecific, offset: 0xFC),
            ])
    }

    @Test func reservedBitsOfALinkAreMasked() throws {
        let tree = try tree(first: 0x43, [0x40: (0x10, 0x02)])
        #expect(try space(tree).capabilities() == [PCICapability(id: PCICapability.express, offset: 0x40)])
    }

    @Test func noListWithoutTheStatusBitOrInACardBusBridge() throws {
        #expect(try space(tree([0x34: 0x40, 0x40: 1])).capabilities().isEmpty)
        #expect(try space(tree(first: 0x40, [0x40: (1, 0)], layout: 2)).capabilities().isEmpty)
        // Bit 7 says that the device has several functions.
        #expect(try space(tree(first: 0x40, [0x40: (1, 0)], layout: 0x80)).capabilities().count == 1)
    }

    @Test func theLongestListHas48Entries() throws {
        var entries: [Int: (id: UInt8, next: UInt8)] = [:]
        for offset in stride(from: 0x40, through: 0xFC, by: 4) {
            entries[offset] = (0x09, offset == 0xFC ? 0 : UInt8(offset + 4))
        }
        #expect(try space(tree(first: 0x40, entries)).capabilities().count == 48)
    }

    @Test(.timeLimit(.minutes(1)))
    func listsInACircleAreRefused() throws {
        let toItself = try tree(first: 0x40, [0x40: (1, 0x40)])
        let toTheFirst = try tree(first: 0x40, [0x40: (1, 0x50), 0x50: (5, 0x60), 0x60: (9, 0x40)])
        let toTheMiddle = try tree(first: 0x40, [0x40: (1, 0x50), 0x50: (5, 0x60), 0x60: (9, 0x50)])
        for (tree, offset) in [(toItself, "0x40"), (toTheFirst, "0x40"), (toTheMiddle, "0x50")] {
            #expect(sentence { _ = try space(tree).capabilities() }?.contains("comes back to offset \(offset)") == true)
        }
    }

    @Test(arguments: [0x04, 0x34, 0x3C] as [UInt8])
    func linksIntoTheHeaderAreRefused(_ link: UInt8) throws {
        for tree in [try tree(first: link, [:]), try tree(first: 0x40, [0x40: (1, link)])] {
            #expect(sentence { _ = try space(tree).capabilities() }?.contains("into the header") == true)
        }
    }

    @Test func aDeviceThatReadsAsAllOnesHasNoEndlessList() throws {
        let tree = try FakeTree()
        try tree.write(bytes: [UInt8](repeating: 0xFF, count: 256), try tree.addNIC() + "/config")
        // Its layout, 0x7F, is none that has a list.
        #expect(try space(tree).capabilities().isEmpty)
        var bytes = [UInt8](repeating: 0xFF, count: 256)
        bytes[0x0E] = 0
        try tree.write(bytes: bytes, config)
        #expect(sentence { _ = try space(tree).capabilities() }?.contains("comes back to offset 0xfc") == true)
    }

    @Test func aSpaceThatEndsBeforeTheListIsNoTrap() throws {
        let tree = try FakeTree()
        var bytes = [UInt8](repeating: 0, count: 64)
        bytes[0x06] = 0x10
        bytes[0x34] = 0x40
        try tree.write(bytes: bytes, try tree.addNIC() + "/config")
        #expect(sentence { _ = try space(tree).capabilities() }?.contains("not within its 64 bytes") == true)
    }

    @Test func aDeviceThatIsGoneIsNamed() throws {
        let tree = try tree()
        let device = try tree.device()
        try tree.remove(config)
        #expect(sentence { _ = try ConfigSpace(of: device) }?.contains("there is no such PCI device") == true)
    }
}
