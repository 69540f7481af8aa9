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

    /// What it asks for that is wrong, or that the model does not do.
    var complaints: [Violation] {
        if isContext {
            return [Violation(text: "context descriptor: offloads are not modelled", section: "7.2.3.2.3")]
        }
        var found: [Violation] = []
        func complain(_ text: @autoclosure () -> String, _ section: String, if isTrue: Bool) {
            if isTrue { found.append(Violation(text: text(), section: section)) }
        }
        if isAdvanced {
            complain("transmit descriptor of unknown type \(type)", "7.2.3.2.4", if: type != 3)
            complain("TSE: transmit segmentation is not modelled", "7.2.3.2.4", if: isSet(31))
            complain("POPTS: checksum offload is not modelled", "7.2.3.2.4", if: word >> 40 & 63 != 0)
            complain("CC: contexts are not modelled", "7.2.3.2.4", if: isSet(39))
            complain("MAC: LinkSec and time stamps are not modelled", "7.2.3.2.4", if: word >> 18 & 3 != 0)
        } else {
            complain("IC of a legacy descriptor: checksum offload is not modelled", "7.2.3.2.2", if: isSet(26))
        }
        complain("VLE: VLAN insertion is not modelled", "7.2.3.2.4", if: isSet(30))
        // The hardware appends the check sequence, and must when it pads. (82599 §8.2.3.22.8)
        complain("IFCS is clear at the end of a frame", "7.2.3.2.4", if: isEnd && !isSet(25))
        complain("transmit descriptor of no bytes", "7.2.3.2.4", if: count == 0)
        return found
    }
}
