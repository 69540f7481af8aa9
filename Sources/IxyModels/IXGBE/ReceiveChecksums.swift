import IxyHardware

/// The hardware's verdict on a frame's checksums. (82599 §7.1.11)
struct ReceiveChecksums {
    /// L4I and IPCS, which say that a sum was looked at, and TCPE and IPE, which say that it is wrong; all in the second
    /// word of the write-back.
    private(set) var status: UInt64 = 0

    private enum Bit {
        static let transportChecked: UInt64 = 1 << 5
        static let networkChecked: UInt64 = 1 << 6
        static let transportWrong: UInt64 = 1 << 30
        static let networkWrong: UInt64 = 1 << 31
    }

    init(_ frame: RawSpan, _ headers: PacketHeaders) {
        if headers.network == .ipv4 {
            status |= Bit.networkChecked
            if ReceiveChecksums.sum(frame, headers.networkStart..<headers.transportStart) != 0xFFFF {
                status |= Bit.networkWrong
            }
        }
        guard let transport = headers.transport else { return }
        let place = headers.transportStart
        switch transport {
        case .udp:
            // In IPv4 a checksum of 0 means that there is none. (RFC 768)
            if frame.bigEndian(UInt16.self, at: place + 6) == 0, headers.network == .ipv4 { return }
            check(frame, headers, number: 17)
        case .tcp:
            check(frame, headers, number: 6)
        case .sctp:
            status |= Bit.transportChecked
            var bytes = (place..<headers.end).map { frame[$0] }
            let stored = bytes.number(UInt32.self, at: 8)
            bytes.put(UInt32(0), at: 8)
            if Castagnoli.check(bytes[...]).byteSwapped != stored { status |= Bit.transportWrong }
        }
    }

    private mutating func check(_ frame: RawSpan, _ headers: PacketHeaders, number: UInt32) {
        status |= Bit.transportChecked
        let length = UInt32(truncatingIfNeeded: headers.end - headers.transportStart)
        let pseudo = ReceiveChecksums.sum(frame, headers.addresses, number + length)
        if ReceiveChecksums.sum(frame, headers.transportStart..<headers.end, pseudo) != 0xFFFF {
            status |= Bit.transportWrong
        }
    }

    /// The Internet checksum's sum of some bytes. (RFC 1071)
    private static func sum(_ frame: RawSpan, _ range: Range<Int>, _ start: UInt32 = 0) -> UInt32 {
        var sum = UInt64(start)
        var index = range.lowerBound
        while index + 4 <= range.upperBound {
            sum += UInt64(frame.bigEndian(UInt32.self, at: index))
            index += 4
        }
        if index + 2 <= range.upperBound {
            sum += UInt64(frame.bigEndian(UInt16.self, at: index))
            index += 2
        }
        if index < range.upperBound { sum += UInt64(frame[index]) << 8 }
        while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
        return UInt32(sum)
    }
}
