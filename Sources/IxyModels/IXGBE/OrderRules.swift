import Ixy
import IxyHardware

/// The rules about when a register may be written, and with what.
extension Model82599 {
    mutating func checkOrder(_ offset: Int, _ value: UInt32, _ word: RegisterFile.Word) {
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
}
