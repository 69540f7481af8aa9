import IxyHardware

// Counters that only other drivers look at. (82599 §8.2.3.23)
extension IXGBERegisters {
    /// MAC Short Packet Discards.
    public enum MSPDC: StatisticsRegister {
        public static let summary = "MAC Short Packet Discards"
        public static func offset(_: Int) -> Int { 0x04010 }
    }
    /// MAC Local Faults.
    public enum MLFC: StatisticsRegister {
        public static let summary = "MAC Local Faults"
        public static func offset(_: Int) -> Int { 0x04034 }
    }
    /// MAC Remote Faults.
    public enum MRFC: StatisticsRegister {
        public static let summary = "MAC Remote Faults"
        public static func offset(_: Int) -> Int { 0x04038 }
    }
    /// Link XON Transmitted.
    public enum LXONTXC: StatisticsRegister {
        public static let summary = "Link XON Transmitted"
        public static func offset(_: Int) -> Int { 0x03F60 }
    }
    /// Link XOFF Transmitted.
    public enum LXOFFTXC: StatisticsRegister {
        public static let summary = "Link XOFF Transmitted"
        public static func offset(_: Int) -> Int { 0x03F68 }
    }
    /// Link XON Received.
    public enum LXONRXCNT: StatisticsRegister {
        public static let summary = "Link XON Received"
        public static func offset(_: Int) -> Int { 0x041A4 }
    }
    /// Link XOFF Received.
    public enum LXOFFRXCNT: StatisticsRegister {
        public static let summary = "Link XOFF Received"
        public static func offset(_: Int) -> Int { 0x041A8 }
    }
    /// Priority XON Transmitted.
    public enum PXONTXC: StatisticsRegister {
        public static let summary = "Priority XON Transmitted"
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x03F00 + 4 * index }
    }
    /// Priority XOFF Transmitted.
    public enum PXOFFTXC: StatisticsRegister {
        public static let summary = "Priority XOFF Transmitted"
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x03F20 + 4 * index }
    }
    /// Priority XON Received.
    public enum PXONRXCNT: StatisticsRegister {
        public static let summary = "Priority XON Received"
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x04140 + 4 * index }
    }
    /// Priority XOFF Received.
    public enum PXOFFRXCNT: StatisticsRegister {
        public static let summary = "Priority XOFF Received"
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x04160 + 4 * index }
    }
    /// Priority XON to XOFF.
    public enum PXON2OFFCNT: StatisticsRegister {
        public static let summary = "Priority XON to XOFF"
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x03240 + 4 * index }
    }
    /// Management Packets Received.
    public enum MNGPRC: StatisticsRegister {
        public static let summary = "Management Packets Received"
        public static func offset(_: Int) -> Int { 0x040B4 }
    }
    /// Management Packets Dropped.
    public enum MNGPDC: StatisticsRegister {
        public static let summary = "Management Packets Dropped"
        public static func offset(_: Int) -> Int { 0x040B8 }
    }
    /// Management Packets Transmitted.
    public enum MNGPTC: StatisticsRegister {
        public static let summary = "Management Packets Transmitted"
        public static func offset(_: Int) -> Int { 0x0CF90 }
    }
    /// Checksum Errors.
    public enum XEC: StatisticsRegister {
        public static let summary = "Checksum Errors"
        public static func offset(_: Int) -> Int { 0x04120 }
    }
    /// FCoE CRC Errors.
    public enum FCCRC: StatisticsRegister {
        public static let summary = "FCoE CRC Errors"
        public static func offset(_: Int) -> Int { 0x05118 }
    }
    /// FCoE Packets Dropped.
    public enum FCOERPDC: StatisticsRegister {
        public static let summary = "FCoE Packets Dropped"
        public static func offset(_: Int) -> Int { 0x0241C }
    }
    /// FCoE Last Errors.
    public enum FCLAST: StatisticsRegister {
        public static let summary = "FCoE Last Errors"
        public static func offset(_: Int) -> Int { 0x02424 }
    }
    /// FCoE Packets Received.
    public enum FCOEPRC: StatisticsRegister {
        public static let summary = "FCoE Packets Received"
        public static func offset(_: Int) -> Int { 0x02428 }
    }
    /// FCoE Words Received.
    public enum FCOEDWRC: StatisticsRegister {
        public static let summary = "FCoE Words Received"
        public static func offset(_: Int) -> Int { 0x0242C }
    }
    /// FCoE Packets Transmitted.
    public enum FCOEPTC: StatisticsRegister {
        public static let summary = "FCoE Packets Transmitted"
        public static func offset(_: Int) -> Int { 0x08784 }
    }
    /// FCoE Words Transmitted.
    public enum FCOEDWTC: StatisticsRegister {
        public static let summary = "FCoE Words Transmitted"
        public static func offset(_: Int) -> Int { 0x08788 }
    }
    /// Switch Security Violations.
    public enum SSVPC: StatisticsRegister {
        public static let summary = "Switch Security Violations"
        public static func offset(_: Int) -> Int { 0x08780 }
    }
}
