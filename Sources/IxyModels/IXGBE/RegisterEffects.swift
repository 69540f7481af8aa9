import Ixy
import IxyHardware

/// What the hardware does with a value that was written.
extension Model82599 {
    mutating func apply(_ value: UInt32, at offset: Int, _ word: RegisterFile.Word) {
        switch word.register.name {
        case R.CTRL.name:
            applyControl(value, at: offset, word)
        case R.EIMS.name:
            registers[offset] |= value & word.stored
        case R.EIMC.name:
            registers[R.EIMS.offset(0)] &= ~value
            if value & word.stored == word.stored { areInterruptsMasked = true }
        case R.AUTOC.name:
            registers.store(value, at: offset, word)
            if RegisterValue<R.AUTOC>(read: value).isSet(R.AUTOC.restart) { restartLink() }
        case R.RXDCTL.name:
            applyReceiveControl(value, at: offset, word)
        case R.TXDCTL.name:
            applyTransmitControl(value, at: offset, word)
        case R.DMATXCTL.name:
            let wasOn = registers.isSet(R.DMATXCTL.enable)
            registers.store(value, at: offset, word)
            // With TE the first queue is enabled, too. (82599 §8.2.3.9.10)
            if !wasOn, registers.isSet(R.DMATXCTL.enable) { turnTransmit(0, on: true) }
        case R.SECRXCTRL.name:
            registers.store(value, at: offset, word)
            applyReceivePath()
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

    /// With RX_DIS the receive path takes no more frames, and is empty soon.
    private mutating func applyReceivePath() {
        if registers.isSet(R.SECRXCTRL.pathDisable) {
            let isUnderWay = registers.isSet(R.SECRXSTAT.isEmpty) || handshakes.contains(.receivePathEmpty)
            if !isUnderWay { begin(.receivePathEmpty, after: Delay.receivePathEmpty) }
        } else {
            handshakes.removeAll { $0 == .receivePathEmpty }
            registers.put(R.SECRXSTAT.isEmpty, 0)
            isReceivePathSeenEmpty = false
        }
    }

    private mutating func restartLink() {
        dropLink()
        linkUpAt = time + Delay.link
    }

    /// ENABLE reads as what the queue does, not as what was written. (82599 §8.2.3.8.6)
    private mutating func applyReceiveControl(_ value: UInt32, at offset: Int, _ word: RegisterFile.Word) {
        let queue = word.index
        let isAsked = RegisterValue<R.RXDCTL>(read: value).isSet(R.RXDCTL.enable)
        let isOn = registers.field(R.RXDCTL.enable, queue)
        registers.store(value, at: offset, word)
        registers.put(R.RXDCTL.enable, isOn, queue)
        if isAsked, !willReceive(queue), !checkReceiveQueue(queue) { return }
        turnReceive(queue, on: isAsked)
    }

    private mutating func applyTransmitControl(_ value: UInt32, at offset: Int, _ word: RegisterFile.Word) {
        let queue = word.index
        let isAsked = RegisterValue<R.TXDCTL>(read: value).isSet(R.TXDCTL.enable)
        let isOn = registers.field(R.TXDCTL.enable, queue)
        registers.store(value, at: offset, word)
        registers.put(R.TXDCTL.enable, isOn, queue)
        let isNew = isAsked && !isTransmitAsked[queue]
        isTransmitAsked[queue] = isAsked
        turnTransmit(queue, on: isNew ? checkTransmitQueue(queue) : isAsked)
    }

    private mutating func turnReceive(_ queue: Int, on isOn: Bool) {
        guard isOn != willReceive(queue) else { return }
        handshakes.removeAll { $0 == .receiveQueue(queue, isOn: !isOn) }
        guard isOn != registers.isSet(R.RXDCTL.enable, queue) else { return }
        begin(.receiveQueue(queue, isOn: isOn), after: Delay.queue)
    }

    private mutating func turnTransmit(_ queue: Int, on isOn: Bool) {
        guard isOn != willTransmit(queue) else { return }
        handshakes.removeAll { $0 == .transmitQueue(queue, isOn: !isOn) }
        guard isOn != registers.isSet(R.TXDCTL.enable, queue) else { return }
        begin(.transmitQueue(queue, isOn: isOn), after: Delay.queue)
    }

    /// Whether the queue runs, or is about to.
    func willReceive(_ queue: Int) -> Bool {
        handshakes.contains(.receiveQueue(queue, isOn: true))
            || registers.isSet(R.RXDCTL.enable, queue) && !handshakes.contains(.receiveQueue(queue, isOn: false))
    }

    /// The same of a transmit queue.
    func willTransmit(_ queue: Int) -> Bool {
        handshakes.contains(.transmitQueue(queue, isOn: true))
            || registers.isSet(R.TXDCTL.enable, queue) && !handshakes.contains(.transmitQueue(queue, isOn: false))
    }
}
