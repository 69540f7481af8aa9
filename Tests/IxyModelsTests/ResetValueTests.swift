import Ixy
import IxyHardware
import IxyModels
import Testing

/// Checks the registers' values after a reset against two transcriptions of the datasheet's tables: the 82599 model of
/// Vigor and the register list of TinyNF's authors.
@Suite struct ResetValueTests {
    typealias R = IXGBERegisters

    static let values: [(String, UInt32)] = [
        ("CTRL", 0), ("STATUS", 0x0008_0000), ("CTRL_EXT", 0),
        // TXCRCEN 0, RXCRCSTRP 1, reserved 1 from bit 3 and 0101b from bit 11, TXPADEN 10, MDCSPD 16, RXLNGTHERREN 27.
        ("HLREG0", 0x0801_2C0B),
        // DMAIDONE 3, once it is; reserved 0x880 from bit 4; RSCFRSTSIZE 8 from bit 17.
        ("RDRXCTL", 0x0010_8808),
        // Reserved 10b from bit 1, VT.
        ("DMATXCTL", 0x8100_0004),
        // BDPM 22, BPBFSM 23.
        ("RTTDCS", 0x00C0_0000),
        ("RXCTRL", 0), ("FCTRL", 0), ("VLNCTRL", 0x8100), ("RXCSUM", 0), ("MRQC", 0), ("MTQC", 0), ("GPIE", 0),
        ("MFLCN", 0), ("FCCFG", 0), ("FCTTV", 0), ("FCRTL", 0), ("FCRTH", 0), ("FCRTV", 0), ("MCSTCTRL", 0),
        // BSIZEPACKET 2 KiB, BSIZEHEADER 4 from bit 8.
        ("SRRCTL", 0x402),
        ("RXDCTL", 0), ("TXDCTL", 0), ("RDLEN", 0), ("TDLEN", 0), ("RDT", 0), ("TDT", 0), ("TDWBAL", 0),
        // RXdescReadROEn 9, the reserved 12 that must be cleared, RXdataWriteROEn 13, RxRepHeaderROEn 15.
        ("DCA_RXCTRL", 0xB200),
        // TXdescRDROEn 9, TXdescWBROen 11, TXDataReadROEn 13.
        ("DCA_TXCTRL", 0x2A00),
        // 0x200 and 0xA0 from bit 10.
        ("RXPBSIZE", 0x80000), ("TXPBSIZE", 0x28000),
        ("DTXMXSZRQ", 0x10), ("SECRXCTRL", 1), ("SECRXSTAT", 0),
    ]

    @Test(arguments: values)
    func afterAReset(name: String, value: UInt32) throws {
        let port = try Port()
        port.reset()
        let register = try #require(R.all.first { $0.name == name })
        for index in 0..<register.count {
            #expect(port.registers.read32(at: register.offset(index)) == value, "\(name)(\(index))")
        }
        #expect(port.nic.violations == [])
    }

    @Test func thresholdOfTheFirstTransmitBufferAlone() throws {
        let port = try Port()
        let values = (0..<8).map { port.registers.read32(at: R.TXPBTHRESH.offset($0)) }
        #expect(values == [0x96, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func reservedOnesAreOnesAfterAReset() {
        for register in R.all {
            #expect(register.reset & register.reservedBits == register.reservedOnes, "\(register.name)")
        }
    }
}
