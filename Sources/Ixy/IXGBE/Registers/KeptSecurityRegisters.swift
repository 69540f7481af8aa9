import IxyHardware

// Security and time stamps, which Linux's driver clears. (82599 §8.2.3.12 to §8.2.3.14, §8.2.3.26)
extension IXGBERegisters {
    /// Security Transmit Control. (82599 §8.2.3.12.1)
    public enum SECTXCTRL: KeptRegister {
        public static let summary = "Security Transmit Control"
        public static let section = "8.2.3.12.1"
        public static func offset(_: Int) -> Int { 0x08800 }
    }
    /// Security Transmit Status. (82599 §8.2.3.12.2)
    public enum SECTXSTAT: KeptRegister {
        public static let summary = "Security Transmit Status"
        public static let section = "8.2.3.12.2"
        public static func offset(_: Int) -> Int { 0x08804 }
    }
    /// Security Transmit Buffer Almost Full. (82599 §8.2.3.12.3)
    public enum SECTXBUFFAF: KeptRegister {
        public static let summary = "Security Transmit Buffer Almost Full"
        public static let section = "8.2.3.12.3"
        public static func offset(_: Int) -> Int { 0x08808 }
    }
    /// Security Transmit Buffer Minimum IFG. (82599 §8.2.3.12.4)
    public enum SECTXMINIFG: KeptRegister {
        public static let summary = "Security Transmit Buffer Minimum IFG"
        public static let section = "8.2.3.12.4"
        public static func offset(_: Int) -> Int { 0x08810 }
    }
    /// LinkSec Transmit Capabilities. (82599 §8.2.3.13)
    public enum LSECTXCAP: KeptRegister {
        public static let summary = "LinkSec Transmit Capabilities"
        public static let section = "8.2.3.13"
        public static func offset(_: Int) -> Int { 0x08A00 }
    }
    /// LinkSec Transmit Control. (82599 §8.2.3.13)
    public enum LSECTXCTRL: KeptRegister {
        public static let summary = "LinkSec Transmit Control"
        public static let section = "8.2.3.13"
        public static func offset(_: Int) -> Int { 0x08A04 }
    }
    /// LinkSec Receive Capabilities. (82599 §8.2.3.13)
    public enum LSECRXCAP: KeptRegister {
        public static let summary = "LinkSec Receive Capabilities"
        public static let section = "8.2.3.13"
        public static func offset(_: Int) -> Int { 0x08F00 }
    }
    /// LinkSec Receive Control. (82599 §8.2.3.13)
    public enum LSECRXCTRL: KeptRegister {
        public static let summary = "LinkSec Receive Control"
        public static let section = "8.2.3.13"
        public static func offset(_: Int) -> Int { 0x08F04 }
    }
    /// IPsec Transmit Index. (82599 §8.2.3.14)
    public enum IPSTXIDX: KeptRegister {
        public static let summary = "IPsec Transmit Index"
        public static let section = "8.2.3.14"
        public static func offset(_: Int) -> Int { 0x08900 }
    }
    /// IPsec Transmit Salt. (82599 §8.2.3.14)
    public enum IPSTXSALT: KeptRegister {
        public static let summary = "IPsec Transmit Salt"
        public static let section = "8.2.3.14"
        public static func offset(_: Int) -> Int { 0x08904 }
    }
    /// IPsec Transmit Key. (82599 §8.2.3.14)
    public enum IPSTXKEY: KeptRegister {
        public static let summary = "IPsec Transmit Key"
        public static let section = "8.2.3.14"
        public static let count = 4
        public static func offset(_ index: Int) -> Int { 0x08908 + 4 * index }
    }
    /// IPsec Receive Index. (82599 §8.2.3.14)
    public enum IPSRXIDX: KeptRegister {
        public static let summary = "IPsec Receive Index"
        public static let section = "8.2.3.14"
        public static func offset(_: Int) -> Int { 0x08E00 }
    }
    /// IPsec Receive Address. (82599 §8.2.3.14)
    public enum IPSRXIPADDR: KeptRegister {
        public static let summary = "IPsec Receive Address"
        public static let section = "8.2.3.14"
        public static let count = 4
        public static func offset(_ index: Int) -> Int { 0x08E04 + 4 * index }
    }
    /// IPsec Receive SPI. (82599 §8.2.3.14)
    public enum IPSRXSPI: KeptRegister {
        public static let summary = "IPsec Receive SPI"
        public static let section = "8.2.3.14"
        public static func offset(_: Int) -> Int { 0x08E14 }
    }
    /// IPsec Receive SPI Address Index. (82599 §8.2.3.14)
    public enum IPSRXIPIDX: KeptRegister {
        public static let summary = "IPsec Receive SPI Address Index"
        public static let section = "8.2.3.14"
        public static func offset(_: Int) -> Int { 0x08E18 }
    }
    /// IPsec Receive Key. (82599 §8.2.3.14)
    public enum IPSRXKEY: KeptRegister {
        public static let summary = "IPsec Receive Key"
        public static let section = "8.2.3.14"
        public static let count = 4
        public static func offset(_ index: Int) -> Int { 0x08E1C + 4 * index }
    }
    /// IPsec Receive Salt. (82599 §8.2.3.14)
    public enum IPSRXSALT: KeptRegister {
        public static let summary = "IPsec Receive Salt"
        public static let section = "8.2.3.14"
        public static func offset(_: Int) -> Int { 0x08E2C }
    }
    /// IPsec Receive Mode. (82599 §8.2.3.14)
    public enum IPSRXMOD: KeptRegister {
        public static let summary = "IPsec Receive Mode"
        public static let section = "8.2.3.14"
        public static func offset(_: Int) -> Int { 0x08E30 }
    }
    /// Transmit Time Sync Control. (82599 §8.2.3.26)
    public enum TSYNCTXCTL: KeptRegister {
        public static let summary = "Transmit Time Sync Control"
        public static let section = "8.2.3.26"
        public static func offset(_: Int) -> Int { 0x08C00 }
    }
    /// Transmit Time Stamp Low. (82599 §8.2.3.26)
    public enum TXSTMPL: KeptRegister {
        public static let summary = "Transmit Time Stamp Low"
        public static let section = "8.2.3.26"
        public static func offset(_: Int) -> Int { 0x08C04 }
    }
    /// Transmit Time Stamp High. (82599 §8.2.3.26)
    public enum TXSTMPH: KeptRegister {
        public static let summary = "Transmit Time Stamp High"
        public static let section = "8.2.3.26"
        public static func offset(_: Int) -> Int { 0x08C08 }
    }
    /// System Time Low. (82599 §8.2.3.26)
    public enum SYSTIML: KeptRegister {
        public static let summary = "System Time Low"
        public static let section = "8.2.3.26"
        public static func offset(_: Int) -> Int { 0x08C0C }
    }
    /// System Time High. (82599 §8.2.3.26)
    public enum SYSTIMH: KeptRegister {
        public static let summary = "System Time High"
        public static let section = "8.2.3.26"
        public static func offset(_: Int) -> Int { 0x08C10 }
    }
    /// Time Increment Attributes. (82599 §8.2.3.26)
    public enum TIMINCA: KeptRegister {
        public static let summary = "Time Increment Attributes"
        public static let section = "8.2.3.26"
        public static func offset(_: Int) -> Int { 0x08C14 }
    }
    /// Time Sync Auxiliary Control. (82599 §8.2.3.26)
    public enum TSAUXC: KeptRegister {
        public static let summary = "Time Sync Auxiliary Control"
        public static let section = "8.2.3.26"
        public static func offset(_: Int) -> Int { 0x08C20 }
    }
    /// Receive Time Sync Control. (82599 §8.2.3.26)
    public enum TSYNCRXCTL: KeptRegister {
        public static let summary = "Receive Time Sync Control"
        public static let section = "8.2.3.26"
        public static func offset(_: Int) -> Int { 0x05188 }
    }
    /// Receive Message Type. (82599 §8.2.3.26)
    public enum RXMTRL: KeptRegister {
        public static let summary = "Receive Message Type"
        public static let section = "8.2.3.26"
        public static func offset(_: Int) -> Int { 0x05120 }
    }
    /// Receive Time Stamp Low. (82599 §8.2.3.26)
    public enum RXSTMPL: KeptRegister {
        public static let summary = "Receive Time Stamp Low"
        public static let section = "8.2.3.26"
        public static func offset(_: Int) -> Int { 0x051E8 }
    }
    /// Receive Time Stamp High. (82599 §8.2.3.26)
    public enum RXSTMPH: KeptRegister {
        public static let summary = "Receive Time Stamp High"
        public static let section = "8.2.3.26"
        public static func offset(_: Int) -> Int { 0x051A4 }
    }
}
