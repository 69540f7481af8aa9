import Ixy
import IxyHardware

/// What happens when the driver reads or writes a register.
extension Model82599 {
    mutating func read(at offset: Int) -> UInt32 {
        reads += 1
        tick()
        pollDoorbells(all: true)
        guard let word = registers.word(at: offset) else {
            violate("read at offset \(hex(offset)), where there is no register", "8.2.3")
            return 0
        }
        if isInReset {
            // The driver may ask whether it is over.
            if offset == R.CTRL.offset(0) { return registers[offset] | R.CTRL.deviceReset.description.mask }
            violate("\(word.register.name) read while the reset runs", "4.6.3.2")
        }
        let value = registers[offset]
        switch word.access {
        case .writeOnly:
            violate("\(word.register.name) read, which is write-only", word.register.section)
            return 0
        case .clearOnRead:
            registers[offset] = 0
        case .readWrite, .readOnly, .writeOneToClear:
            notice(value, word)
        }
        return value
    }

    /// What follows from the driver having seen a value.
    private mutating func notice(_ value: UInt32, _ word: RegisterFile.Word) {
        switch word.register.name {
        case R.RXDCTL.name:
            isReceiveSeen[word.index] = RegisterValue<R.RXDCTL>(read: value).isSet(R.RXDCTL.enable)
        case R.TXDCTL.name:
            isTransmitSeen[word.index] = RegisterValue<R.TXDCTL>(read: value).isSet(R.TXDCTL.enable)
        default:
            break
        }
    }

    mutating func write(_ value: UInt32, at offset: Int) {
        tick()
        pollDoorbells(all: true)
        guard let word = registers.word(at: offset) else {
            violate("write at offset \(hex(offset)), where there is no register", "8.2.3")
            return
        }
        let register = word.register
        if isInReset { violate("\(register.name) written while the reset runs", "4.6.3.2") }
        switch word.access {
        case .readOnly, .clearOnRead:
            violate("\(register.name) written, which is \(word.access.rawValue)", register.section)
            return
        case .writeOneToClear:
            registers[offset] &= ~value
            return
        case .writeOnly:
            if value & word.reserved != 0 {
                violate("\(register.name) written with reserved bits \(hex(Int(value & word.reserved)))", register.section)
            }
            return
        case .readWrite:
            let changed = (value ^ registers[offset]) & word.reserved
            if changed != 0 {
                violate("\(register.name): reserved bits \(hex(Int(changed))) changed", register.section)
            }
        }
        checkOrder(offset, value, word)
        apply(value, at: offset, word)
    }
}

/// A number as people write offsets.
func hex(_ value: Int) -> String { "0x" + String(value, radix: 16, uppercase: true) }
