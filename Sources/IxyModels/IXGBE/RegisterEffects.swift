import Ixy
import IxyHardware

/// The effects of a write to a register.
extension Model82599 {
    mutating func apply(_ value: UInt32, at offset: Int, _ word: RegisterFile.Word) {
        if writeInterrupts(value, word) || writePins(value, at: offset, word) { return }
        switch word.register.name {
        case R.CTRL.name:
            applyControl(value, at: offset, word)
        case R.SWSM.name:
            applySemaphores(value, at: offset, word)
        case R.EERD.name:
            applyEEPROMRead(value, at: offset, word)
        case R.EEC.name:
            registers.store(value, at: offset, word)
            // Nobody else wants the pins.
            registers.put(R.EEC.grant, registers.field(R.EEC.request))
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
        case R.PFMAILBOX.name:
            applyMailbox(value, word)
        case R.CTRL_EXT.name:
            registers.store(value, at: offset, word)
            let control = RegisterValue<R.CTRL_EXT>(read: value)
            if control.isSet(R.CTRL_EXT.resetDone) { virtualFunctions.mailboxes.setPhysicalReset(false) }
        case R.FDIRCTRL.name:
            applyFlowControl(value, at: offset, word)
        case R.FDIRCMD.name:
            applyFlowCommand(value, at: offset, word)
        case R.RDT.name, R.TDT.name:
            doorbells.store(value, at: offset)
            pollDoorbells(all: true)
        default:
            registers.store(value, at: offset, word)
        }
    }

    private mutating func applyControl(_ value: UInt32, at offset: Int, _ word: RegisterFile.Word) {
        let control = RegisterValue<R.CTRL>(read: value)
        if control.isSet(R.CTRL.deviceReset) || control.isSet(R.CTRL.linkReset) {
            if registers.isSet(R.STATUS.masterEnabled) {
                violate("CTRL.RST or LRST set while STATUS.PCIe Master Enable Status is set", "4.2.1.6.1")
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
}
