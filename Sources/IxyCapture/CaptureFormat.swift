/// A file format for captured frames.
public enum CaptureFormat: Sendable, Equatable {
    /// The classic format (draft-ietf-opsawg-pcap §4): one interface, no names.
    case pcap(PcapPrecision)
    /// The block format (draft-ietf-opsawg-pcapng §3): several named interfaces in one file.
    case pcapng

    /// Chooses the format by the ending of `path`: `.pcap` the classic format with nanoseconds, all else (and `-`) pcapng.
    public init(suiting path: String) {
        self = path.hasSuffix(".pcap") ? .pcap(.nanoseconds) : .pcapng
    }
}

/// The unit of a classic file's time stamps, which its magic number tells (draft-ietf-opsawg-pcap §4).
public enum PcapPrecision: Sendable, Equatable {
    case microseconds
    case nanoseconds

    /// The first word of the file, in the writer's byte order.
    var magic: UInt32 {
        switch self {
        case .microseconds: 0xA1B2_C3D4
        case .nanoseconds: 0xA1B2_3C4D
        }
    }

    /// Nanoseconds per unit.
    var nanoseconds: UInt64 {
        switch self {
        case .microseconds: 1000
        case .nanoseconds: 1
        }
    }
}

/// The order of the bytes of each number of a file. Both formats use that of the machine that wrote it.
public enum ByteOrder: Sendable, Equatable {
    case littleEndian
    case bigEndian
}

/// The type of header with which a frame starts; the numbers are the registry's (draft-ietf-opsawg-pcaplinktype).
public struct LinkType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// LINKTYPE_ETHERNET: frames begin with the destination's MAC address and end before the check sequence.
    public static let ethernet = LinkType(rawValue: 1)

    public var description: String {
        self == .ethernet ? "Ethernet" : "link type \(rawValue)"
    }
}

/// Sizes that bound what a file can make us hold.
public enum CaptureLimits {
    /// The longest frame that is read or written: 256 KiB, the largest snapshot length of tcpdump and Wireshark.
    public static let frameLength = 262_144
    /// The longest pcapng block that is read as a whole: the longest frame and 64 KiB of options. Blocks of kinds
    /// that we skip may have any length.
    static let blockLength = frameLength + 65_536
    /// The most interfaces of one pcapng section, so that a file of nothing but interfaces cannot fill the memory.
    static let interfaces = 4096
    /// The most interfaces that we write; with the longest names their descriptions fit into one buffer.
    static let writtenInterfaces = 1024
    /// The longest interface name that is kept, in bytes of UTF-8; the rest of a longer one is cut off.
    static let nameLength = 255
}
