import Ixy
import IxyHardware

/// Which kinds of frames are hashed, and over what. (82599 §7.1.2.8, §8.2.3.7.12)
struct HashFields {
    /// MRQC's field enable bits.
    private let bits: UInt32

    init(_ bits: UInt32) { self.bits = bits }

    /// A kind of frame, as the write-back's first word names it.
    private enum Kind: UInt64 {
        case tcpIPv4 = 1, ipv4, tcpIPv6, extendedIPv6, ipv6, extendedTCPIPv6, udpIPv4, udpIPv6, extendedUDPIPv6

        /// Its bit in MRQC.
        var bit: UInt32 {
            switch self {
            case .tcpIPv4: 0
            case .ipv4: 1
            case .extendedTCPIPv6: 2
            case .extendedIPv6: 3
            case .ipv6: 4
            case .tcpIPv6: 5
            case .udpIPv4: 6
            case .udpIPv6: 7
            case .extendedUDPIPv6: 8
            }
        }
        var hasPorts: Bool {
            switch self {
            case .ipv4, .ipv6, .extendedIPv6: false
            default: true
            }
        }
    }

    /// The kind of a frame and its hash; nil if it is not hashed. The most that is enabled counts.
    func hash(_ frame: RawSpan, _ headers: PacketHeaders, by spreader: Spreader) -> (kind: UInt64, hash: UInt32)? {
        guard let kind = kinds(headers).first(where: { bits >> $0.bit & 1 == 1 }) else { return nil }
        let hash = spreader.hash(frame, headers.addresses, kind.hasPorts ? headers.ports : 0..<0)
        return (kind.rawValue, hash)
    }

    private func kinds(_ headers: PacketHeaders) -> [Kind] {
        switch (headers.network, headers.transport, headers.hasOptions) {
        case (.ipv4, .tcp, _): [.tcpIPv4, .ipv4]
        case (.ipv4, .udp, _): [.udpIPv4, .ipv4]
        case (.ipv4, _, _): [.ipv4]
        case (.ipv6, .tcp, false): [.tcpIPv6, .ipv6]
        case (.ipv6, .udp, false): [.udpIPv6, .ipv6]
        case (.ipv6, _, false): [.ipv6]
        case (.ipv6, .tcp, true): [.extendedTCPIPv6, .extendedIPv6, .ipv6]
        case (.ipv6, .udp, true): [.extendedUDPIPv6, .extendedIPv6, .ipv6]
        case (.ipv6, _, true): [.extendedIPv6, .ipv6]
        case (nil, _, _): []
        }
    }
}
