/// A TCP segment that is larger than a frame, and how it is cut. (VirtIO 1.2 §5.1.6.2)
///
/// A frame is made when there is room for it: a driver that asks for segments of one byte, behind headers of many, would else
/// take all memory.
struct Segmentation {
    private let frame: [UInt8]
    private let segmentSize: Int
    /// Where the network header and the TCP header start, and where the data do.
    private let network: Int
    private let transport: Int
    private let data: Int
    private let isIPv6: Bool
    /// Where the next segment's data start, and how many there have been.
    private var start: Int
    private var number = 0

    /// Nil if the frame is not what its header says. The headers' length that the driver gives counts for nothing.
    init?(_ header: NetHeader, _ frame: [UInt8]) {
        let isTagged = frame.count > 18 && frame.number(UInt16.self, at: 12) == 0x8100
        network = isTagged ? 18 : 14
        transport = Int(header.checksumStart)
        isIPv6 = header.segmentation & ~NetHeader.congestion == 4
        guard transport >= network + (isIPv6 ? 40 : 20), transport + 20 <= frame.count else { return nil }
        guard frame[network] >> 4 == (isIPv6 ? 6 : 4), header.checksumOffset == 16 else { return nil }
        guard isIPv6 || network + Int(frame[network] & 15) * 4 == transport else { return nil }
        // The length of a datagram has 16 bits; that of IPv6 does not count its header. (RFC 791 §3.1, RFC 8200 §3)
        guard frame.count - network - (isIPv6 ? 40 : 0) <= 0xFFFF, header.segmentSize > 0 else { return nil }
        data = transport + Int(frame[transport + 12] >> 4) * 4
        guard data >= transport + 20, data <= frame.count else { return nil }
        start = data
        segmentSize = Int(header.segmentSize)
        self.frame = frame
    }

    /// The next frame; nil after the last one. There is one at least.
    mutating func next() -> [UInt8]? {
        guard start < frame.count || number == 0 else { return nil }
        let end = min(start + segmentSize, frame.count)
        var segment = Array(frame[..<data] + frame[start..<end])
        fixNetwork(&segment, number: number)
        fixTransport(&segment, offset: start - data, isLast: end == frame.count)
        start = end
        number += 1
        return segment
    }

    private func fixNetwork(_ segment: inout [UInt8], number: Int) {
        if isIPv6 {
            segment.put(UInt16(truncatingIfNeeded: segment.count - network - 40), at: network + 4)
            return
        }
        segment.put(UInt16(truncatingIfNeeded: segment.count - network), at: network + 2)
        let identification = frame.number(UInt16.self, at: network + 4) &+ UInt16(truncatingIfNeeded: number)
        segment.put(identification, at: network + 4)
        segment.put(UInt16(0), at: network + 10)
        segment.put(Checksum.fold(Checksum.sum(segment[network..<transport])), at: network + 10)
    }

    private func fixTransport(_ segment: inout [UInt8], offset: Int, isLast: Bool) {
        let sequence = frame.number(UInt32.self, at: transport + 4) &+ UInt32(truncatingIfNeeded: offset)
        segment.put(sequence, at: transport + 4)
        // FIN and PSH belong to the last segment, CWR to the first. (RFC 9293 §3.1, RFC 3168 §6.1.2)
        if !isLast { segment[transport + 13] &= ~0x09 }
        if offset > 0 { segment[transport + 13] &= ~0x80 }
        let addresses = isIPv6 ? segment[network + 8..<network + 40] : segment[network + 12..<network + 20]
        let pseudo = Checksum.sum(addresses, 6 + UInt32(segment.count - transport))
        segment.put(UInt16(0), at: transport + 16)
        segment.put(Checksum.fold(Checksum.sum(segment[transport...], pseudo)), at: transport + 16)
    }
}
