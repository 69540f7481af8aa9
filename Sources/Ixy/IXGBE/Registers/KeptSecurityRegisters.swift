import IxyHardware

// Security and time stamps, which Linux's driver clears. (82599 §8.2.3.12 to §8.2.3.14, §8.2.3.26)
extension IXGBERegisters {
    package enum SECTXCTRL: KeptRegister {
        package static let entry = Entry("Security Transmit Control", at: 0x08800, "8.2.3.12.1")
    }
    package enum SECTXSTAT: KeptRegister {
        package static let entry = Entry("Security Transmit Status", at: 0x08804, "8.2.3.12.2")
    }
    package enum SECTXBUFFAF: KeptRegister {
        package static let entry = Entry("Security Transmit Buffer Almost Full", at: 0x08808, "8.2.3.12.3")
    }
    package enum SECTXMINIFG: KeptRegister {
        package static let entry = Entry("Security Transmit Buffer Minimum IFG", at: 0x08810, "8.2.3.12.4")
    }
    package enum LSECTXCAP: KeptRegister {
        package static let entry = Entry("LinkSec Transmit Capabilities", at: 0x08A00, "8.2.3.13")
    }
    package enum LSECTXCTRL: KeptRegister {
        package static let entry = Entry("LinkSec Transmit Control", at: 0x08A04, "8.2.3.13")
    }
    package enum LSECRXCAP: KeptRegister {
        package static let entry = Entry("LinkSec Receive Capabilities", at: 0x08F00, "8.2.3.13")
    }
    package enum LSECRXCTRL: KeptRegister { package static let entry = Entry("LinkSec Receive Control", at: 0x08F04, "8.2.3.13") }
    package enum IPSTXIDX: KeptRegister { package static let entry = Entry("IPsec Transmit Index", at: 0x08900, "8.2.3.14") }
    package enum IPSTXSALT: KeptRegister { package static let entry = Entry("IPsec Transmit Salt", at: 0x08904, "8.2.3.14") }
    package enum IPSTXKEY: KeptRegister {
        package static let entry = Entry("IPsec Transmit Key", at: .at(0x08908, 4), "8.2.3.14")
    }
    package enum IPSRXIDX: KeptRegister { package static let entry = Entry("IPsec Receive Index", at: 0x08E00, "8.2.3.14") }
    package enum IPSRXIPADDR: KeptRegister {
        package static let entry = Entry("IPsec Receive Address", at: .at(0x08E04, 4), "8.2.3.14")
    }
    package enum IPSRXSPI: KeptRegister { package static let entry = Entry("IPsec Receive SPI", at: 0x08E14, "8.2.3.14") }
    package enum IPSRXIPIDX: KeptRegister {
        package static let entry = Entry("IPsec Receive SPI Address Index", at: 0x08E18, "8.2.3.14")
    }
    package enum IPSRXKEY: KeptRegister { package static let entry = Entry("IPsec Receive Key", at: .at(0x08E1C, 4), "8.2.3.14") }
    package enum IPSRXSALT: KeptRegister { package static let entry = Entry("IPsec Receive Salt", at: 0x08E2C, "8.2.3.14") }
    package enum IPSRXMOD: KeptRegister { package static let entry = Entry("IPsec Receive Mode", at: 0x08E30, "8.2.3.14") }
    package enum TSYNCTXCTL: KeptRegister {
        package static let entry = Entry("Transmit Time Sync Control", at: 0x08C00, "8.2.3.26")
    }
    package enum TXSTMPL: KeptRegister { package static let entry = Entry("Transmit Time Stamp Low", at: 0x08C04, "8.2.3.26") }
    package enum TXSTMPH: KeptRegister { package static let entry = Entry("Transmit Time Stamp High", at: 0x08C08, "8.2.3.26") }
    package enum SYSTIML: KeptRegister { package static let entry = Entry("System Time Low", at: 0x08C0C, "8.2.3.26") }
    package enum SYSTIMH: KeptRegister { package static let entry = Entry("System Time High", at: 0x08C10, "8.2.3.26") }
    package enum TIMINCA: KeptRegister { package static let entry = Entry("Time Increment Attributes", at: 0x08C14, "8.2.3.26") }
    package enum TSAUXC: KeptRegister { package static let entry = Entry("Time Sync Auxiliary Control", at: 0x08C20, "8.2.3.26") }
    package enum TSYNCRXCTL: KeptRegister {
        package static let entry = Entry("Receive Time Sync Control", at: 0x05188, "8.2.3.26")
    }
    package enum RXMTRL: KeptRegister { package static let entry = Entry("Receive Message Type", at: 0x05120, "8.2.3.26") }
    package enum RXSTMPL: KeptRegister { package static let entry = Entry("Receive Time Stamp Low", at: 0x051E8, "8.2.3.26") }
    package enum RXSTMPH: KeptRegister { package static let entry = Entry("Receive Time Stamp High", at: 0x051A4, "8.2.3.26") }
}
