/// The first word tells the format and the byte order.
extension CaptureReader {
    /// The remedy for a file that a user has mistaken for a capture, by its first word, little-endian.
    private static func remedy(forMagic magic: UInt32) -> String {
        switch magic {
        case 0xA1B2_CD34, 0x34CD_B2A1:
            "it is a pcap file with Kuznetzov's extended records; convert it with `editcap -F pcapng IN OUT`"
        case 0xFD2F_B528: "it is compressed; unpack it with `zstd -d` first"
        case 0x184D_2204: "it is compressed; unpack it with `lz4 -d` first"
        case _ where magic & 0xFFFF == 0x8B1F: "it is compressed; unpack it with `gunzip` first"
        case 0x6F6F_6E73: "it is a snoop file; convert it with `editcap -F pcapng IN OUT`"
        default: "give a file that tcpdump or Wireshark wrote"
        }
    }

    mutating func readFileHeader() throws(CaptureError) {
        try require(4, of: "file header", at: 0)
        let magic = source.uint32(0)
        switch magic {
        case PacketBlocks.sectionHeader:
            // A palindrome, the same in either byte order.
            format = .pcapng
            try readSectionHeader()
        case PcapPrecision.microseconds.magic:
            try readPcapHeader(.microseconds, .littleEndian)
        case PcapPrecision.nanoseconds.magic:
            try readPcapHeader(.nanoseconds, .littleEndian)
        case PcapPrecision.microseconds.magic.byteSwapped:
            try readPcapHeader(.microseconds, .bigEndian)
        case PcapPrecision.nanoseconds.magic.byteSwapped:
            try readPcapHeader(.nanoseconds, .bigEndian)
        default:
            throw .notACapture(file: source.name, remedy: Self.remedy(forMagic: magic))
        }
    }
}
