import Ixy
import IxyHardware

/// What the hardware does with a value that was written.
extension Model82599 {
    mutating func apply(_ value: UInt32, at offset: Int, _ word: RegisterFile.Word) {
        switch word.register.name {
        case R.CTRL.name:
            applyControl(value, at: offset, word)
        case R.AUTOC.name:
            registers.store(value, at: offset, word)
            if RegisterValue<R.AUTOC>(read: value).isSet(R.AUTOC.restart) { restartLink() }
        case R.RXDCTL.name:
            let isOn = registers.isSet(R.RXDCTL.enable, word.index)
            registers.store(value, at: offset, word)
            registers.put(R.RXDCTL.enable, isOn ? 1 : 0, word.index)
            turnReceive(word.index, on: RegisterValue<R.RXDCTL>(read: value).isSet(R.RXDCTL.enable))
        case R.TXDCTL.name:
            let isOn = registers.isSet(R.TXDCTL.enable, word.index)
            registers.store(value, at: offset, word)
            registers.put(R.TXDCTL.enable, isOn ? 1 : 0, word.index)
            turnTransmit(word.index, on: RegisterValue<R.TXDCTL>(read: value).isSet(R.TXDCTL.enable))
        case R.RDT.name, R.TDT.name:
            doorbells.store(value, at: offset)
            pollDoorbells(all: true)
        case R.RXCTRL.name, R.MRQC.name, R.RETA.name, R.RSSRK.name:
            registers.store(value, at: offset, word)
            updateSpreader()
        default:
            registers.store(value, at: offset, word)
        }
    }

    private mutating func applyControl(_ value: UInt32, at offset: Int, _ word: RegisterFile.Word) {
        let control = RegisterValue<R.CTRL>(read: value)
        if control.isSet(R.CTRL.deviceReset) || control.isSet(R.CTRL.linkReset) {
            if registers.isSet(R.STATUS.masterEnabled) {
                violate("CTRL.RST or CTRL.LRST written before STATUS said that DMA has ended", "4.2.1.6.1")
            }
            beginReset()
            return
        }
        registers.store(value, at: offset, word)
        if control.isSet(R.CTRL.masterDisable) {
            let isUnderWay = !registers.isSet(R.STATUS.masterEnabled) || handshakes.contains(.masterStopped)
            if !isUnderWay { begin(.masterStopped, after: Delay.masterStopped) }
        } else {
            handshakes.removeAll { $0 == .masterStopped }
            registers.put(R.STATUS.masterEnabled, 1)
        }
    }

    private mutating func restartLink() {
        dropLink()
        linkUpAt = time + Delay.link
    }

    private mutating func turnReceive(_ queue: Int, on isOn: Bool) {
        guard isOn != willReceive(queue) else { return }
        if isOn, registers.field(R.RDLEN.length, queue) == 0 {
            violate("receive queue \(queue) enabled without a ring", "4.6.7.1")
            return
        }
        handshakes.removeAll { $0 == .receiveQueue(queue, isOn: !isOn) }
        guard isOn != registers.isSet(R.RXDCTL.enable, queue) else { return }
        begin(.receiveQueue(queue, isOn: isOn), after: Delay.queue)
    }

    private mutating func turnTransmit(_ queue: Int, on isOn: Bool) {
        guard isOn != willTransmit(queue) else { return }
        if isOn {
            if registers.field(R.TDLEN.length, queue) == 0 {
                violate("transmit queue \(queue) enabled without a ring", "4.6.8.1")
                return
            }
            if !registers.isSet(R.DMATXCTL.enable) {
                violate("transmit queue \(queue) enabled before DMATXCTL.TE", "4.6.8")
            }
            if registers.isSet(R.TDWBAL.enable, queue), registers.field(R.TXDCTL.writeBack, queue) != 0 {
                violate("head write-back with a write-back threshold", "7.2.3.5.2")
            }
        }
        handshakes.removeAll { $0 == .transmitQueue(queue, isOn: !isOn) }
        guard isOn != registers.isSet(R.TXDCTL.enable, queue) else { return }
        begin(.transmitQueue(queue, isOn: isOn), after: Delay.queue)
    }

    /// What RXDCTL.ENABLE was last written as: the queue runs, or is about to.
    func willReceive(_ queue: Int) -> Bool {
        handshakes.contains(.receiveQueue(queue, isOn: true))
            || registers.isSet(R.RXDCTL.enable, queue) && !handshakes.contains(.receiveQueue(queue, isOn: false))
    }

    /// The same of TXDCTL.ENABLE.
    func willTransmit(_ queue: Int) -> Bool {
        handshakes.contains(.transmitQueue(queue, isOn: true))
            || registers.isSet(R.TXDCTL.enable, queue) && !handshakes.contains(.transmitQueue(queue, isOn: false))
    }
}
