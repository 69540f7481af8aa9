import Ixy
import IxyHardware

/// Which groups are received, other than broadcast. (82599 §7.1.1.1.2)
struct MulticastFilter {
    typealias R = IXGBERegisters

    /// All of them are.
    private var takesAll = false
    /// Where the 12 bits of an address begin that are looked up, or nil while the table is not used.
    private var lowest: UInt64?
    private var table: [UInt32] = []

    init() {}

    init(_ registers: RegisterFile) {
        takesAll = registers.isSet(R.FCTRL.multicastPromiscuous)
        guard registers.isSet(R.MCSTCTRL.filterEnable) else { return }
        // The datasheet counts an address's bits from its first byte on, so that bit 47 is the last one's highest.
        lowest = [36, 35, 34, 32][Int(registers.field(R.MCSTCTRL.addressBits))]
        table = (0..<R.MTA.count).map { registers[R.MTA.offset($0)] }
    }

    /// Whether frames to the group `address` pass: the six bytes as a number, the first one on the wire in the highest
    /// place.
    func accepts(_ address: UInt64) -> Bool {
        if takesAll { return true }
        guard let lowest else { return false }
        let bit = Int((address << 16).byteSwapped >> lowest & 0xFFF)
        return table[bit / 32] >> UInt32(bit % 32) & 1 == 1
    }
}
