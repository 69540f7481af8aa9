public import IxyHardware

// A filter of the flow director, the command about it, and the counts (82599 §8.2.3.21).
extension IXGBERegisters {
    /// Flow Director Filters Used Statistics: added in the lower half, removed in the upper one. (82599 §8.2.3.21.12)
    public enum FDIRUSTAT: StatisticsRegister {
        public static let name = "FDIRUSTAT"
        public static let summary = "Flow Director Filters Used Statistics"
        public static let section = "8.2.3.21.12"
        public static func offset(_: Int) -> Int { 0x0EE50 }
    }

    /// Flow Director Filters Failed Usage Statistics: as FDIRUSTAT, a byte each. (82599 §8.2.3.21.13)
    public enum FDIRFSTAT: StatisticsRegister {
        public static let name = "FDIRFSTAT"
        public static let summary = "Flow Director Filters Failed Usage Statistics"
        public static let section = "8.2.3.21.13"
        public static func offset(_: Int) -> Int { 0x0EE54 }
    }

    /// Flow Director Filters Match Statistics. (82599 §8.2.3.21.14)
    public enum FDIRMATCH: StatisticsRegister {
        public static let name = "FDIRMATCH"
        public static let summary = "Flow Director Filters Match Statistics"
        public static let section = "8.2.3.21.14"
        public static func offset(_: Int) -> Int { 0x0EE58 }
    }

    /// Flow Director Filters Miss Match Statistics. (82599 §8.2.3.21.15)
    public enum FDIRMISS: StatisticsRegister {
        public static let name = "FDIRMISS"
        public static let summary = "Flow Director Filters Miss Match Statistics"
        public static let section = "8.2.3.21.15"
        public static func offset(_: Int) -> Int { 0x0EE5C }
    }

    /// Flow Director Filters Source IPv6. (82599 §8.2.3.21.16)
    public enum FDIRSIPv6: ReadableRegister, WritableRegister {
        public static let name = "FDIRSIPv6"
        public static let summary = "Flow Director Filters Source IPv6"
        public static let section = "8.2.3.21.16"
        public static let access = RegisterAccess.readWrite
        public static let count = 3
        public static func offset(_ index: Int) -> Int { 0x0EE0C + 4 * index }
        public static let address = Field<FDIRSIPv6>("IP6SA", 0...31)
        public static let fields = [address].map(\.description)
    }

    /// Flow Director Filters IP SA. (82599 §8.2.3.21.17)
    public enum FDIRIPSA: ReadableRegister, WritableRegister {
        public static let name = "FDIRIPSA"
        public static let summary = "Flow Director Filters Source Address"
        public static let section = "8.2.3.21.17"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE18 }
        public static let address = Field<FDIRIPSA>("IP4SA", 0...31)
        public static let fields = [address].map(\.description)
    }

    /// Flow Director Filters IP DA. (82599 §8.2.3.21.18)
    public enum FDIRIPDA: ReadableRegister, WritableRegister {
        public static let name = "FDIRIPDA"
        public static let summary = "Flow Director Filters Destination Address"
        public static let section = "8.2.3.21.18"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE1C }
        public static let address = Field<FDIRIPDA>("IP4DA", 0...31)
        public static let fields = [address].map(\.description)
    }

    /// Flow Director Filters Port. (82599 §8.2.3.21.19)
    public enum FDIRPORT: ReadableRegister, WritableRegister {
        public static let name = "FDIRPORT"
        public static let summary = "Flow Director Filters Port"
        public static let section = "8.2.3.21.19"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE20 }
        public static let source = Field<FDIRPORT>("Source", 0...15)
        public static let target = Field<FDIRPORT>("Destination", 16...31)
        public static let fields = [source, target].map(\.description)
    }

    /// Flow Director Filters VLAN and FLEX Bytes. (82599 §8.2.3.21.20)
    public enum FDIRVLAN: ReadableRegister, WritableRegister {
        public static let name = "FDIRVLAN"
        public static let summary = "Flow Director Filters VLAN and Flexible Bytes"
        public static let section = "8.2.3.21.20"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE24 }
        public static let tag = Field<FDIRVLAN>("VLAN", 0...15)
        public static let flexible = Field<FDIRVLAN>("FLEX", 16...31)
        public static let fields = [tag, flexible].map(\.description)
    }

    /// Flow Director Filters Hash Signature. (82599 §8.2.3.21.21)
    public enum FDIRHASH: ReadableRegister, WritableRegister {
        public static let name = "FDIRHASH"
        public static let summary = "Flow Director Filters Hash Signature"
        public static let section = "8.2.3.21.21"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE28 }
        public static let bucket = Field<FDIRHASH>("Hash", 0...14)
        public static let isValid = Field<FDIRHASH>("Bucket Valid", 15)
        /// The signature, or the number that software has given to a filter.
        public static let number = Field<FDIRHASH>("Signature / SW-Index", 16...31)
        public static let fields = [bucket, isValid, number].map(\.description)
    }

    /// Flow Director Filters Command. (82599 §8.2.3.21.22)
    public enum FDIRCMD: ReadableRegister, WritableRegister {
        public static let name = "FDIRCMD"
        public static let summary = "Flow Director Filters Command"
        public static let section = "8.2.3.21.22"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE2C }
        /// 1 adds a filter, 2 removes it, 3 asks whether it is there. 0 again when it is done.
        public static let command = Field<FDIRCMD>("CMD", 0...1)
        public static let isValid = Field<FDIRCMD>("Filter-Valid", 2)
        public static let update = Field<FDIRCMD>("Filter-Update", 3)
        public static let isTargetIPv6 = Field<FDIRCMD>("IPv6DMATCH", 4)
        /// 1 is UDP, 2 TCP, 3 SCTP.
        public static let transport = Field<FDIRCMD>("L4TYPE", 5...6)
        public static let isIPv6 = Field<FDIRCMD>("IPV6", 7)
        public static let clearTable = Field<FDIRCMD>("CLEARHT", 8)
        public static let drop = Field<FDIRCMD>("Drop", 9)
        public static let interrupt = Field<FDIRCMD>("INT", 10)
        public static let last = Field<FDIRCMD>("Last", 11)
        public static let collision = Field<FDIRCMD>("Collision", 12)
        public static let queueEnable = Field<FDIRCMD>("Queue-EN", 15)
        public static let queue = Field<FDIRCMD>("Rx-Queue", 16...22)
        public static let pool = Field<FDIRCMD>("Pool", 24...29)
        public static let fields = [
            command, isValid, update, isTargetIPv6, transport, isIPv6, clearTable, drop, interrupt, last, collision,
            queueEnable, queue, pool,
        ].map(\.description)
    }
}
