public import IxyHardware

// The MAC and the link (82599 §8.2.3.22).
extension IXGBERegisters {
    /// Auto-Negotiation Control. The EEPROM of the board gives its reset value; this one is a serial 10 Gbit/s port. (82599 §8.2.3.22.19)
    public enum AUTOC: ReadableRegister, WritableRegister {
        public static let name = "AUTOC"
        public static let summary = "Auto-Negotiation Control"
        public static let section = "8.2.3.22.19"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x042A0 }
        public static let reset: UInt32 = 0xC09C6004
        public static let forceLink = Field<AUTOC>("FLU", 0)
        public static let acknowledge2 = Field<AUTOC>("ANACK2", 1)
        public static let selector = Field<AUTOC>("ANSF", 2...6)
        public static let pma10G = Field<AUTOC>("10G_PMA_PMD_PARALLEL", 7...8)
        public static let pma1G = Field<AUTOC>("1G_PMA_PMD", 9)
        public static let lowPower = Field<AUTOC>("D10GMP", 10)
        public static let restartTimer = Field<AUTOC>("RATD", 11)
        public static let restart = Field<AUTOC>("Restart_AN", 12, selfClearing: true)
        public static let mode = Field<AUTOC>("LMS", 13...15)
        public static let kr = Field<AUTOC>("KR_support", 16)
        public static let fecRequest = Field<AUTOC>("FECR", 17)
        public static let fecAbility = Field<AUTOC>("FECA", 18)
        public static let alignment = Field<AUTOC>("ANRXAT", 19...22)
        public static let driftMode = Field<AUTOC>("ANRXDM", 23)
        public static let looseMode = Field<AUTOC>("ANRXLM", 24)
        public static let detectTimer = Field<AUTOC>("ANPDT", 25...26)
        public static let remoteFault = Field<AUTOC>("RF", 27)
        public static let pause = Field<AUTOC>("PB", 28...29)
        public static let kx = Field<AUTOC>("KX_support", 30...31)
        public static let fields = [
            forceLink, acknowledge2, selector, pma10G, pma1G, lowPower, restartTimer, restart, mode, kr,
            fecRequest, fecAbility, alignment, driftMode, looseMode, detectTimer, remoteFault, pause, kx,
        ].map(\.description)
    }

    /// Link Status. (82599 §8.2.3.22.20)
    public enum LINKS: ReadableRegister {
        public static let name = "LINKS"
        public static let summary = "Link Status"
        public static let section = "8.2.3.22.20"
        public static let access = RegisterAccess.readOnly
        public static func offset(_: Int) -> Int { 0x042A4 }
        public static let linkStatus = Field<LINKS>("Link Status", 7)
        public static let speed = Field<LINKS>("LNK_SPEED", 28...29)
        public static let isUp = Field<LINKS>("Link Up", 30)
        public static let negotiated = Field<LINKS>("KX/KX4/KR AN Completed", 31)
        public static let fields = [linkStatus, speed, isUp, negotiated].map(\.description)
    }

    /// MAC Core Control 0. Reset value checked: bits 3 to 9 are to stay 1, bits 11 to 14 to stay 0101b. (82599 §8.2.3.22.8)
    public enum HLREG0: ReadableRegister, WritableRegister {
        public static let name = "HLREG0"
        public static let summary = "MAC Core Control 0"
        public static let section = "8.2.3.22.8"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x04240 }
        public static let reset: UInt32 = 0x08012C0B
        public static let reservedOnes: UInt32 = 0x00002808
        public static let transmitCRC = Field<HLREG0>("TXCRCEN", 0)
        public static let receiveCRCStrip = Field<HLREG0>("RXCRCSTRP", 1)
        public static let jumbo = Field<HLREG0>("JUMBOEN", 2)
        public static let transmitPad = Field<HLREG0>("TXPADEN", 10)
        public static let loopback = Field<HLREG0>("LPBK", 15)
        public static let mdcSpeed = Field<HLREG0>("MDCSPD", 16)
        public static let continuousMDC = Field<HLREG0>("CONTMDC", 17)
        public static let prepend = Field<HLREG0>("PREPEND", 20...23)
        public static let lengthError = Field<HLREG0>("RXLNGTHERREN", 27)
        public static let padStrip = Field<HLREG0>("RXPADSTRIPEN", 28)
        public static let fields = [
            transmitCRC, receiveCRCStrip, jumbo, transmitPad, loopback, mdcSpeed, continuousMDC, prepend,
            lengthError, padStrip,
        ].map(\.description)
    }

    /// Maximum Frame Size. (82599 §8.2.3.22.13)
    public enum MAXFRS: ReadableRegister, WritableRegister {
        public static let name = "MAXFRS"
        public static let summary = "Maximum Frame Size"
        public static let section = "8.2.3.22.13"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x04268 }
        public static let reset: UInt32 = 0x05EE0000
        public static let size = Field<MAXFRS>("MFS", 16...31)
        public static let fields = [size].map(\.description)
    }
}
