/// The second word of a transmit descriptor as the driver writes it. (82599 §7.2.3.2)
struct TransmitCommand {
    let word: UInt64

    private func isSet(_ bit: UInt64) -> Bool { word >> bit & 1 == 1 }

    /// DEXT: a legacy descriptor has it clear. (82599 §7.2.3.2.2)
    var isAdvanced: Bool { isSet(29) }
    /// DTYP, of advanced descriptors.
    var type: Int { Int(word >> 20 & 15) }
    var isContext: Bool { isAdvanced && type == 2 }
    var isEnd: Bool { isSet(24) }
    var reports: Bool { isSet(27) }
    /// Bytes in this buffer.
    var count: Int { Int(word & 0xFFFF) }
    /// PAYLEN: bytes of the whole frame.
    var payload: Int { Int(word >> 46) }

    /// RS, which decides nothing about the frame itself.
    static var report: UInt64 { 1 << 27 }
    /// DD, in the field of which the device writes the whole. (82599 §7.2.3.2.4, write-back)
    var done: UInt64 { word & ~(15 << 32) | 1 << 32 }

    /// The word, but for RS, of a whole frame of `count` bytes that is to be sent as it is, with its check sequence.
    static func plain(_ count: Int) -> UInt64 {
        UInt64(count) | UInt64(count) << 46 | 3 << 20 | 1 << 24 | 1 << 25 | 1 << 29
    }

    /// IFCS.
    var addsCheck: Bool { isSet(25) }
    /// VLE.
    var insertsTag: Bool { isSet(30) }
    /// TSE, of advanced descriptors.
    var segments: Bool { isAdvanced && isSet(31) }
    /// POPTS.IXSM and POPTS.TXSM, of advanced descriptors.
    var insertsNetworkChecksum: Bool { isAdvanced && isSet(40) }
    var insertsTransportChecksum: Bool { isAdvanced && isSet(41) }
    /// IC, of legacy descriptors.
    var insertsLegacyChecksum: Bool { !isAdvanced && isSet(26) }
    /// IDX.
    var contextIndex: Int { Int(word >> 36 & 7) }

    /// Whether the frame, whose first descriptor this is, is not to be sent as it is. VLE, TSE, POPTS and IDX mean
    /// nothing in those that follow. (82599 §7.2.3.2.4)
    var asksForOffload: Bool {
        insertsTag || segments || insertsNetworkChecksum || insertsTransportChecksum || insertsLegacyChecksum
            || isAdvanced && isSet(39)
    }

    /// The violations in it: requests that are wrong, or that the model does not carry out.
    func complaints(isFirst: Bool) -> [Violation] {
        if isContext { return [Violation(text: "context descriptor inside of a frame", section: "7.2.3.2.3")] }
        var found: [Violation] = []
        func complain(_ text: @autoclosure () -> String, _ section: String, if isTrue: Bool) {
            if isTrue { found.append(Violation(text: text(), section: section)) }
        }
        if isAdvanced {
            complain("transmit descriptor of unknown type \(type)", "7.2.3.2.4", if: type != 3)
            complain("POPTS: IPsec is not modelled", "7.2.3.2.4", if: isFirst && word >> 42 & 15 != 0)
            complain("MAC: LinkSec and time stamps are not modelled", "7.2.3.2.4", if: isFirst && word >> 18 & 3 != 0)
        }
        // The hardware appends the check sequence, and must when it pads. (82599 §8.2.3.22.8)
        complain("IFCS is clear in a frame's first descriptor", "7.2.3.2.4", if: isFirst && !addsCheck)
        complain("RS set in a descriptor that is not its frame's last one", "7.2.3.2.2", if: reports && !isEnd)
        complain("transmit descriptor of no bytes", "7.2.3.2.4", if: count == 0)
        return found
    }
}
