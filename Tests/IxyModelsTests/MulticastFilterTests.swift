import Ixy
import IxyHardware
import Testing

@testable import IxyModels

/// Which groups the modelled port receives.
@Suite struct MulticastFilterTests {
    typealias R = IXGBERegisters
    let port: Port

    init() throws {
        port = try Port()
        port.fillTables()
    }

    private func accepts(_ address: UInt64) -> Bool { port.nic.control { MulticastFilter($0.registers).accepts(address) } }

    private func setFilter(addressBits: UInt32, isOn: Bool = true) {
        port.registers.write(R.MCSTCTRL.self) {
            $0[R.MCSTCTRL.addressBits] = addressBits
            $0[R.MCSTCTRL.filterEnable] = isOn ? 1 : 0
        }
    }

    /// The last two bytes are 0x12, 0xAB: bits 47 to 32 are 0xAB12.
    private static let address: UInt64 = 0x0100_5E00_12AB

    @Test(arguments: [(0, 0xAB1), (1, 0x562), (2, 0xAC4), (3, 0xB12)])
    func theTableBitIsChosenByTheLastTwoBytes(addressBits: UInt32, bit: Int) {
        setFilter(addressBits: addressBits)
        #expect(!accepts(Self.address))
        port.registers.write32(1 << UInt32(bit % 32), at: R.MTA.offset(bit / 32))
        #expect(accepts(Self.address))
        port.registers.write32(~(1 << UInt32(bit % 32)), at: R.MTA.offset(bit / 32))
        #expect(!accepts(Self.address))
    }

    @Test func aTableThatIsOffAcceptsNothing() {
        for index in 0..<R.MTA.count { port.registers.write32(.max, at: R.MTA.offset(index)) }
        setFilter(addressBits: 0, isOn: false)
        #expect(!accepts(Self.address))
        setFilter(addressBits: 0)
        #expect(accepts(Self.address))
    }

    @Test func promiscuousAcceptsEveryGroup() {
        #expect(!accepts(Self.address))
        port.registers.modify(R.FCTRL.self) { $0.set(R.FCTRL.multicastPromiscuous) }
        #expect(accepts(Self.address))
    }
}
