import IxyHardware

/// The names of registers and their bits, for messages only: nothing here is called while all is well.
extension RegisterFile {
    /// The register at `offset`, such as `CTRL` or `RXDCTL(3)`; the offset itself if the table has none there.
    func named(at offset: Int) -> String {
        word(at: offset)?.label ?? "0x" + String(offset, radix: 16, uppercase: true)
    }
}

extension RegisterFile.Word {
    /// Such as `CTRL`, or `RXDCTL(3)` for one of many.
    var label: String { register.count == 1 ? register.name : "\(register.name)(\(index))" }

    /// The fields that `bits` touch, such as `FCTRL.UPE` or `SRRCTL(3).BSIZEPACKET and Drop_En`.
    func label(of bits: UInt32) -> String {
        let names = register.fields.filter { $0.mask & bits != 0 }.map(\.name)
        let reserved = bits & self.reserved
        guard !names.isEmpty else { return "\(label), \(RegisterFile.Word.list(reserved))" }
        let fields = label + "." + names.joined(separator: " and ")
        return reserved == 0 ? fields : "\(fields), and \(RegisterFile.Word.list(reserved))"
    }

    /// Reserved bits by their numbers: `reserved bit 31`, `reserved bits 12 to 15 and 20`.
    private static func list(_ bits: UInt32) -> String {
        var runs: [ClosedRange<Int>] = []
        for bit in 0..<32 where bits >> UInt32(bit) & 1 == 1 {
            if let last = runs.last, last.upperBound + 1 == bit {
                runs[runs.count - 1] = last.lowerBound...bit
            } else {
                runs.append(bit...bit)
            }
        }
        let texts = runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" }
        return "reserved bit\(bits.nonzeroBitCount == 1 ? "" : "s") " + texts.joined(separator: " and ")
    }
}
