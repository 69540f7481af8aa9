import IxyHardware

// Security and time stamps, which Linux's driver clears. (82599 §8.2.3.12 to §8.2.3.14, §8.2.3.26)
extension IXGBERegisters {
    public enum SECTXCTRL: KeptRegister {
        public static let entry = Entry("Security Transmit Control", at: 0x08800, "8.2.3.12.1")
    }
    public enum SECTXSTAT: KeptRegister {
        public static let entry = Entry("Security Transmit Status", at: 0x08804, "8.2.3.12.2")
    }
    public enum SECTXBUFFAF: KeptRegister {
        public static let entry = Entry("Security Transmit Buffer Almost Full", at: 0x08808, "8.2.3.12.3")
    }
    public enum SECTXMINIFG: KeptRegister {
        public static let entry = Entry("Security Transmit Buffer Minimum IFG", at: 0x08810, "8.2.3.12.4")
    }
    public enum LSECTXCAP: KeptRegister {
        public static let entry = Entry("LinkSec Transmit Capabilities", at: 0x08A00, "8.2.3.13")
    }
    public enum LSECTXCTRL: KeptRegister {
        public static let entry = Entry("LinkSec Transmit Control", at: 0x08A04, "8.2.3.13")
    }
    public enum LSECRXCAP: KeptRegister {
        public static let entry = Entry("LinkSec Receive Capabilities", at: 0x08F00, "8.2.3.13")
    }
    public enum LSECRXCTRL: KeptRegister { public static let entry = Entry("LinkSec Receive Control", at: 0x08F04, "8.2.3.13") }
    public enum IPSTXIDX: KeptRegister { public static let entry = Entry("IPsec Transmit Index", at: 0x08900, "8.2.3.14") }
    public enum IPSTXSALT: KeptRegister { public static let entry = Entry("IPsec Transmit Salt", at: 0x08904, "8.2.3.14") }
    public enum IPSTXKEY: KeptRegister {
        public static let entry = Entry("IPsec Transmit Key", at: .at(0x08908, 4), "8.2.3.14")
    }
    public enum IPSRXIDX: KeptRegister { public static let entry = Entry("IPsec Receive Index", at: 0x08E00, "8.2.3.14") }
    public enum IPSRXIPADDR: KeptRegister {
        public static let entry = Entry("IPsec Receive Address", at: .at(0x08E04, 4), "8.2.3.14")
    }
    public enum IPSRXSPI: KeptRegister { public static let entry = Entry("IPsec Receive SPI", at: 0x08E14, "8.2.3.14") }
    public enum IPSRXIPIDX: KeptRegister {
        public static let entry = Entry("IPsec Receive SPI Address Index", at: 0x08E18, "8.2.3.14")
    }
    public enum IPSRXKEY: KeptRegister { public static let entry = Entry("IPsec Receive Key", at: .at(0x08E1C, 4), "8.2.3.14") }
    public enum IPSRXSALT: KeptRegister { public static let entry = Entry("IPsec Receive Salt", at: 0x08E2C, "8.2.3.14") }
    public enum IPSRXMOD: KeptRegister { public static let entry = Entry("IPsec Receive Mode", at: 0x08E30, "8.2.3.14") }
    public enum TSYNCTXCTL: KeptRegister {
        public static let entry = Entry("Transmit Time Sync Control", at: 0x08C00, "8.2.3.26")
    }
    public enum TXSTMPL: KeptRegister { public static let entry = Entry("Transmit Time Stamp Low", at: 0x08C04, "8.2.3.26") }
    public enum TXSTMPH: KeptRegister { public static let entry = Entry("Transmit Time Stamp High", at: 0x08C08, "8.2.3.26") }
    public enum SYSTIML: KeptRegister { public static let entry = Entry("System Time Low", at: 0x08C0C, "8.2.3.26") }
    public enum SYSTIMH: KeptRegister { public static let entry = Entry("System Time High", at: 0x08C10, "8.2.3.26") }
    public enum TIMINCA: KeptRegister { public static let entry = Entry("Time Increment Attributes", at: 0x08C14, "8.2.3.26") }
    public enum TSAUXC: KeptRegister { public static let entry = Entry("Time Sync Auxiliary Control", at: 0x08C20, "8.2.3.26") }
    public enum TSYNCRXCTL: KeptRegister {
        public static let entry = Entry("Receive Time Sync Control", at: 0x05188, "8.2.3.26")
    }
    public enum RXMTRL: KeptRegister { public static let entry = Entry("Receive Message Type", at: 0x05120, "8.2.3.26") }
    public enum RXSTMPL: KeptRegister { public static let entry = Entry("Receive Time Stamp Low", at: 0x051E8, "8.2.3.26") }
    public enum RXSTMPH: KeptRegister { public static let entry = Entry("Receive Time Stamp High", at: 0x051A4, "8.2.3.26") }
}
