import Ixy
import IxyHardware

/// Which queues a frame goes to, and what their descriptors say of it. (82599 §7.1.2, §7.1.6.2)
struct Classification {
    var queues: [Int] = []
    /// The write-back's first word, and bits of its second one that go with the end of the frame.
    var low: UInt64 = 0
    var high: UInt64 = 0
    var tag: UInt16?
}

/// How frames are told apart, as the registers say.
struct Classifier {
    typealias R = IXGBERegisters

    var tags = VLANFilter()
    var tagType: UInt16 = 0x8100
    /// Whether somebody wants to know of checksums and hashes.
    ///
    /// The chip always says what it has found. The model leaves it out of short frames on a port whose driver has not
    /// touched RXCSUM, which is what the plain way of frames is for.
    private(set) var isAsked = false
    private var fields = HashFields(0)
    /// The hash is reported. (82599 §8.2.3.7.5)
    private var reportsHash = false
    private(set) var pools: Pools?
    private(set) var isDirected = false

    init() {}

    init(_ registers: RegisterFile, _ groups: MulticastFilter) {
        tags = VLANFilter(registers)
        tagType = UInt16(truncatingIfNeeded: registers.field(R.VLNCTRL.etherType))
        reportsHash = registers.isSet(R.RXCSUM.checksumDisable)
        isAsked = reportsHash || registers.isSet(R.RXCSUM.payloadChecksum)
        fields = HashFields(registers.field(R.MRQC.hashFields))
        pools = Pools(registers, groups)
        isDirected = registers.field(R.FDIRCTRL.allocation) != 0 && registers.isSet(R.FDIRCTRL.initialized)
    }

    /// Whether each frame needs a look.
    var isUsed: Bool { isAsked || tags.isUsed || pools != nil || isDirected }

    /// Classifies a good frame of a kind.
    func classify(
        _ frame: RawSpan, _ kind: ReceiveVerdict.Kind, by spreader: Spreader?, _ director: inout FlowDirector
    ) -> Classification {
        let headers = PacketHeaders(frame, tagType: tagType)
        var result = Classification(low: headers.type, high: ReceiveChecksums(frame, headers).status, tag: headers.tag)
        var entry: UInt8 = 0
        if let spreader, let (kind, hash) = fields.hash(frame, headers, by: spreader) {
            entry = spreader.entry(hash)
            if reportsHash { result.low |= kind | UInt64(hash) << 32 }
        }
        if let pools {
            result.queues = pools.pools(of: frame.destination, kind, tag: headers.tag).map {
                pools.queue($0, entry: entry)
            }
        } else {
            result.queues = [Int(entry)]
        }
        if isDirected { director.direct(frame, headers, &result) }
        return result
    }
}

extension ReceiveSettings {
    /// Classifies frame `index` of a burst, which is a good one of a kind.
    func classify(
        _ index: Int, of burst: borrowing FrameBurst, _ kind: ReceiveVerdict.Kind, _ director: inout FlowDirector
    ) -> Classification {
        classifier.classify(burst.frame(index), kind, by: spreader, &director)
    }
}

extension RawSpan {
    /// The address that an Ethernet frame goes to, the first byte highest.
    var destination: UInt64 { UInt64(bigEndian(UInt32.self, at: 0)) << 16 | UInt64(bigEndian(UInt16.self, at: 4)) }
}
