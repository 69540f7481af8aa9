import Ixy
import IxyHardware

/// The chip's ways to the outside: the cage's pins, its two-wire bus, the PHY's bus. Our driver uses none of them.
extension Model82599 {
    /// The value of a register that shows what is outside; nil for others.
    mutating func readPins(_ word: RegisterFile.Word) -> UInt32? {
        switch word.register.name {
        case R.I2CCTL.name:
            // Clock in, clock out, data in, data out. (82599 §8.2.3.1.5)
            let written = registers[R.I2CCTL.offset(0)]
            let clock = written >> 1 & 1
            let data = module.pulls ? 0 : written >> 3 & 1
            return written & ~0b0101 | clock | data << 2
        case R.ESDP.name:
            // SDP2 is high while there is a module in the cage.
            return registers[R.ESDP.offset(0)] | 1 << 2
        case R.SECTXSTAT.name:
            // Nothing is ever left in the security block. (82599 §8.2.3.12.2)
            return 1
        default:
            return nil
        }
    }

    /// Takes a value that was written to such a register; false for others.
    mutating func writePins(_ value: UInt32, at offset: Int, _ word: RegisterFile.Word) -> Bool {
        switch word.register.name {
        case R.I2CCTL.name:
            registers.store(value, at: offset, word)
            module.drive(clock: value >> 1 & 1 == 1, data: value >> 3 & 1 == 1)
        case R.MSCA.name:
            // No PHY answers at any address: a command ends at once, and what it reads is all ones. (82599 §8.2.3.22)
            registers.store(value & ~(1 << 30), at: offset, word)
            registers[R.MSRWD.offset(0)] = 0xFFFF_0000 | registers[R.MSRWD.offset(0)] & 0xFFFF
        default:
            return false
        }
        return true
    }
}
