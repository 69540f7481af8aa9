import Testing

@testable import IxyModels

/// Configuration space and MSI-X of a served card. (PCI 3.0 §6)
@Suite struct ConfigurationTests {
    @Test func identifiersCannotBeChanged() {
        var space = PCIConfigurationSpace.intel82599()
        space.write(0x00, 0, 4)
        #expect(space.read(0x00, 4) == 0x10FB_8086)
        #expect(space.read(0x08, 4) == 0x0200_0001)
        #expect(space.read(0x100, 4) == 0xFFFF_FFFF, "there is no extended space")
    }

    /// All ones written and read back tell the size. (PCI 3.0 §6.2.5.1)
    @Test func barsTellTheirSizes() {
        var space = PCIConfigurationSpace.intel82599()
        for offset in stride(from: 0x10, through: 0x28, by: 4) { space.write(offset, .max, 4) }
        #expect(space.read(0x10, 4) == 0xFFF8_0004)
        #expect(space.read(0x14, 4) == 0xFFFF_FFFF)
        #expect(space.read(0x18, 4) == 0xFFFF_FFE1)
        #expect(space.read(0x1C, 4) == 0)
        #expect(space.read(0x20, 4) == 0xFFFF_C004)
        #expect(space.read(0x28, 4) == 0)
    }

    @Test func capabilitiesAreAChain() {
        let space = PCIConfigurationSpace.intel82599()
        #expect(space.read(0x06, 2) & 0x10 != 0)
        var kinds: [UInt64] = []
        var place = Int(space.read(0x34, 1))
        while place != 0, kinds.count < 10 {
            kinds.append(space.read(place, 1))
            place = Int(space.read(place + 1, 1))
        }
        #expect(kinds == [0x01, 0x05, 0x11, 0x10], "power, MSI, MSI-X, PCI Express")
    }

    @Test func anAddressIsFoundOnlyWhileItIsDecoded() {
        var space = PCIConfigurationSpace.intel82599()
        space.write(0x10, 0xFE00_0000, 4)
        space.write(0x18, 0xC001, 4)
        #expect(space.window(at: 0xFE00_0010, isMemory: true) == nil)
        space.write(0x04, 0x3, 2)
        #expect(space.window(at: 0xFE00_0010, isMemory: true) == PCIConfigurationSpace.Window(bar: 0, offset: 0x10))
        #expect(space.window(at: 0xFE08_0000, isMemory: true) == nil)
        #expect(space.window(at: 0xC004, isMemory: false) == PCIConfigurationSpace.Window(bar: 2, offset: 4))
        space.reset()
        #expect(space.window(at: 0xFE00_0010, isMemory: true) == nil)
    }

    @Test func deviceControlAsksForAReset() {
        #expect(PCIConfigurationSpace.asksForReset(offset: 0xA8, value: 0x8000, count: 2))
        #expect(PCIConfigurationSpace.asksForReset(offset: 0xA8, value: 0xFFFF_8000, count: 4))
        #expect(PCIConfigurationSpace.asksForReset(offset: 0xA9, value: 0x80, count: 1))
        #expect(!PCIConfigurationSpace.asksForReset(offset: 0xA8, value: 0x2810, count: 2))
        #expect(!PCIConfigurationSpace.asksForReset(offset: 0xAA, value: 0x8000, count: 2))
    }

    @Test func aMaskedMessageWaits() throws {
        var table = MessageTable()
        table.write(0x20, 0xFEE0_1000)
        table.write(0x28, 0x41)
        #expect(table.take(1 << 2, isMasked: false).isEmpty, "each vector is masked after a reset")
        #expect(table.read(PCIConfigurationSpace.pendingOffset) == 4)
        table.write(0x2C, 0)
        #expect(table.take(0, isMasked: true).isEmpty, "the whole function is masked")
        let sent = table.take(0, isMasked: false)
        #expect(sent.map(\.address) == [0xFEE0_1000])
        #expect(sent.map(\.data) == [0x41])
        #expect(table.read(PCIConfigurationSpace.pendingOffset) == 0)
    }
}
