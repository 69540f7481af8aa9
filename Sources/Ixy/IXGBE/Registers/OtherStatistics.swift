import IxyHardware

// Counters that only other drivers look at. (82599 §8.2.3.23)
extension IXGBERegisters {
    package enum MSPDC: StatisticsRegister { package static let entry = Entry("MAC Short Packet Discards", at: 0x04010) }
    package enum MLFC: StatisticsRegister { package static let entry = Entry("MAC Local Faults", at: 0x04034) }
    package enum MRFC: StatisticsRegister { package static let entry = Entry("MAC Remote Faults", at: 0x04038) }
    package enum LXONTXC: StatisticsRegister { package static let entry = Entry("Link XON Transmitted", at: 0x03F60) }
    package enum LXOFFTXC: StatisticsRegister { package static let entry = Entry("Link XOFF Transmitted", at: 0x03F68) }
    package enum LXONRXCNT: StatisticsRegister { package static let entry = Entry("Link XON Received", at: 0x041A4) }
    package enum LXOFFRXCNT: StatisticsRegister { package static let entry = Entry("Link XOFF Received", at: 0x041A8) }
    package enum PXONTXC: StatisticsRegister { package static let entry = Entry("Priority XON Transmitted", at: .at(0x03F00, 8)) }
    package enum PXOFFTXC: StatisticsRegister {
        package static let entry = Entry("Priority XOFF Transmitted", at: .at(0x03F20, 8))
    }
    package enum PXONRXCNT: StatisticsRegister { package static let entry = Entry("Priority XON Received", at: .at(0x04140, 8)) }
    package enum PXOFFRXCNT: StatisticsRegister {
        package static let entry = Entry("Priority XOFF Received", at: .at(0x04160, 8))
    }
    package enum PXON2OFFCNT: StatisticsRegister { package static let entry = Entry("Priority XON to XOFF", at: .at(0x03240, 8)) }
    package enum MNGPRC: StatisticsRegister { package static let entry = Entry("Management Packets Received", at: 0x040B4) }
    package enum MNGPDC: StatisticsRegister { package static let entry = Entry("Management Packets Dropped", at: 0x040B8) }
    package enum MNGPTC: StatisticsRegister { package static let entry = Entry("Management Packets Transmitted", at: 0x0CF90) }
    package enum XEC: StatisticsRegister { package static let entry = Entry("Checksum Errors", at: 0x04120) }
    package enum FCCRC: StatisticsRegister { package static let entry = Entry("FCoE CRC Errors", at: 0x05118) }
    package enum FCOERPDC: StatisticsRegister { package static let entry = Entry("FCoE Packets Dropped", at: 0x0241C) }
    package enum FCLAST: StatisticsRegister { package static let entry = Entry("FCoE Last Errors", at: 0x02424) }
    package enum FCOEPRC: StatisticsRegister { package static let entry = Entry("FCoE Packets Received", at: 0x02428) }
    package enum FCOEDWRC: StatisticsRegister { package static let entry = Entry("FCoE Words Received", at: 0x0242C) }
    package enum FCOEPTC: StatisticsRegister { package static let entry = Entry("FCoE Packets Transmitted", at: 0x08784) }
    package enum FCOEDWTC: StatisticsRegister { package static let entry = Entry("FCoE Words Transmitted", at: 0x08788) }
    package enum SSVPC: StatisticsRegister { package static let entry = Entry("Switch Security Violations", at: 0x08780) }
}
