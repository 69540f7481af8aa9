import IxyHardware

// Counters that only other drivers look at. (82599 §8.2.3.23)
extension IXGBERegisters {
    public enum MSPDC: StatisticsRegister { public static let entry = Entry("MAC Short Packet Discards", at: 0x04010) }
    public enum MLFC: StatisticsRegister { public static let entry = Entry("MAC Local Faults", at: 0x04034) }
    public enum MRFC: StatisticsRegister { public static let entry = Entry("MAC Remote Faults", at: 0x04038) }
    public enum LXONTXC: StatisticsRegister { public static let entry = Entry("Link XON Transmitted", at: 0x03F60) }
    public enum LXOFFTXC: StatisticsRegister { public static let entry = Entry("Link XOFF Transmitted", at: 0x03F68) }
    public enum LXONRXCNT: StatisticsRegister { public static let entry = Entry("Link XON Received", at: 0x041A4) }
    public enum LXOFFRXCNT: StatisticsRegister { public static let entry = Entry("Link XOFF Received", at: 0x041A8) }
    public enum PXONTXC: StatisticsRegister { public static let entry = Entry("Priority XON Transmitted", at: .at(0x03F00, 8)) }
    public enum PXOFFTXC: StatisticsRegister {
        public static let entry = Entry("Priority XOFF Transmitted", at: .at(0x03F20, 8))
    }
    public enum PXONRXCNT: StatisticsRegister { public static let entry = Entry("Priority XON Received", at: .at(0x04140, 8)) }
    public enum PXOFFRXCNT: StatisticsRegister {
        public static let entry = Entry("Priority XOFF Received", at: .at(0x04160, 8))
    }
    public enum PXON2OFFCNT: StatisticsRegister { public static let entry = Entry("Priority XON to XOFF", at: .at(0x03240, 8)) }
    public enum MNGPRC: StatisticsRegister { public static let entry = Entry("Management Packets Received", at: 0x040B4) }
    public enum MNGPDC: StatisticsRegister { public static let entry = Entry("Management Packets Dropped", at: 0x040B8) }
    public enum MNGPTC: StatisticsRegister { public static let entry = Entry("Management Packets Transmitted", at: 0x0CF90) }
    public enum XEC: StatisticsRegister { public static let entry = Entry("Checksum Errors", at: 0x04120) }
    public enum FCCRC: StatisticsRegister { public static let entry = Entry("FCoE CRC Errors", at: 0x05118) }
    public enum FCOERPDC: StatisticsRegister { public static let entry = Entry("FCoE Packets Dropped", at: 0x0241C) }
    public enum FCLAST: StatisticsRegister { public static let entry = Entry("FCoE Last Errors", at: 0x02424) }
    public enum FCOEPRC: StatisticsRegister { public static let entry = Entry("FCoE Packets Received", at: 0x02428) }
    public enum FCOEDWRC: StatisticsRegister { public static let entry = Entry("FCoE Words Received", at: 0x0242C) }
    public enum FCOEPTC: StatisticsRegister { public static let entry = Entry("FCoE Packets Transmitted", at: 0x08784) }
    public enum FCOEDWTC: StatisticsRegister { public static let entry = Entry("FCoE Words Transmitted", at: 0x08788) }
    public enum SSVPC: StatisticsRegister { public static let entry = Entry("Switch Security Violations", at: 0x08780) }
}
