public import IxyHardware

// Which frames are received (82599 §8.2.3.7).
extension IXGBERegisters {
    /// Filter Control. Reset value checked. (82599 §8.2.3.7.1)
    public enum FCTRL: ReadableRegister, WritableRegister {
        public static let name = "FCTRL"
        public static let summary = "Filter Control"
        public static let section = "8.2.3.7.1"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x05080 }
        public static let storeBad = Field<FCTRL>("SBP", 1)
        public static let multicastPromiscuous = Field<FCTRL>("MPE", 8)
        public static let unicastPromiscuous = Field<FCTRL>("UPE", 9)
        public static let broadcastAccept = Field<FCTRL>("BAM", 10)
        public static let fields = [
            storeBad, multicastPromiscuous, unicastPromiscuous, broadcastAccept,
        ].map(\.description)
    }

    /// VLAN Control. Reset value checked; software must not change VET. (82599 §8.2.3.7.2)
    public enum VLNCTRL: ReadableRegister, WritableRegister {
        public static let name = "VLNCTRL"
        public static let summary = "VLAN Control"
        public static let section = "8.2.3.7.2"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x05088 }
        public static let reset: UInt32 = 0x00008100
        public static let etherType = Field<VLNCTRL>("VET", 0...15)
        public static let canonical = Field<VLNCTRL>("CFI", 28)
        public static let canonicalEnable = Field<VLNCTRL>("CFIEN", 29)
        public static let filterEnable = Field<VLNCTRL>("VFE", 30)
        public static let fields = [etherType, canonical, canonicalEnable, filterEnable].map(\.description)
    }

    /// Multicast Control. Reset value checked. (82599 §8.2.3.7.3)
    public enum MCSTCTRL: ReadableRegister, WritableRegister {
        public static let name = "MCSTCTRL"
        public static let summary = "Multicast Control"
        public static let section = "8.2.3.7.3"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x05090 }
        /// Which 12 bits of the address choose a bit of MTA: 47 to 36, 46 to 35, 45 to 34 or 43 to 32.
        public static let addressBits = Field<MCSTCTRL>("MO", 0...1)
        public static let filterEnable = Field<MCSTCTRL>("MFE", 2)
        public static let fields = [addressBits, filterEnable].map(\.description)
    }

    /// Multicast Table Array. (82599 §8.2.3.7.7)
    public enum MTA: ReadableRegister, WritableRegister {
        public static let name = "MTA"
        public static let summary = "Multicast Table Array"
        public static let section = "8.2.3.7.7"
        public static let access = RegisterAccess.readWrite
        public static let isUndefinedAfterReset = true
        public static let count = 128
        public static func offset(_ index: Int) -> Int { 0x05200 + 4 * index }
        public static let bits = Field<MTA>("Bit Vector", 0...31)
        public static let fields = [bits].map(\.description)
    }

    /// Receive Address Low. (82599 §8.2.3.7.8)
    public enum RAL: ReadableRegister, WritableRegister {
        public static let name = "RAL"
        public static let summary = "Receive Address Low"
        public static let section = "8.2.3.7.8"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { 0x0A200 + 8 * index }
        public static func aliases(_ index: Int) -> [Int] { index < 16 ? [0x05400 + 8 * index] : [] }
        public static let address = Field<RAL>("RAL", 0...31)
        public static let fields = [address].map(\.description)
    }

    /// Receive Address High. (82599 §8.2.3.7.9)
    public enum RAH: ReadableRegister, WritableRegister {
        public static let name = "RAH"
        public static let summary = "Receive Address High"
        public static let section = "8.2.3.7.9"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { 0x0A204 + 8 * index }
        public static func aliases(_ index: Int) -> [Int] { index < 16 ? [0x05404 + 8 * index] : [] }
        public static let address = Field<RAH>("RAH", 0...15)
        public static let isValid = Field<RAH>("AV", 31)
        public static let fields = [address, isValid].map(\.description)
    }

    /// MAC Pool Select Array. (82599 §8.2.3.7.10)
    public enum MPSAR: ReadableRegister, WritableRegister {
        public static let name = "MPSAR"
        public static let summary = "MAC Pool Select Array"
        public static let section = "8.2.3.7.10"
        public static let access = RegisterAccess.readWrite
        public static let isUndefinedAfterReset = true
        public static let count = 256
        public static func offset(_ index: Int) -> Int { 0x0A600 + 4 * index }
        public static let pools = Field<MPSAR>("POOL_ENA", 0...31)
        public static let fields = [pools].map(\.description)
    }

    /// VLAN Filter Table Array. (82599 §8.2.3.7.11)
    public enum VFTA: ReadableRegister, WritableRegister {
        public static let name = "VFTA"
        public static let summary = "VLAN Filter Table Array"
        public static let section = "8.2.3.7.11"
        public static let access = RegisterAccess.readWrite
        public static let isUndefinedAfterReset = true
        public static let count = 128
        public static func offset(_ index: Int) -> Int { 0x0A000 + 4 * index }
        public static let bits = Field<VFTA>("VLAN_FLT", 0...31)
        public static let fields = [bits].map(\.description)
    }
}
