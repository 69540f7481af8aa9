import Ixy
import IxyHardware

/// The driver's reads and writes of registers.
extension Model82599 {
    mutating func read(at offset: Int) -> UInt32 {
        reads += 1
        tick()
        pollDoorbells(all: true)
        let offset = registers.place(of: offset)
        guard let word = registers.word(at: offset) else {
            reportNoRegister("read", at: offset)
            return 0
        }
        if isInReset {
            // The driver may ask whether it is over.
            if offset == R.CTRL.offset(0) { return registers[offset] | R.CTRL.deviceReset.description.mask }
            report(word, "read while the reset runs", "4.6.3.2")
        }
        if let value = readMailboxes(word) { return value }
        if let value = readsInterrupts(word, at: offset) { return value }
        let value = readPins(word) ?? registers[offset]
        switch word.access {
        case .writeOnly:
            report(word, "read, though it is write-only")
            return 0
        case .clearOnRead:
            registers[offset] = 0
        case .readWrite, .readOnly, .writeOneToClear:
            notice(value, word)
        }
        return value
    }

    /// Applies the effects of the driver's read of a value.
    private mutating func notice(_ value: UInt32, _ word: RegisterFile.Word) {
        switch word.register.name {
        case R.RXDCTL.name:
            isReceiveSeen[word.index] = RegisterValue<R.RXDCTL>(read: value).isSet(R.RXDCTL.enable)
        case R.TXDCTL.name:
            isTransmitSeen[word.index] = RegisterValue<R.TXDCTL>(read: value).isSet(R.TXDCTL.enable)
        case R.SWSM.name:
            takeSoftwareSemaphore()
        case R.SECRXSTAT.name:
            isReceivePathSeenEmpty = RegisterValue<R.SECRXSTAT>(read: value).isSet(R.SECRXSTAT.isEmpty)
        default:
            break
        }
    }

    mutating func write(_ value: UInt32, at offset: Int) {
        tick()
        pollDoorbells(all: true)
        let offset = registers.place(of: offset)
        guard let word = registers.word(at: offset) else {
            reportNoRegister("written", at: offset)
            return
        }
        if isInReset {
            report(word, "written while the reset runs", "4.6.3.2")
            return
        }
        switch word.access {
        case .readOnly, .clearOnRead:
            report(word, "written, though it is read-only")
            return
        case .writeOneToClear:
            checkStartUp(word)
            if clearMailboxes(value, word) || writeInterrupts(value, word) { return }
            registers[offset] &= ~value
            return
        case .writeOnly:
            if value & word.reserved != 0 { report(word, value & word.reserved, "written") }
        case .readWrite:
            let changed = value ^ registers[offset]
            if changed & word.reserved != 0 { report(word, changed & word.reserved, "changed") }
            checkOrder(value, at: offset, word)
        }
        apply(value, at: offset, word)
    }

    @inline(never)
    private mutating func reportNoRegister(_ verb: StaticString, at offset: Int) {
        violate("\(registers.named(at: offset)) \(verb), where there is no register", "8.2.3")
    }
}
