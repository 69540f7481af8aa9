import Ixy
import IxyHardware

/// A flow that has a queue of its own. (82599 §7.1.2.7)
struct FlowFilter {
    typealias R = IXGBERegisters

    /// The filter's name for software: FDIRHASH's bucket and its number.
    let bucket: UInt32
    let number: UInt32
    let transport: PacketHeaders.Transport?
    let isIPv6: Bool
    /// The first byte highest.
    let source: UInt32
    let target: UInt32
    let sourcePort: UInt16
    let targetPort: UInt16
    let tag: UInt16
    /// Two bytes at a place of one's choice, the first one lowest.
    let flexible: UInt16
    let queue: Int
    let drops: Bool

    /// Creates the filter that the registers describe.
    init(_ registers: RegisterFile) {
        bucket = registers.field(R.FDIRHASH.bucket)
        number = registers.field(R.FDIRHASH.number)
        transport = switch registers.field(R.FDIRCMD.transport) {
        case 1: .udp
        case 2: .tcp
        case 3: .sctp
        default: nil
        }
        isIPv6 = registers.isSet(R.FDIRCMD.isIPv6)
        source = registers[R.FDIRIPSA.offset(0)]
        target = registers[R.FDIRIPDA.offset(0)]
        sourcePort = UInt16(truncatingIfNeeded: registers.field(R.FDIRPORT.source))
        targetPort = UInt16(truncatingIfNeeded: registers.field(R.FDIRPORT.target))
        tag = UInt16(truncatingIfNeeded: registers.field(R.FDIRVLAN.tag))
        flexible = UInt16(truncatingIfNeeded: registers.field(R.FDIRVLAN.flexible))
        queue = Int(registers.field(R.FDIRCMD.queue))
        drops = registers.isSet(R.FDIRCMD.drop)
    }

    /// Whether software means the same filter.
    func isNamed(_ bucket: UInt32, _ number: UInt32) -> Bool { self.bucket == bucket && self.number == number }

    /// Whether a frame belongs to it.
    func matches(_ frame: RawSpan, _ headers: PacketHeaders, _ masks: FlowMasks) -> Bool {
        guard headers.network == .ipv4, !isIPv6 else { return false }
        let addresses = headers.addresses.lowerBound
        let isMatch = (frame.bigEndian(UInt32.self, at: addresses) ^ source) & masks.source == 0
            && (frame.bigEndian(UInt32.self, at: addresses + 4) ^ target) & masks.target == 0
            && ((headers.tag ?? 0) ^ tag) & masks.tag == 0
            && (flexible == masks.flexible(frame) || masks.ignoresFlexible)
        guard isMatch, !masks.ignoresTransport else { return isMatch }
        guard headers.transport == transport else { return false }
        guard transport != nil else { return true }
        let ports = headers.ports.lowerBound
        let mask = masks.ports(transport)
        return (frame.bigEndian(UInt16.self, at: ports) ^ sourcePort) & mask.source == 0
            && (frame.bigEndian(UInt16.self, at: ports + 2) ^ targetPort) & mask.target == 0
    }
}

/// The bits of a flow that count: a bit that is set is compared, unlike in the registers. (82599 §7.1.2.7.11)
struct FlowMasks {
    typealias R = IXGBERegisters

    var source: UInt32 = .max
    var target: UInt32 = .max
    var tag: UInt16 = .max
    var ignoresTransport = false
    var ignoresFlexible = false
    /// Where the two flexible bytes are.
    private var flexibleOffset = 0
    private var tcp: UInt32 = .max
    private var udp: UInt32 = .max

    init() {}

    init(_ registers: RegisterFile) {
        source = ~registers[R.FDIRSIP4M.offset(0)]
        target = ~registers[R.FDIRDIP4M.offset(0)]
        tcp = ~registers[R.FDIRTCPM.offset(0)]
        udp = ~registers[R.FDIRUDPM.offset(0)]
        ignoresTransport = registers.isSet(R.FDIRM.transport)
        ignoresFlexible = registers.isSet(R.FDIRM.flexible)
        tag = (registers.isSet(R.FDIRM.vlan) ? 0 : 0x0FFF) | (registers.isSet(R.FDIRM.priority) ? 0 : 0xE000)
        flexibleOffset = Int(registers.field(R.FDIRCTRL.flexibleOffset)) * 2
    }

    /// The registers have each half's bits in reverse.
    func ports(_ transport: PacketHeaders.Transport?) -> (source: UInt16, target: UInt16) {
        func reversed(_ value: UInt32) -> UInt16 {
            (0..<16).reduce(UInt16(0)) { $0 | UInt16(truncatingIfNeeded: value >> UInt32($1) & 1) << UInt16(15 - $1) }
        }
        switch transport {
        case .tcp: return (reversed(tcp), reversed(tcp >> 16))
        case .udp: return (reversed(udp), reversed(udp >> 16))
        case .sctp, nil: return (.max, .max)
        }
    }

    func flexible(_ frame: RawSpan) -> UInt16 {
        guard flexibleOffset + 2 <= frame.byteCount else { return 0 }
        return UInt16(frame[flexibleOffset]) | UInt16(frame[flexibleOffset + 1]) << 8
    }
}
