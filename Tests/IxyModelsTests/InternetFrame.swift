/// A frame of TCP, UDP or SCTP, put together from its fields.
struct InternetFrame {
    enum Transport: UInt8 { case tcp = 6, udp = 17, sctp = 132 }

    var transport = Transport.udp
    var isIPv6 = false
    /// Put there by software.
    var tag: UInt16?
    /// Options of IPv4, or extension headers of IPv6, with the number of the first one.
    var options: [UInt8] = []
    var firstExtension: UInt8?
    var source: UInt16 = 1000
    var target: UInt16 = 2000
    var flags: UInt8 = 0x10
    var sequence: UInt32 = 0x1000_0000
    var identification: UInt16 = 100
    var data: [UInt8] = []
    var destination: [UInt8] = [2, 0, 0, 0, 0, 1]
    var sourceHost: UInt8 = 1
    var targetHost: UInt8 = 2

    /// The numbers in the place of checksums.
    enum Sums {
        case right
        /// As a driver leaves them for the hardware: the sum of the pseudo header, with or without the length.
        case prepared, preparedForSegmentation
    }

    var linkLength: Int { tag == nil ? 14 : 18 }
    var networkLength: Int { (isIPv6 ? 40 : 20) + options.count }
    var transportLength: Int {
        switch transport {
        case .tcp: 20
        case .udp: 8
        case .sctp: 12
        }
    }

    private func pair(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }

    func sum(_ bytes: [UInt8], _ start: Int = 0) -> Int {
        var sum = start
        for index in bytes.indices { sum += index % 2 == 0 ? Int(bytes[index]) << 8 : Int(bytes[index]) }
        while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
        return sum
    }

    private var addresses: [UInt8] {
        isIPv6
            ? [0xFD] + [UInt8](repeating: 0, count: 14) + [sourceHost] + [0xFD] + [UInt8](repeating: 0, count: 14)
                + [targetHost]
            : [10, 0, 0, sourceHost, 10, 0, 0, targetHost]
    }

    func bytes(_ sums: Sums = .right) -> [UInt8] {
        var segment = pair(Int(source)) + pair(Int(target))
        let place: Int
        switch transport {
        case .tcp:
            segment += (0..<4).map { UInt8(sequence >> (24 - $0 * 8) & 255) } + [0, 0, 0, 1, 0x50, flags, 16, 0, 0, 0, 0, 0]
            place = 16
        case .udp:
            segment += pair(sums == .preparedForSegmentation ? 0 : 8 + data.count) + [0, 0]
            place = 6
        case .sctp:
            segment += [0, 0, 0, 7, 0, 0, 0, 0]
            place = 8
        }
        segment += data
        let pseudo = sum(addresses, Int(transport.rawValue))
        if transport != .sctp {
            let value = switch sums {
            case .right: 0xFFFF - sum(segment, pseudo + segment.count)
            case .prepared: sum([], pseudo + segment.count)
            case .preparedForSegmentation: pseudo
            }
            segment.replaceSubrange(place..<place + 2, with: pair(value))
        }
        var header: [UInt8]
        if isIPv6 {
            header = [0x60, 0, 0, 0] + pair(sums == .preparedForSegmentation ? 0 : segment.count + options.count)
            header += [firstExtension ?? transport.rawValue, 64] + addresses + options
        } else {
            let length = sums == .preparedForSegmentation ? 0 : networkLength + segment.count
            header = [0x40 | UInt8(networkLength / 4), 0] + pair(length) + pair(Int(identification)) + [0, 0, 64]
            header += [transport.rawValue, 0, 0] + addresses + options
            if sums == .right { header.replaceSubrange(10..<12, with: pair(0xFFFF - sum(header))) }
        }
        let link = destination + [2, 0, 0, 0, 0, 9] + (tag.map { [0x81, 0] + pair(Int($0)) } ?? [])
        return link + (isIPv6 ? [0x86, 0xDD] : [8, 0]) + header + segment
    }

    /// The two words of a context descriptor for it.
    func context(segmentSize: Int = 0, tag: UInt16 = 0, index: Int = 0) -> (UInt64, UInt64) {
        let kind: UInt64 = switch transport {
        case .udp: 0
        case .tcp: 1
        case .sctp: 2
        }
        let low = UInt64(networkLength) | UInt64(linkLength) << 9 | UInt64(tag) << 16
        let high = (isIPv6 ? 0 : 1 << 10) | kind << 11 | 2 << 20 | 1 << 29 | UInt64(index) << 36
        return (low, high | UInt64(transportLength) << 40 | UInt64(segmentSize) << 48)
    }

    /// Bytes before the data.
    var headerLength: Int { linkLength + networkLength + transportLength }
}
