public import IxyHardware

/// A counter that reading sets to zero. (82599 §8.2.3.23)
public protocol StatisticsRegister: ReadableRegister {
    /// The counter's bits, from bit 0 on.
    static var width: Int { get }
}

extension StatisticsRegister {
    public static var name: String { "\(Self.self)" }
    public static var section: String { "8.2.3.23" }
    public static var access: RegisterAccess { .clearOnRead }
    public static var width: Int { 32 }
    public static var value: Field<Self> { Field("Count", 0...width - 1) }
    public static var fields: [FieldDescription] { [value.description] }
}

// Statistics (82599 §8.2.3.23). A counter of more than 32 bits is read low half first.
extension IXGBERegisters {
    /// CRC Errors.
    public enum CRCERRS: StatisticsRegister {
        public static let summary = "CRC Errors"
        public static func offset(_: Int) -> Int { 0x04000 }
    }
    /// Illegal Bytes.
    public enum ILLERRC: StatisticsRegister {
        public static let summary = "Illegal Bytes"
        public static func offset(_: Int) -> Int { 0x04004 }
    }
    /// Error Bytes.
    public enum ERRBC: StatisticsRegister {
        public static let summary = "Error Bytes"
        public static func offset(_: Int) -> Int { 0x04008 }
    }
    /// Receive Length Errors.
    public enum RLEC: StatisticsRegister {
        public static let summary = "Receive Length Errors"
        public static func offset(_: Int) -> Int { 0x04040 }
    }
    /// Receive Undersize.
    public enum RUC: StatisticsRegister {
        public static let summary = "Receive Undersize"
        public static func offset(_: Int) -> Int { 0x040A4 }
    }
    /// Receive Fragments.
    public enum RFC: StatisticsRegister {
        public static let summary = "Receive Fragments"
        public static func offset(_: Int) -> Int { 0x040A8 }
    }
    /// Receive Oversize.
    public enum ROC: StatisticsRegister {
        public static let summary = "Receive Oversize"
        public static func offset(_: Int) -> Int { 0x040AC }
    }
    /// Receive Jabber.
    public enum RJC: StatisticsRegister {
        public static let summary = "Receive Jabber"
        public static func offset(_: Int) -> Int { 0x040B0 }
    }
    /// Good Packets Received.
    public enum GPRC: StatisticsRegister {
        public static let summary = "Good Packets Received"
        public static func offset(_: Int) -> Int { 0x04074 }
    }
    /// Broadcast Packets Received.
    public enum BPRC: StatisticsRegister {
        public static let summary = "Broadcast Packets Received"
        public static func offset(_: Int) -> Int { 0x04078 }
    }
    /// Multicast Packets Received.
    public enum MPRC: StatisticsRegister {
        public static let summary = "Multicast Packets Received"
        public static func offset(_: Int) -> Int { 0x0407C }
    }
    /// Good Packets Transmitted.
    public enum GPTC: StatisticsRegister {
        public static let summary = "Good Packets Transmitted"
        public static func offset(_: Int) -> Int { 0x04080 }
    }
    /// Good Octets Received, low.
    public enum GORCL: StatisticsRegister {
        public static let summary = "Good Octets Received, low"
        public static func offset(_: Int) -> Int { 0x04088 }
    }
    /// Good Octets Received, high.
    public enum GORCH: StatisticsRegister {
        public static let summary = "Good Octets Received, high"
        public static let width = 4
        public static func offset(_: Int) -> Int { 0x0408C }
    }
    /// Good Octets Transmitted, low.
    public enum GOTCL: StatisticsRegister {
        public static let summary = "Good Octets Transmitted, low"
        public static func offset(_: Int) -> Int { 0x04090 }
    }
    /// Good Octets Transmitted, high.
    public enum GOTCH: StatisticsRegister {
        public static let summary = "Good Octets Transmitted, high"
        public static let width = 4
        public static func offset(_: Int) -> Int { 0x04094 }
    }
    /// Total Octets Received, low.
    public enum TORL: StatisticsRegister {
        public static let summary = "Total Octets Received, low"
        public static func offset(_: Int) -> Int { 0x040C0 }
    }
    /// Total Octets Received, high.
    public enum TORH: StatisticsRegister {
        public static let summary = "Total Octets Received, high"
        public static let width = 4
        public static func offset(_: Int) -> Int { 0x040C4 }
    }
    /// Total Packets Received.
    public enum TPR: StatisticsRegister {
        public static let summary = "Total Packets Received"
        public static func offset(_: Int) -> Int { 0x040D0 }
    }
    /// Total Packets Transmitted.
    public enum TPT: StatisticsRegister {
        public static let summary = "Total Packets Transmitted"
        public static func offset(_: Int) -> Int { 0x040D4 }
    }
    /// Multicast Packets Transmitted.
    public enum MPTC: StatisticsRegister {
        public static let summary = "Multicast Packets Transmitted"
        public static func offset(_: Int) -> Int { 0x040F0 }
    }
    /// Broadcast Packets Transmitted.
    public enum BPTC: StatisticsRegister {
        public static let summary = "Broadcast Packets Transmitted"
        public static func offset(_: Int) -> Int { 0x040F4 }
    }
    /// DMA Good Packets Received.
    public enum RXDGPC: StatisticsRegister {
        public static let summary = "DMA Good Packets Received"
        public static func offset(_: Int) -> Int { 0x02F50 }
    }
    /// DMA Good Packets Transmitted.
    public enum TXDGPC: StatisticsRegister {
        public static let summary = "DMA Good Packets Transmitted"
        public static func offset(_: Int) -> Int { 0x087A0 }
    }
    /// Packets Received of 64 bytes.
    public enum PRC64: StatisticsRegister {
        public static let summary = "Packets Received of 64 bytes"
        public static func offset(_: Int) -> Int { 0x0405C }
    }
    /// Packets Received of 65 to 127 bytes.
    public enum PRC127: StatisticsRegister {
        public static let summary = "Packets Received of 65 to 127 bytes"
        public static func offset(_: Int) -> Int { 0x04060 }
    }
    /// Packets Received of 128 to 255 bytes.
    public enum PRC255: StatisticsRegister {
        public static let summary = "Packets Received of 128 to 255 bytes"
        public static func offset(_: Int) -> Int { 0x04064 }
    }
    /// Packets Received of 256 to 511 bytes.
    public enum PRC511: StatisticsRegister {
        public static let summary = "Packets Received of 256 to 511 bytes"
        public static func offset(_: Int) -> Int { 0x04068 }
    }
    /// Packets Received of 512 to 1023 bytes.
    public enum PRC1023: StatisticsRegister {
        public static let summary = "Packets Received of 512 to 1023 bytes"
        public static func offset(_: Int) -> Int { 0x0406C }
    }
    /// Packets Received of 1024 bytes and more.
    public enum PRC1522: StatisticsRegister {
        public static let summary = "Packets Received of 1024 bytes and more"
        public static func offset(_: Int) -> Int { 0x04070 }
    }
    /// Packets Transmitted of 64 bytes.
    public enum PTC64: StatisticsRegister {
        public static let summary = "Packets Transmitted of 64 bytes"
        public static func offset(_: Int) -> Int { 0x040D8 }
    }
    /// Packets Transmitted of 65 to 127 bytes.
    public enum PTC127: StatisticsRegister {
        public static let summary = "Packets Transmitted of 65 to 127 bytes"
        public static func offset(_: Int) -> Int { 0x040DC }
    }
    /// Packets Transmitted of 128 to 255 bytes.
    public enum PTC255: StatisticsRegister {
        public static let summary = "Packets Transmitted of 128 to 255 bytes"
        public static func offset(_: Int) -> Int { 0x040E0 }
    }
    /// Packets Transmitted of 256 to 511 bytes.
    public enum PTC511: StatisticsRegister {
        public static let summary = "Packets Transmitted of 256 to 511 bytes"
        public static func offset(_: Int) -> Int { 0x040E4 }
    }
    /// Packets Transmitted of 512 to 1023 bytes.
    public enum PTC1023: StatisticsRegister {
        public static let summary = "Packets Transmitted of 512 to 1023 bytes"
        public static func offset(_: Int) -> Int { 0x040E8 }
    }
    /// Packets Transmitted of 1024 bytes and more.
    public enum PTC1522: StatisticsRegister {
        public static let summary = "Packets Transmitted of 1024 bytes and more"
        public static func offset(_: Int) -> Int { 0x040EC }
    }
    /// Missed Packets, of each packet buffer.
    public enum MPC: StatisticsRegister {
        public static let summary = "Missed Packets, of each packet buffer"
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x03FA0 + 4 * index }
    }
    /// Packets Received of a counter set.
    public enum QPRC: StatisticsRegister {
        public static let summary = "Packets Received of a counter set"
        public static let count = 16
        public static func offset(_ index: Int) -> Int { 0x01030 + 0x40 * index }
    }
    /// Packets Dropped of a counter set.
    public enum QPRDC: StatisticsRegister {
        public static let summary = "Packets Dropped of a counter set"
        public static let count = 16
        public static func offset(_ index: Int) -> Int { 0x01430 + 0x40 * index }
    }
    /// Bytes Received of a counter set, low.
    public enum QBRCL: StatisticsRegister {
        public static let summary = "Bytes Received of a counter set, low"
        public static let count = 16
        public static func offset(_ index: Int) -> Int { 0x01034 + 0x40 * index }
    }
    /// Bytes Received of a counter set, high.
    public enum QBRCH: StatisticsRegister {
        public static let summary = "Bytes Received of a counter set, high"
        public static let width = 4
        public static let count = 16
        public static func offset(_ index: Int) -> Int { 0x01038 + 0x40 * index }
    }
    /// Packets Transmitted of a counter set.
    public enum QPTC: StatisticsRegister {
        public static let summary = "Packets Transmitted of a counter set"
        public static let count = 16
        public static func offset(_ index: Int) -> Int { 0x08680 + 4 * index }
        public static func aliases(_ index: Int) -> [Int] { [0x06030 + 0x40 * index] }
    }
    /// Bytes Transmitted of a counter set, low.
    public enum QBTCL: StatisticsRegister {
        public static let summary = "Bytes Transmitted of a counter set, low"
        public static let count = 16
        public static func offset(_ index: Int) -> Int { 0x08700 + 8 * index }
    }
    /// Bytes Transmitted of a counter set, high.
    public enum QBTCH: StatisticsRegister {
        public static let summary = "Bytes Transmitted of a counter set, high"
        public static let width = 4
        public static let count = 16
        public static func offset(_ index: Int) -> Int { 0x08704 + 8 * index }
    }
    /// Receive Queue Statistic Mapping, four queues each. (82599 §8.2.3.23)
    public enum RQSMR: ReadableRegister, WritableRegister {
        public static let name = "RQSMR"
        public static let summary = "Receive Queue Statistic Mapping, four queues each"
        public static let section = "8.2.3.23"
        public static let access = RegisterAccess.readWrite
        public static let count = 32
        public static func offset(_ index: Int) -> Int { 0x02300 + 4 * index }
        public static let set0 = Field<RQSMR>("Q_MAP[0]", 0...3)
        public static let set1 = Field<RQSMR>("Q_MAP[1]", 8...11)
        public static let set2 = Field<RQSMR>("Q_MAP[2]", 16...19)
        public static let set3 = Field<RQSMR>("Q_MAP[3]", 24...27)
        public static let fields = [set0, set1, set2, set3].map(\.description)
    }

    /// Transmit Queue Statistic Mapping, four queues each. (82599 §8.2.3.23)
    public enum TQSM: ReadableRegister, WritableRegister {
        public static let name = "TQSM"
        public static let summary = "Transmit Queue Statistic Mapping, four queues each"
        public static let section = "8.2.3.23"
        public static let access = RegisterAccess.readWrite
        public static let count = 32
        public static func offset(_ index: Int) -> Int { 0x08600 + 4 * index }
        public static let set0 = Field<TQSM>("Q_MAP[0]", 0...3)
        public static let set1 = Field<TQSM>("Q_MAP[1]", 8...11)
        public static let set2 = Field<TQSM>("Q_MAP[2]", 16...19)
        public static let set3 = Field<TQSM>("Q_MAP[3]", 24...27)
        public static let fields = [set0, set1, set2, set3].map(\.description)
    }
}
