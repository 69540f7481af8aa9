import IxyHardware

/// The headers that the hardware recognises in a frame. (82599 §7.1.6.2, packet type)
struct PacketHeaders {
    enum Network { case ipv4, ipv6 }
    enum Transport { case tcp, udp, sctp }

    /// The tag behind the addresses, if its type is that of VLNCTRL.
    private(set) var tag: UInt16?
    private(set) var network: Network?
    /// Options of IPv4, or extension headers of IPv6.
    private(set) var hasOptions = false
    private(set) var isFragment = false
    /// Only where it can be looked at: not in fragments.
    private(set) var transport: Transport?
    /// Where the network header, the transport header and the datagram's end are.
    private(set) var networkStart = 0
    private(set) var transportStart = 0
    private(set) var end = 0

    init(_ frame: RawSpan, tagType: UInt16) {
        guard frame.byteCount >= 14 else { return }
        var type = frame.bigEndian(UInt16.self, at: 12)
        networkStart = 14
        if type == tagType, frame.byteCount >= 18 {
            tag = frame.bigEndian(UInt16.self, at: 14)
            type = frame.bigEndian(UInt16.self, at: 16)
            networkStart = 18
        }
        switch type {
        case 0x0800: readIPv4(frame)
        case 0x86DD: readIPv6(frame)
        default: break
        }
    }

    private mutating func readIPv4(_ frame: RawSpan) {
        let start = networkStart
        guard frame.byteCount >= start + 20, frame[start] >> 4 == 4 else { return }
        let length = Int(frame[start] & 15) * 4
        let total = Int(frame.bigEndian(UInt16.self, at: start + 2))
        guard length >= 20, total >= length, start + total <= frame.byteCount else { return }
        network = .ipv4
        hasOptions = length > 20
        isFragment = frame.bigEndian(UInt16.self, at: start + 6) & 0x3FFF != 0
        transportStart = start + length
        end = start + total
        findTransport(frame, frame[start + 9])
    }

    private mutating func readIPv6(_ frame: RawSpan) {
        let start = networkStart
        guard frame.byteCount >= start + 40, frame[start] >> 4 == 6 else { return }
        let total = 40 + Int(frame.bigEndian(UInt16.self, at: start + 4))
        guard start + total <= frame.byteCount else { return }
        network = .ipv6
        end = start + total
        var next = frame[start + 6]
        var place = start + 40
        // Hop-by-hop options, routing, fragment and destination options. (RFC 8200 §4)
        while [0, 43, 44, 60].contains(next), place + 8 <= end {
            hasOptions = true
            if next == 44 {
                if frame.bigEndian(UInt16.self, at: place + 2) & 0xFFF9 != 0 { isFragment = true }
                next = frame[place]
                place += 8
            } else {
                next = frame[place]
                place += 8 + Int(frame[place + 1]) * 8
            }
        }
        transportStart = min(place, end)
        findTransport(frame, next)
    }

    private mutating func findTransport(_ frame: RawSpan, _ number: UInt8) {
        guard !isFragment else { return }
        let length = end - transportStart
        switch number {
        case 6 where length >= 20: transport = .tcp
        case 17 where length >= 8: transport = .udp
        case 132 where length >= 12: transport = .sctp
        default: break
        }
    }

    /// The packet type of the write-back's first word, in bits 4 to 16.
    var type: UInt64 {
        var bits: UInt64 = 0
        switch network {
        case .ipv4: bits |= hasOptions ? 3 : 1
        case .ipv6: bits |= hasOptions ? 12 : 4
        case nil: break
        }
        switch transport {
        case .tcp: bits |= 1 << 4
        case .udp: bits |= 1 << 5
        case .sctp: bits |= 1 << 6
        case nil: break
        }
        return bits << 4
    }

    /// Where the two addresses are.
    var addresses: Range<Int> {
        switch network {
        case .ipv4: networkStart + 12..<networkStart + 20
        case .ipv6: networkStart + 8..<networkStart + 40
        case nil: 0..<0
        }
    }

    /// Where the two ports are.
    var ports: Range<Int> { transport == nil ? 0..<0 : transportStart..<transportStart + 4 }
}
