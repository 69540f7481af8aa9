import IxyHardware

/// The hash by which the flow director finds a flow: each of its bits is the sum, modulo 2, of the flow's bits that the key
/// picks out. (82599 §7.1.2.7.4)
struct FlowHash {
    /// Pool, kind and tag, the first byte highest.
    let kind: UInt32
    /// All other words of the flow, added up bit by bit.
    let words: UInt32

    init(kind: UInt32, words: UInt32) {
        self.kind = kind
        self.words = words
    }

    /// Of a frame, as far as the masks let it count.
    init(_ frame: RawSpan, _ headers: PacketHeaders, _ masks: FlowMasks) {
        var kind = UInt32((headers.tag ?? 0) & masks.tag)
        if headers.network == .ipv6 { kind |= 4 << 16 }
        if !masks.ignoresTransport {
            switch headers.transport {
            case .udp: kind |= 1 << 16
            case .tcp: kind |= 2 << 16
            case .sctp: kind |= 3 << 16
            case nil: break
            }
        }
        var words: UInt32 = 0
        let addresses = headers.addresses
        if headers.network == .ipv4 {
            words ^= frame.bigEndian(UInt32.self, at: addresses.lowerBound) & masks.source
            words ^= frame.bigEndian(UInt32.self, at: addresses.lowerBound + 4) & masks.target
        } else {
            for place in stride(from: addresses.lowerBound, to: addresses.upperBound, by: 4) {
                words ^= frame.bigEndian(UInt32.self, at: place)
            }
        }
        if !masks.ignoresTransport, headers.transport != nil {
            let mask = masks.ports(headers.transport)
            let ports = headers.ports.lowerBound
            words ^= UInt32(frame.bigEndian(UInt16.self, at: ports) & mask.source) << 16
            words ^= UInt32(frame.bigEndian(UInt16.self, at: ports + 2) & mask.target)
        }
        if !masks.ignoresFlexible { words ^= UInt32(masks.flexible(frame).byteSwapped) << 16 }
        self.init(kind: kind, words: words)
    }

    /// The 15 bits of the hash with a key.
    func value(_ key: UInt32) -> UInt32 {
        let high = words ^ kind ^ kind >> 16
        let swapped = words << 16 | words >> 16
        // The kind stands before the words, so that the key's lowest bit does not meet it.
        let low = swapped ^ kind ^ kind << 16
        var value: UInt32 = 0
        for bit in UInt32(0)..<16 {
            if key >> bit & 1 == 1 { value ^= (bit == 0 ? swapped : low) >> bit }
            if key >> (bit + 16) & 1 == 1 { value ^= high >> bit }
        }
        return value & 0x7FFF
    }
}
