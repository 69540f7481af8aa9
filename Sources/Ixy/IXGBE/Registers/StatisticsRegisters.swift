public import IxyHardware

// Statistics (82599 §8.2.3.23). A counter of more than 32 bits is read low half first.
extension IXGBERegisters {
    public enum CRCERRS: StatisticsRegister { public static let entry = Entry("CRC Errors", at: 0x04000) }
    public enum ILLERRC: StatisticsRegister { public static let entry = Entry("Illegal Bytes", at: 0x04004) }
    public enum ERRBC: StatisticsRegister { public static let entry = Entry("Error Bytes", at: 0x04008) }
    public enum RLEC: StatisticsRegister { public static let entry = Entry("Receive Length Errors", at: 0x04040) }
    public enum RUC: StatisticsRegister { public static let entry = Entry("Receive Undersize", at: 0x040A4) }
    public enum RFC: StatisticsRegister { public static let entry = Entry("Receive Fragments", at: 0x040A8) }
    public enum ROC: StatisticsRegister { public static let entry = Entry("Receive Oversize", at: 0x040AC) }
    public enum RJC: StatisticsRegister { public static let entry = Entry("Receive Jabber", at: 0x040B0) }
    public enum GPRC: StatisticsRegister { public static let entry = Entry("Good Packets Received", at: 0x04074) }
    public enum BPRC: StatisticsRegister { public static let entry = Entry("Broadcast Packets Received", at: 0x04078) }
    public enum MPRC: StatisticsRegister { public static let entry = Entry("Multicast Packets Received", at: 0x0407C) }
    public enum GPTC: StatisticsRegister { public static let entry = Entry("Good Packets Transmitted", at: 0x04080) }
    public enum GORCL: StatisticsRegister { public static let entry = Entry("Good Octets Received, low", at: 0x04088) }
    public enum GORCH: StatisticsRegister {
        public static let entry = Entry("Good Octets Received, high", at: 0x0408C)
        public static let width = 4
    }
    public enum GOTCL: StatisticsRegister { public static let entry = Entry("Good Octets Transmitted, low", at: 0x04090) }
    public enum GOTCH: StatisticsRegister {
        public static let entry = Entry("Good Octets Transmitted, high", at: 0x04094)
        public static let width = 4
    }
    public enum TORL: StatisticsRegister { public static let entry = Entry("Total Octets Received, low", at: 0x040C0) }
    public enum TORH: StatisticsRegister {
        public static let entry = Entry("Total Octets Received, high", at: 0x040C4)
        public static let width = 4
    }
    public enum TPR: StatisticsRegister { public static let entry = Entry("Total Packets Received", at: 0x040D0) }
    public enum TPT: StatisticsRegister { public static let entry = Entry("Total Packets Transmitted", at: 0x040D4) }
    public enum MPTC: StatisticsRegister { public static let entry = Entry("Multicast Packets Transmitted", at: 0x040F0) }
    public enum BPTC: StatisticsRegister { public static let entry = Entry("Broadcast Packets Transmitted", at: 0x040F4) }
    public enum RXDGPC: StatisticsRegister { public static let entry = Entry("DMA Good Packets Received", at: 0x02F50) }
    public enum TXDGPC: StatisticsRegister { public static let entry = Entry("DMA Good Packets Transmitted", at: 0x087A0) }
    public enum PRC64: StatisticsRegister { public static let entry = Entry("Packets Received of 64 bytes", at: 0x0405C) }
    public enum PRC127: StatisticsRegister {
        public static let entry = Entry("Packets Received of 65 to 127 bytes", at: 0x04060)
    }
    public enum PRC255: StatisticsRegister {
        public static let entry = Entry("Packets Received of 128 to 255 bytes", at: 0x04064)
    }
    public enum PRC511: StatisticsRegister {
        public static let entry = Entry("Packets Received of 256 to 511 bytes", at: 0x04068)
    }
    public enum PRC1023: StatisticsRegister {
        public static let entry = Entry("Packets Received of 512 to 1023 bytes", at: 0x0406C)
    }
    public enum PRC1522: StatisticsRegister {
        public static let entry = Entry("Packets Received of 1024 bytes and more", at: 0x04070)
    }
    public enum PTC64: StatisticsRegister { public static let entry = Entry("Packets Transmitted of 64 bytes", at: 0x040D8) }
    public enum PTC127: StatisticsRegister {
        public static let entry = Entry("Packets Transmitted of 65 to 127 bytes", at: 0x040DC)
    }
    public enum PTC255: StatisticsRegister {
        public static let entry = Entry("Packets Transmitted of 128 to 255 bytes", at: 0x040E0)
    }
    public enum PTC511: StatisticsRegister {
        public static let entry = Entry("Packets Transmitted of 256 to 511 bytes", at: 0x040E4)
    }
    public enum PTC1023: StatisticsRegister {
        public static let entry = Entry("Packets Transmitted of 512 to 1023 bytes", at: 0x040E8)
    }
    public enum PTC1522: StatisticsRegister {
        public static let entry = Entry("Packets Transmitted of 1024 bytes and more", at: 0x040EC)
    }
    public enum MPC: StatisticsRegister {
        public static let entry = Entry("Missed Packets, of each packet buffer", at: .at(0x03FA0, 8))
    }
    public enum QPRC: StatisticsRegister {
        public static let entry = Entry("Packets Received of a counter set", at: .at(0x01030, 16, every: 0x40))
    }
    public enum QPRDC: StatisticsRegister {
        public static let entry = Entry("Packets Dropped of a counter set", at: .at(0x01430, 16, every: 0x40))
    }
    public enum QBRCL: StatisticsRegister {
        public static let entry = Entry("Bytes Received of a counter set, low", at: .at(0x01034, 16, every: 0x40))
    }
    public enum QBRCH: StatisticsRegister {
        public static let entry = Entry("Bytes Received of a counter set, high", at: .at(0x01038, 16, every: 0x40))
        public static let width = 4
    }
    public enum QPTC: StatisticsRegister {
        public static let entry = Entry("Packets Transmitted of a counter set", at: .at(0x08680, 16),
            aliases: .at(0x06030, 16, every: 0x40))
    }
    public enum QBTCL: StatisticsRegister {
        public static let entry = Entry("Bytes Transmitted of a counter set, low", at: .at(0x08700, 16, every: 8))
    }
    public enum QBTCH: StatisticsRegister {
        public static let entry = Entry("Bytes Transmitted of a counter set, high", at: .at(0x08704, 16, every: 8))
        public static let width = 4
    }
    public enum RQSMR: ReadWriteRegister {
        public static let entry = Entry("Receive Queue Statistic Mapping, four queues each", at: .at(0x02300, 32),
            "8.2.3.23")
        public static let set0 = F("Q_MAP[0]", 0...3), set1 = F("Q_MAP[1]", 8...11), set2 = F("Q_MAP[2]", 16...19),
            set3 = F("Q_MAP[3]", 24...27), fields = list(set0, set1, set2, set3)
    }

    public enum TQSM: ReadWriteRegister {
        public static let entry = Entry("Transmit Queue Statistic Mapping, four queues each", at: .at(0x08600, 32),
            "8.2.3.23")
        public static let set0 = F("Q_MAP[0]", 0...3), set1 = F("Q_MAP[1]", 8...11), set2 = F("Q_MAP[2]", 16...19),
            set3 = F("Q_MAP[3]", 24...27), fields = list(set0, set1, set2, set3)
    }
}
