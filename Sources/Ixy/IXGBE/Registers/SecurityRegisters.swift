public import IxyHardware

// The security block, through which all frames go even if nothing is encrypted (82599 §8.2.3.12).
extension IXGBERegisters {
    /// Security Receive Control. Reset value checked. (82599 §8.2.3.12.5)
    public enum SECRXCTRL: ReadableRegister, WritableRegister {
        public static let name = "SECRXCTRL"
        public static let summary = "Security Receive Control"
        public static let section = "8.2.3.12.5"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x08D00 }
        public static let reset: UInt32 = 0x00000001
        public static let offloadDisable = Field<SECRXCTRL>("SECRX_DIS", 0)
        public static let pathDisable = Field<SECRXCTRL>("RX_DIS", 1)
        public static let fields = [offloadDisable, pathDisable].map(\.description)
    }

    /// Security Receive Status. Reset value checked. (82599 §8.2.3.12.6)
    public enum SECRXSTAT: ReadableRegister {
        public static let name = "SECRXSTAT"
        public static let summary = "Security Receive Status"
        public static let section = "8.2.3.12.6"
        public static let access = RegisterAccess.readOnly
        public static func offset(_: Int) -> Int { 0x08D04 }
        public static let isEmpty = Field<SECRXSTAT>("SECRX_RDY", 0)
        public static let offloadOff = Field<SECRXSTAT>("SECRX_OFF_DIS", 1)
        public static let eccError = Field<SECRXSTAT>("ECC_RXERR", 2)
        public static let fields = [isEmpty, offloadOff, eccError].map(\.description)
    }
}
