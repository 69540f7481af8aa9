import Ixy
import IxyHardware
import Testing

@testable import IxyModels

/// The names of registers, fields and bits in violations.
@Suite struct RegisterNamesTests {
    typealias R = IXGBERegisters
    let registers = RegisterFile()

    @Test func aRegisterByItsOffset() {
        #expect(registers.named(at: 0x00000) == "CTRL")
        #expect(registers.named(at: 0x01028 + 3 * 0x40) == "RXDCTL(3)")
        #expect(registers.named(at: 0x0D028) == "RXDCTL(64)")
        #expect(registers.named(at: 0x1FFFC) == "0x1FFFC", "there is none")
        #expect(registers.named(at: 0x02) == "0x2", "it is not aligned")
        #expect(registers.named(at: -4) == "0x-4")
        #expect(registers.named(at: 1 << 40) == "0x10000000000")
    }

    /// ENABLE is bit 25, VME bit 30.
    static let bits: [(UInt32, String)] = [
        (0x0200_0000, "RXDCTL(3).ENABLE"),
        (0x4200_0000, "RXDCTL(3).ENABLE and VME"),
        (0x0400_0000, "RXDCTL(3), reserved bit 26"),
        (0x0000_007F, "RXDCTL(3), reserved bits 0 to 6"),
        (0x8200_0007, "RXDCTL(3).ENABLE, and reserved bits 0 to 2 and 31"),
    ]

    @Test(arguments: bits)
    func bitsByTheirFields(bits: UInt32, text: String) throws {
        let word = try #require(registers.word(at: R.RXDCTL.offset(3)))
        #expect(word.label(of: bits) == text)
    }
}
