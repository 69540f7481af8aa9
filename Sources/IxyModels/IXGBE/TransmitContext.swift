/// A context descriptor, for the frames that refer to it. (82599 §7.2.3.2.3)
struct TransmitContext: Equatable {
    /// Bytes of the Ethernet header with all tags that the driver has put there, of the network header, and of the
    /// transport header.
    let linkLength: Int
    let networkLength: Int
    let transportLength: Int
    /// The tag to insert.
    let tag: UInt16
    let isIPv4: Bool
    let transport: Transport
    /// Bytes of data in each segment.
    let segmentSize: Int

    /// L4T.
    enum Transport: Int {
        case udp, tcp, sctp, reserved

        /// Where in the header the checksum stands.
        var checksumOffset: Int {
            switch self {
            case .udp: 6
            case .tcp: 16
            case .sctp, .reserved: 8
            }
        }
        /// Bytes of the shortest header.
        var shortestHeader: Int {
            switch self {
            case .udp: 8
            case .tcp: 20
            case .sctp, .reserved: 12
            }
        }
    }

    init(_ low: UInt64, _ high: UInt64) {
        networkLength = Int(low & 0x1FF)
        linkLength = Int(low >> 9 & 0x7F)
        tag = UInt16(truncatingIfNeeded: low >> 16)
        isIPv4 = high >> 10 & 1 == 1
        transport = Transport(rawValue: Int(high >> 11 & 3)) ?? .reserved
        transportLength = Int(high >> 40 & 0xFF)
        segmentSize = Int(high >> 48)
    }

    /// Which of a queue's two contexts it is.
    static func index(_ high: UInt64) -> Int { Int(high >> 36 & 1) }

    /// Bytes before the network header, before the transport header, and before the data.
    var transportStart: Int { linkLength + networkLength }
    var headerLength: Int { linkLength + networkLength + transportLength }

    /// The complaint about a request that the model does not carry out; nil if there is none.
    static func complaint(_ high: UInt64) -> Violation? {
        if high >> 15 & 1 == 1 { return Violation(text: "TUCMD.FCoE is not modelled", section: "7.2.3.2.3") }
        if high >> 13 & 3 != 0 { return Violation(text: "TUCMD.IPsec is not modelled", section: "7.2.3.2.3") }
        return nil
    }
}

/// The contexts of all transmit queues, two each. (82599 §7.2.2)
struct TransmitContexts {
    private var contexts = [TransmitContext?](repeating: nil, count: 256)

    subscript(queue: Int, index: Int) -> TransmitContext? {
        get { contexts[queue * 2 + index] }
        set { contexts[queue * 2 + index] = newValue }
    }

    /// A queue that starts has none.
    mutating func forget(_ queue: Int) {
        self[queue, 0] = nil
        self[queue, 1] = nil
    }

    mutating func forgetAll() { self = TransmitContexts() }
}
