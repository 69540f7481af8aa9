import Ixy
import IxyHardware

/// Which groups are received. (82599 §7.1.1.1.2)
extension Model82599 {
    /// Whether frames to `address` pass, a group other than broadcast.
    ///
    /// - Parameter address: the six bytes as a number, the first one on the wire in the highest place.
    func acceptsMulticast(_ address: UInt64) -> Bool {
        if registers.isSet(R.FCTRL.multicastPromiscuous) { return true }
        guard registers.isSet(R.MCSTCTRL.filterEnable) else { return false }
        // The datasheet counts an address's bits from its first byte on, so that bit 47 is the last one's highest.
        let counted = (address << 16).byteSwapped
        let lowest: [4 of UInt64] = [36, 35, 34, 32]
        let bit = Int(counted >> lowest[Int(registers.field(R.MCSTCTRL.addressBits))] & 0xFFF)
        return registers[R.MTA.offset(bit / 32)] >> UInt32(bit % 32) & 1 == 1
    }
}
