// Properties of a register that the dump and the models use.
extension Register {
    /// A short description.
    package static var summary: String { entry.summary }
    /// The section of the datasheet that defines it.
    package static var section: String { entry.section }
    /// Further places at which register `index` answers, as some do that moved when the chip grew.
    package static func aliases(_ index: Int) -> [Int] {
        let aliases = entry.aliases
        return index < aliases.count ? [aliases.start + aliases.distance * index] : []
    }
    /// Whether the datasheet gives no value after a reset (it says X), as of memory that software must fill.
    package static var isUndefinedAfterReset: Bool { entry.isUndefinedAfterReset }
    /// Reserved bits that must nevertheless be written as one.
    package static var reservedOnes: UInt32 { entry.reservedOnes }
    /// The bits that stay as software writes them: not reserved, not read-only, not cleared by the hardware.
    package static var storedBits: UInt32 {
        fields.reduce(0) { $1.isReadOnly || $1.selfClearing ? $0 : $0 | $1.mask }
    }
}
