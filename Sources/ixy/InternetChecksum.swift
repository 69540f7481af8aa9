import IxyHardware

/// The checksum of IPv4, ICMP, UDP and TCP (RFC 1071).
enum InternetChecksum {
    /// The sum of the big-endian 16-bit words; an odd last byte counts as the high half of a word.
    static func sum(_ bytes: borrowing RawSpan) -> UInt64 {
        var sum: UInt64 = 0
        var offset = 0
        while offset + 1 < bytes.byteCount {
            sum &+= UInt64(bytes.bigEndian(UInt16.self, at: offset))
            offset += 2
        }
        if offset < bytes.byteCount { sum &+= UInt64(bytes[offset]) << 8 }
        return sum
    }

    /// The checksum of what adds up to `sum`. If the checksum field was part of it, 0 says that it is right.
    static func finish(_ sum: UInt64) -> UInt16 {
        var sum = sum
        while sum > 0xFFFF { sum = sum >> 16 &+ sum & 0xFFFF }
        return ~UInt16(truncatingIfNeeded: sum)
    }
}
