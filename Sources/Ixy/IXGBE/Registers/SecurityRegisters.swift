package import IxyHardware

// The security block, through which all frames go even if nothing is encrypted (82599 §8.2.3.12).
extension IXGBERegisters {
    /// Reset value checked.
    package enum SECRXCTRL: ReadWriteRegister {
        package static let entry = Entry("Security Receive Control", at: 0x08D00, "8.2.3.12.5", reset: 0x00000001)
        package static let offloadDisable = F("SECRX_DIS", 0), pathDisable = F("RX_DIS", 1),
            fields = list(offloadDisable, pathDisable)
    }

    /// Reset value checked.
    package enum SECRXSTAT: ReadOnlyRegister {
        package static let entry = Entry("Security Receive Status", at: 0x08D04, "8.2.3.12.6")
        package static let isEmpty = F("SECRX_RDY", 0), offloadOff = F("SECRX_OFF_DIS", 1), eccError = F("ECC_RXERR", 2),
            fields = list(isEmpty, offloadOff, eccError)
    }
}
