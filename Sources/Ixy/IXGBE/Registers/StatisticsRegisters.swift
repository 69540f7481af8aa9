package import IxyHardware

// Statistics (82599 §8.2.3.23). A counter of more than 32 bits is read low half first.
extension IXGBERegisters {
    package enum CRCERRS: StatisticsRegister { package static let entry = Entry("CRC Errors", at: 0x04000) }
    package enum ILLERRC: StatisticsRegister { package static let entry = Entry("Illegal Bytes", at: 0x04004) }
    package enum ERRBC: StatisticsRegister { package static let entry = Entry("Error Bytes", at: 0x04008) }
    package enum RLEC: StatisticsRegister { package static let entry = Entry("Receive Length Errors", at: 0x04040) }
    package enum RUC: StatisticsRegister { package static let entry = Entry("Receive Undersize", at: 0x040A4) }
    package enum RFC: StatisticsRegister { package static let entry = Entry("Receive Fragments", at: 0x040A8) }
    package enum ROC: StatisticsRegister { package static let entry = Entry("Receive Oversize", at: 0x040AC) }
    package enum RJC: StatisticsRegister { package static let entry = Entry("Receive Jabber", at: 0x040B0) }
    package enum GPRC: StatisticsRegister { package static let entry = Entry("Good Packets Received", at: 0x04074) }
    package enum BPRC: StatisticsRegister { package static let entry = Entry("Broadcast Packets Received", at: 0x04078) }
    package enum MPRC: StatisticsRegister { package static let entry = Entry("Multicast Packets Received", at: 0x0407C) }
    package enum GPTC: StatisticsRegister { package static let entry = Entry("Good Packets Transmitted", at: 0x04080) }
    package enum GORCL: StatisticsRegister { package static let entry = Entry("Good Octets Received, low", at: 0x04088) }
    package enum GORCH: StatisticsRegister {
        package static let entry = Entry("Good Octets Received, high", at: 0x0408C)
        package static let width = 4
    }
    package enum GOTCL: StatisticsRegister { package static let entry = Entry("Good Octets Transmitted, low", at: 0x04090) }
    package enum GOTCH: StatisticsRegister {
        package static let entry = Entry("Good Octets Transmitted, high", at: 0x04094)
        package static let width = 4
    }
    package enum TORL: StatisticsRegister { package static let entry = Entry("Total Octets Received, low", at: 0x040C0) }
    package enum TORH: StatisticsRegister {
        package static let entry = Entry("Total Octets Received, high", at: 0x040C4)
        package static let width = 4
    }
    package enum TPR: StatisticsRegister { package static let entry = Entry("Total Packets Received", at: 0x040D0) }
    package enum TPT: StatisticsRegister { package static let entry = Entry("Total Packets Transmitted", at: 0x040D4) }
    package enum MPTC: StatisticsRegister { package static let entry = Entry("Multicast Packets Transmitted", at: 0x040F0) }
    package enum BPTC: StatisticsRegister { package static let entry = Entry("Broadcast Packets Transmitted", at: 0x040F4) }
    package enum RXDGPC: StatisticsRegister { package static let entry = Entry("DMA Good Packets Received", at: 0x02F50) }
    package enum TXDGPC: StatisticsRegister { package static let entry = Entry("DMA Good Packets Transmitted", at: 0x087A0) }
    package enum PRC64: StatisticsRegister { package static let entry = Entry("Packets Received of 64 bytes", at: 0x0405C) }
    package enum PRC127: StatisticsRegister {
        package static let entry = Entry("Packets Received of 65 to 127 bytes", at: 0x04060)
    }
    package enum PRC255: StatisticsRegister {
        package static let entry = Entry("Packets Received of 128 to 255 bytes", at: 0x04064)
    }
    package enum PRC511: StatisticsRegister {
        package static let entry = Entry("Packets Received of 256 to 511 bytes", at: 0x04068)
    }
    package enum PRC1023: StatisticsRegister {
        package static let entry = Entry("Packets Received of 512 to 1023 bytes", at: 0x0406C)
    }
    package enum PRC1522: StatisticsRegister {
        package static let entry = Entry("Packets Received of 1024 bytes and more", at: 0x04070)
    }
    package enum PTC64: StatisticsRegister { package static let entry = Entry("Packets Transmitted of 64 bytes", at: 0x040D8) }
    package enum PTC127: StatisticsRegister {
        package static let entry = Entry("Packets Transmitted of 65 to 127 bytes", at: 0x040DC)
    }
    package enum PTC255: StatisticsRegister {
        package static let entry = Entry("Packets Transmitted of 128 to 255 bytes", at: 0x040E0)
    }
    package enum PTC511: StatisticsRegister {
        package static let entry = Entry("Packets Transmitted of 256 to 511 bytes", at: 0x040E4)
    }
    package enum PTC1023: StatisticsRegister {
        package static let entry = Entry("Packets Transmitted of 512 to 1023 bytes", at: 0x040E8)
    }
    package enum PTC1522: StatisticsRegister {
        package static let entry = Entry("Packets Transmitted of 1024 bytes and more", at: 0x040EC)
    }
    package enum MPC: StatisticsRegister {
        package static let entry = Entry("Missed Packets, of each packet buffer", at: .at(0x03FA0, 8))
    }
    package enum QPRC: StatisticsRegister {
        package static let entry = Entry("Packets Received of a counter set", at: .at(0x01030, 16, every: 0x40))
    }
    package enum QPRDC: StatisticsRegister {
        package static let entry = Entry("Packets Dropped of a counter set", at: .at(0x01430, 16, every: 0x40))
    }
    package enum QBRCL: StatisticsRegister {
        package static let entry = Entry("Bytes Received of a counter set, low", at: .at(0x01034, 16, every: 0x40))
    }
    package enum QBRCH: StatisticsRegister {
        package static let entry = Entry("Bytes Received of a counter set, high", at: .at(0x01038, 16, every: 0x40))
        package static let width = 4
    }
    package enum QPTC: StatisticsRegister {
        package static let entry = Entry("Packets Transmitted of a counter set", at: .at(0x08680, 16),
            aliases: .at(0x06030, 16, every: 0x40))
    }
    package enum QBTCL: StatisticsRegister {
        package static let entry = Entry("Bytes Transmitted of a counter set, low", at: .at(0x08700, 16, every: 8))
    }
    package enum QBTCH: StatisticsRegister {
        package static let entry = Entry("Bytes Transmitted of a counter set, high", at: .at(0x08704, 16, every: 8))
        package static let width = 4
    }
    package enum RQSMR: ReadWriteRegister {
        package static let entry = Entry("Receive Queue Statistic Mapping, four queues each", at: .at(0x02300, 32),
            "8.2.3.23")
        package static let set0 = F("Q_MAP[0]", 0...3), set1 = F("Q_MAP[1]", 8...11), set2 = F("Q_MAP[2]", 16...19),
            set3 = F("Q_MAP[3]", 24...27), fields = list(set0, set1, set2, set3)
    }

    package enum TQSM: ReadWriteRegister {
        package static let entry = Entry("Transmit Queue Statistic Mapping, four queues each", at: .at(0x08600, 32),
            "8.2.3.23")
        package static let set0 = F("Q_MAP[0]", 0...3), set1 = F("Q_MAP[1]", 8...11), set2 = F("Q_MAP[2]", 16...19),
            set3 = F("Q_MAP[3]", 24...27), fields = list(set0, set1, set2, set3)
    }
}

/// A counter that reading sets to zero. (82599 §8.2.3.23)
package protocol StatisticsRegister: ReadableRegister {
    /// The counter's bits, from bit 0 on.
    static var width: Int { get }
}

extension StatisticsRegister {
    package static var access: RegisterAccess { .clearOnRead }
    package static var width: Int { 32 }
    package static var value: Field<Self> { Field("Count", 0...width - 1) }
    package static var fields: [FieldDescription] { [value.description] }
}
