import Ixy
import IxyHardware

/// The rules about when a register may be written, and with what. All is checked before the value is taken.
extension Model82599 {
    mutating func checkOrder(_ value: UInt32, at offset: Int, _ word: RegisterFile.Word) {
        checkStartUp(word)
        let changed = value ^ registers[offset]
        switch word.register.name {
        case R.CTRL.name:
            checkMasterDisable(RegisterValue(read: value))
        case R.SW_FW_SYNC.name:
            checkClaims(value)
        case R.AUTOC.name:
            checkIsClaimed(word)
        case R.RXCTRL.name:
            checkReceiveEnable(RegisterValue(read: value))
        case R.FCTRL.name, R.RXCSUM.name:
            checkReceiveIsOff(changed, word)
        case R.HLREG0.name:
            checkReceiveIsOff(changed & R.HLREG0.receiveCRCStrip.description.mask, word)
        case R.RDRXCTL.name:
            checkReceiveIsOff(changed & R.RDRXCTL.crcStrip.description.mask, word)
            checkFixedFields(RegisterValue(read: value))
        case R.RDBAL.name, R.RDBAH.name, R.RDLEN.name, R.SRRCTL.name:
            checkReceiveQueueIsOff(changed, word)
        case R.RDH.name:
            checkHead(value, word, isTaken: hasReceiveRing(word.index))
        case R.TDH.name:
            checkHead(value, word, isTaken: hasTransmitRing(word.index))
        case R.TDBAL.name, R.TDBAH.name, R.TDLEN.name, R.TDWBAL.name, R.TDWBAH.name:
            checkTransmitQueueIsOff(changed, word)
        case R.MTQC.name, R.DTXMXSZRQ.name, R.TXPBSIZE.name, R.TXPBTHRESH.name:
            checkArbiterRests(word)
        case R.DMATXCTL.name:
            checkTransmitEnable(RegisterValue(read: value))
            checkEtherType(changed & R.DMATXCTL.vlanType.description.mask, word)
        case R.VLNCTRL.name:
            checkEtherType(changed & R.VLNCTRL.etherType.description.mask, word)
        case R.PFMBMEM.name:
            checkMailboxMemory(word)
        default:
            break
        }
    }

    /// After a reset the EEPROM is read first. The registers that §4.6.3.2 counts to the reset itself may be written
    /// before: device control, interrupt masks and flow control.
    mutating func checkStartUp(_ word: RegisterFile.Word) {
        guard !registers.isSet(R.EEC.autoReadDone) else { return }
        switch word.register.name {
        case R.CTRL.name, R.EIMC.name: break
        // Who does not know of the reset goes on at its queues.
        case R.RDT.name where isResetUnawares, R.TDT.name where isResetUnawares: break
        case R.FCTTV.name, R.FCRTL.name, R.FCRTH.name, R.FCRTV.name, R.FCCFG.name: break
        default: report(word, "written before EEC.Auto_RD was set", "4.6.3")
        }
    }

    /// Reception ends before DMA does. (82599 §5.2.5.3.2)
    private mutating func checkMasterDisable(_ value: RegisterValue<R.CTRL>) {
        guard value.isSet(R.CTRL.masterDisable), !registers.isSet(R.CTRL.masterDisable),
            let queue = receiveQueues.first
        else { return }
        violate("CTRL.PCIe Master Disable set while RXDCTL(\(queue)).ENABLE is set", "5.2.5.3.2")
    }

    /// The firmware writes it as well. (82599 §8.2.3.22.19, §10.5.4)
    private mutating func checkIsClaimed(_ word: RegisterFile.Word) {
        guard !registers.isSet(R.SW_FW_SYNC.softwareRegisters) else { return }
        report(word, "written without SW_FW_SYNC.SW_MAC_CSR_SM", "10.5.4")
    }

    /// Checks the steps that must come before frames are let in.
    private mutating func checkReceiveEnable(_ value: RegisterValue<R.RXCTRL>) {
        guard value.isSet(R.RXCTRL.enable), !registers.isSet(R.RXCTRL.enable) else { return }
        if !areInterruptsMasked {
            violate("RXCTRL.RXEN set before EIMC was written after the reset", "4.6.3.1")
        }
        if !registers.isSet(R.RDRXCTL.isInitialized) {
            violate("RXCTRL.RXEN set before RDRXCTL.DMAIDONE was set", "4.6.3")
        }
        if !isReceivePathSeenEmpty {
            violate("RXCTRL.RXEN set before SECRXSTAT.SECRX_RDY was read as 1", "4.6.7")
        }
        // The mark must be at least 8 bytes below the packet buffer's end. (§8.2.3.3.4)
        let mark = registers.field(R.FCRTH.threshold) * 32
        if mark == 0 || mark + 8 > registers.field(R.RXPBSIZE.size) * 1024 {
            violate("RXCTRL.RXEN set with an FCRTH(0).RTH of \(mark) bytes", "4.6.3.2")
        }
        for table in Model82599.filterTables where !registers.areAllWritten(table) {
            violate("RXCTRL.RXEN set before all of \(table.name) was written", "4.6.7")
        }
    }

    /// The tables that software must fill before frames are let in.
    private static let filterTables: [any Register.Type] = [
        R.MTA.self, R.VFTA.self, R.MPSAR.self, R.PFUTA.self, R.PFVLVF.self, R.PFVLVFB.self,
    ]

    private mutating func checkTransmitEnable(_ value: RegisterValue<R.DMATXCTL>) {
        guard value.isSet(R.DMATXCTL.enable), !registers.isSet(R.DMATXCTL.enable) else { return }
        if !registers.isSet(R.RDRXCTL.isInitialized) {
            violate("DMATXCTL.TE set before RDRXCTL.DMAIDONE was set", "4.6.3")
        }
        if registers.isSet(R.RTTDCS.arbiterDisable) {
            violate("DMATXCTL.TE, which enables transmit queue 0, set while RTTDCS.ARBDIS is set", "4.6.8")
        }
    }

    private mutating func checkReceiveIsOff(_ changed: UInt32, _ word: RegisterFile.Word) {
        guard changed != 0, registers.isSet(R.RXCTRL.enable) else { return }
        report(word, changed, "changed while RXCTRL.RXEN is set")
    }

    private mutating func checkReceiveQueueIsOff(_ changed: UInt32, _ word: RegisterFile.Word) {
        guard changed != 0, hasReceiveRing(word.index) else { return }
        report(word, changed, "changed while RXDCTL.ENABLE of its queue is set", "4.6.7.1")
    }

    private mutating func checkTransmitQueueIsOff(_ changed: UInt32, _ word: RegisterFile.Word) {
        guard changed != 0, hasTransmitRing(word.index) else { return }
        report(word, changed, "changed while TXDCTL.ENABLE of its queue is set", "4.6.8.1")
    }

    /// The head is the hardware's. (82599 §8.2.3.8.4, §8.2.3.9.8)
    private mutating func checkHead(_ value: UInt32, _ word: RegisterFile.Word, isTaken: Bool) {
        if isTaken {
            report(word, "written while its queue is enabled")
        } else if value != 0 {
            report(word, "set to another value than 0")
        }
    }

    /// §4.6.8 sets ARBDIS, programs these, and clears it.
    private mutating func checkArbiterRests(_ word: RegisterFile.Word) {
        guard !registers.isSet(R.RTTDCS.arbiterDisable) else { return }
        report(word, "written while RTTDCS.ARBDIS is clear", "4.6.8")
    }

    private mutating func checkEtherType(_ changed: UInt32, _ word: RegisterFile.Word) {
        guard changed != 0 else { return }
        report(word, changed, "changed, which software must not do")
    }

    /// Fields which software must write so, whatever they were.
    private mutating func checkFixedFields(_ value: RegisterValue<R.RDRXCTL>) {
        if value[R.RDRXCTL.firstSize] != 0 {
            violate("RDRXCTL.RSCFRSTSIZE not written as 0", "8.2.3.8.8")
        }
        if !value.isSet(R.RDRXCTL.acknowledgeCoalescing) || !value.isSet(R.RDRXCTL.fcoeFix) {
            violate("RDRXCTL.RSCACKC or FCOE_WRFIX not written as 1", "8.2.3.8.8")
        }
    }
}
