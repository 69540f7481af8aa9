package import IxyHardware

// The MAC and the link (82599 §8.2.3.22).
extension IXGBERegisters {
    /// The EEPROM of the board gives its reset value; this one is a serial 10 Gbit/s port.
    package enum AUTOC: ReadWriteRegister {
        package static let entry = Entry("Auto-Negotiation Control", at: 0x042A0, "8.2.3.22.19", reset: 0xC09C6004)
        package static let forceLink = F("FLU", 0), acknowledge2 = F("ANACK2", 1), selector = F("ANSF", 2...6),
            pma10G = F("10G_PMA_PMD_PARALLEL", 7...8), pma1G = F("1G_PMA_PMD", 9), lowPower = F("D10GMP", 10),
            restartTimer = F("RATD", 11), restart = F("Restart_AN", 12, selfClearing: true), mode = F("LMS", 13...15),
            kr = F("KR_support", 16), fecRequest = F("FECR", 17), fecAbility = F("FECA", 18),
            alignment = F("ANRXAT", 19...22), driftMode = F("ANRXDM", 23), looseMode = F("ANRXLM", 24),
            detectTimer = F("ANPDT", 25...26), remoteFault = F("RF", 27), pause = F("PB", 28...29),
            kx = F("KX_support", 30...31),
            fields = list(forceLink, acknowledge2, selector, pma10G, pma1G, lowPower, restartTimer, restart, mode, kr,
                fecRequest, fecAbility, alignment, driftMode, looseMode, detectTimer, remoteFault, pause, kx)
    }

    /// Reset value checked: bits 3 to 9 are to stay 1, bits 11 to 14 to stay 0101b.
    package enum HLREG0: ReadWriteRegister {
        package static let entry = Entry("MAC Core Control 0", at: 0x04240, "8.2.3.22.8", reset: 0x08012C0B,
            ones: 0x00002808)
        package static let transmitCRC = F("TXCRCEN", 0), receiveCRCStrip = F("RXCRCSTRP", 1), jumbo = F("JUMBOEN", 2),
            transmitPad = F("TXPADEN", 10), loopback = F("LPBK", 15), mdcSpeed = F("MDCSPD", 16),
            continuousMDC = F("CONTMDC", 17), prepend = F("PREPEND", 20...23), lengthError = F("RXLNGTHERREN", 27),
            padStrip = F("RXPADSTRIPEN", 28),
            fields = list(transmitCRC, receiveCRCStrip, jumbo, transmitPad, loopback, mdcSpeed, continuousMDC, prepend,
                lengthError, padStrip)
    }

    package enum MAXFRS: ReadWriteRegister {
        package static let entry = Entry("Maximum Frame Size", at: 0x04268, "8.2.3.22.13", reset: 0x05EE0000)
        package static let size = F("MFS", 16...31), fields = list(size)
    }
}
