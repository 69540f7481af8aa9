import Ixy
import IxyHardware

/// Frames that need no second look: of one of these lengths, without fault, with such an address.
struct PlainFrames {
    var lengths = 60..<60
    /// The bits of a frame's first eight bytes that must be as in `address`, the first byte lowest.
    var addressMask: UInt64 = 0
    var address: UInt64 = 0
    /// The least high byte of the type that does not make it a length.
    var leastType: UInt8 = 0

    /// Whether a frame that starts like this has the right address, and a type.
    @inline(__always)
    func take(_ line: RawSpan) -> Bool {
        line.littleEndian(UInt64.self, at: 0) & addressMask == address && line[12] >= leastType
    }
}

/// The registers' settings for which frames are received, and how.
struct ReceiveSettings {
    typealias R = IXGBERegisters

    /// Receive is on and its path open, memory may be used, and there is a link.
    var isOn = false
    /// Bytes of the longest frame without a VLAN tag, without its check sequence.
    var longest = 1514
    var stripsCheck = true
    var storesBad = false
    var checksLengths = false
    var takesUnicast = false
    var groups = MulticastFilter()
    var takesBroadcast = false
    /// The addresses of the exact filter, the first byte highest.
    var addresses: [UInt64] = []
    var spreader: Spreader?
    var classifier = Classifier()
    var plain = PlainFrames()
    /// HLREG0 and RDRXCTL differ about the check sequence.
    var isContradictory = false

    init() {}

    init(_ registers: RegisterFile, isBusMaster: Bool, keeping old: Spreader?) {
        isOn = isBusMaster && registers.isSet(R.RXCTRL.enable) && registers.isSet(R.STATUS.masterEnabled)
            && registers.isSet(R.LINKS.isUp) && !registers.isSet(R.SECRXCTRL.pathDisable)
        // With its check sequence a frame has up to 1518 bytes, or as many as MAXFRS says. (82599 §8.2.3.22.13)
        let limit = registers.isSet(R.HLREG0.jumbo) ? Int(registers.field(R.MAXFRS.size)) : 1518
        longest = limit - 4
        stripsCheck = registers.isSet(R.HLREG0.receiveCRCStrip)
        isContradictory = stripsCheck != registers.isSet(R.RDRXCTL.crcStrip)
        checksLengths = registers.isSet(R.HLREG0.lengthError)
        storesBad = registers.isSet(R.FCTRL.storeBad)
        takesUnicast = registers.isSet(R.FCTRL.unicastPromiscuous)
        groups = MulticastFilter(registers)
        takesBroadcast = registers.isSet(R.FCTRL.broadcastAccept)
        for index in 0..<R.RAL.count where registers.isSet(R.RAH.isValid, index) {
            let little = UInt64(registers.field(R.RAH.address, index)) << 32 | UInt64(registers[R.RAL.offset(index)])
            addresses.append(little.byteSwapped >> 16)
        }
        spreader = Spreader.make(registers, from: old)
        classifier = Classifier(registers, groups)
        plain = plainFrames
    }

    /// Frames that go to queue 0 without their check sequence.
    private var plainFrames: PlainFrames {
        var plain = PlainFrames()
        guard spreader == nil, !classifier.isUsed, stripsCheck, !isContradictory, takesUnicast || !addresses.isEmpty else { return plain }
        plain.lengths = 60..<max(60, min(ShortLength.all.upperBound, longest) + 1)
        plain.leastType = checksLengths ? 6 : 0
        if takesUnicast {
            // All whose group bit is clear.
            plain.addressMask = 1
        } else {
            plain.addressMask = 0xFFFF_FFFF_FFFF
            plain.address = (addresses[0] << 16).byteSwapped
        }
        return plain
    }
}
