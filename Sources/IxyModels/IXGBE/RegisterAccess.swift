import Ixy
import IxyHardware

/// What happens when the driver reads or writes a register.
extension Model82599 {
    mutating func read(at offset: Int) -> UInt32 {
        reads += 1
        tick()
        pollDoorbells(all: true)
        guard offset >= 0, offset % 4 == 0, offset < RegisterFile.size, let word = registers.word(at: offset) else {
            violate("read at offset \(hex(offset)), where there is no register", "8.2.3")
            return 0
        }
        if isInReset, offset != R.CTRL.offset(0) {
            violate("\(word.register.name) read while the reset runs", "4.6.3.2")
        }
        let value = registers[offset]
        switch word.access {
        case .writeOnly:
            violate("\(word.register.name) read, which is write-only", word.register.section)
            return 0
        case .clearOnRead:
            registers[offset] = 0
        default:
            break
        }
        if offset == R.CTRL.offset(0), isInReset { return value | R.CTRL.deviceReset.description.mask }
        return value
    }

    mutating func write(_ value: UInt32, at offset: Int) {
        tick()
        pollDoorbells(all: true)
        guard offset >= 0, offset % 4 == 0, offset < RegisterFile.size, let word = registers.word(at: offset) else {
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
        apply(offset, value, word)
    }

    /// The rules about when a register may be written.
    private mutating func checkOrder(_ offset: Int, _ value: UInt32, _ word: RegisterFile.Word) {
        let isReceiving = registers.isSet(R.RXCTRL.enable)
        if offset == R.FCTRL.offset(0), isReceiving, value != registers[offset] {
            violate("FCTRL changed while RXCTRL.RXEN is set", "8.2.3.7.1")
        }
        if offset == R.DTXMXSZRQ.offset(0), !registers.isSet(R.RTTDCS.arbiterDisable) {
            violate("DTXMXSZRQ written while RTTDCS.ARBDIS is clear", "4.6.11.3.3")
        }
        if word.register.name == R.RDLEN.name || word.register.name == R.TDLEN.name, value % 128 != 0 {
            violate("\(word.register.name) is no multiple of 128 bytes", "8.2.3.8.3")
        }
        if offset == R.RDRXCTL.offset(0) {
            let new = RegisterValue<R.RDRXCTL>(read: value)
            if new[R.RDRXCTL.firstSize] != 0 { violate("RDRXCTL.RSCFRSTSIZE not written as 0", "8.2.3.8.8") }
            if !new.isSet(R.RDRXCTL.acknowledgeCoalescing) || !new.isSet(R.RDRXCTL.fcoeFix) {
                violate("RDRXCTL.RSCACKC or FCOE_WRFIX not written as 1", "8.2.3.8.8")
            }
        }
    }

    /// What the hardware does with a value.
    private mutating func apply(_ offset: Int, _ value: UInt32, _ word: RegisterFile.Word) {
        let index = word.index
        switch word.register.name {
        case R.CTRL.name:
            applyControl(value)
        case R.AUTOC.name:
            registers[offset] = value & ~R.AUTOC.restart.description.mask
            if value & R.AUTOC.restart.description.mask != 0 { restartLink() }
        case R.RDRXCTL.name:
            // The done bit is the hardware's.
            registers[offset] = value | R.RDRXCTL.isInitialized.description.mask
        case R.RXDCTL.name:
            registers[offset] = value
            enableReceive(index, RegisterValue<R.RXDCTL>(read: value).isSet(R.RXDCTL.enable))
        case R.TXDCTL.name:
            registers[offset] = value
            enableTransmit(index, RegisterValue<R.TXDCTL>(read: value))
        case R.RDT.name:
            doorbells.store(value, at: offset)
            pollDoorbells(all: true)
        case R.TDT.name:
            doorbells.store(value, at: offset)
            pollDoorbells(all: true)
        default:
            registers[offset] = value
        }
    }

    private mutating func applyControl(_ value: UInt32) {
        let control = RegisterValue<R.CTRL>(read: value)
        if control.isSet(R.CTRL.deviceReset) || control.isSet(R.CTRL.linkReset) {
            beginReset()
            return
        }
        registers[R.CTRL.offset(0)] = value
        // Nothing of ours is on the way between two steps, so DMA has ended at once. (82599 §5.2.5.3.2)
        registers.put(R.STATUS.masterEnabled, control.isSet(R.CTRL.masterDisable) ? 0 : 1)
    }

    private mutating func restartLink() {
        registers.put(R.LINKS.isUp, 0)
        registers.put(R.LINKS.linkStatus, 0)
        registers.put(R.STATUS.linkUp, 0)
        linkUpAt = time + Delay.link
    }

    private mutating func enableReceive(_ queue: Int, _ isOn: Bool) {
        let isKnown = receiveQueues.contains(queue)
        guard isOn != isKnown else { return }
        if isOn {
            if registers.field(R.RDLEN.length, queue) == 0 {
                violate("receive queue \(queue) enabled without a ring", "4.6.7.1")
                return
            }
            receiveQueues.append(queue)
            receiveQueues.sort()
        } else {
            receiveQueues.removeAll { $0 == queue }
        }
    }

    private mutating func enableTransmit(_ queue: Int, _ value: RegisterValue<R.TXDCTL>) {
        let isOn = value.isSet(R.TXDCTL.enable)
        guard isOn != transmitQueues.contains(queue) else { return }
        guard isOn else {
            transmitQueues.removeAll { $0 == queue }
            return
        }
        if registers.field(R.TDLEN.length, queue) == 0 {
            violate("transmit queue \(queue) enabled without a ring", "4.6.8.1")
            return
        }
        if !registers.isSet(R.DMATXCTL.enable) {
            violate("transmit queue \(queue) enabled before DMATXCTL.TE", "4.6.8")
        }
        if registers.isSet(R.TDWBAL.enable, queue), value[R.TXDCTL.writeBack] != 0 {
            violate("head write-back with a write-back threshold", "7.2.3.5.2")
        }
        transmitQueues.append(queue)
        transmitQueues.sort()
    }
}

/// A number as people write offsets.
func hex(_ value: Int) -> String { "0x" + String(value, radix: 16, uppercase: true) }
