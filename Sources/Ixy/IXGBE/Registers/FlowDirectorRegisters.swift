public import IxyHardware

// The flow director: queues for single flows (82599 §8.2.3.21).
extension IXGBERegisters {
    /// Flow Director Filters Control. (82599 §8.2.3.21.1)
    public enum FDIRCTRL: ReadableRegister, WritableRegister {
        public static let name = "FDIRCTRL"
        public static let summary = "Flow Director Filters Control"
        public static let section = "8.2.3.21.1"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE00 }
        /// How much of the packet buffer it takes: none, 64, 128 or 256 KiB.
        public static let allocation = Field<FDIRCTRL>("PBALLOC", 0...1)
        public static let initialized = Field<FDIRCTRL>("INIT-Done", 3, isReadOnly: true)
        public static let perfect = Field<FDIRCTRL>("Perfect-Match", 4)
        public static let reportsMatch = Field<FDIRCTRL>("Report-Status", 5)
        public static let reportsAll = Field<FDIRCTRL>("Report-Status always", 7)
        public static let dropQueue = Field<FDIRCTRL>("Drop-Queue", 8...14)
        /// In words of 16 bits.
        public static let flexibleOffset = Field<FDIRCTRL>("Flex-Offset", 16...20)
        public static let longestBucket = Field<FDIRCTRL>("Max-Length", 24...27)
        public static let fullThreshold = Field<FDIRCTRL>("Full-Thresh", 28...31)
        public static let fields = [
            allocation, initialized, perfect, reportsMatch, reportsAll, dropQueue, flexibleOffset, longestBucket,
            fullThreshold,
        ].map(\.description)
    }

    /// Flow Director Filters Lookup Table Hash Key. (82599 §8.2.3.21.2)
    public enum FDIRHKEY: ReadableRegister, WritableRegister {
        public static let name = "FDIRHKEY"
        public static let summary = "Flow Director Filters Lookup Table Hash Key"
        public static let section = "8.2.3.21.2"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE68 }
        public static let reset: UInt32 = 0x80000001
        public static let key = Field<FDIRHKEY>("Key", 0...31)
        public static let fields = [key].map(\.description)
    }

    /// Flow Director Filters Signature Hash Key. (82599 §8.2.3.21.3)
    public enum FDIRSKEY: ReadableRegister, WritableRegister {
        public static let name = "FDIRSKEY"
        public static let summary = "Flow Director Filters Signature Hash Key"
        public static let section = "8.2.3.21.3"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE6C }
        public static let reset: UInt32 = 0x80800101
        public static let key = Field<FDIRSKEY>("Key", 0...31)
        public static let fields = [key].map(\.description)
    }

    /// Flow Director Filters Destination IPv4 Mask; a bit that is set does not count. (82599 §8.2.3.21.4)
    public enum FDIRDIP4M: ReadableRegister, WritableRegister {
        public static let name = "FDIRDIP4M"
        public static let summary = "Flow Director Filters Destination IPv4 Mask"
        public static let section = "8.2.3.21.4"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE3C }
        public static let mask = Field<FDIRDIP4M>("IP Address Mask", 0...31)
        public static let fields = [mask].map(\.description)
    }

    /// Flow Director Filters Source IPv4 Mask. (82599 §8.2.3.21.5)
    public enum FDIRSIP4M: ReadableRegister, WritableRegister {
        public static let name = "FDIRSIP4M"
        public static let summary = "Flow Director Filters Source IPv4 Mask"
        public static let section = "8.2.3.21.5"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE40 }
        public static let mask = Field<FDIRSIP4M>("IP Address Mask", 0...31)
        public static let fields = [mask].map(\.description)
    }

    /// Flow Director Filters TCP Mask; the bits of each port are in reverse. (82599 §8.2.3.21.6)
    public enum FDIRTCPM: ReadableRegister, WritableRegister {
        public static let name = "FDIRTCPM"
        public static let summary = "Flow Director Filters TCP Mask"
        public static let section = "8.2.3.21.6"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE44 }
        public static let source = Field<FDIRTCPM>("SportM", 0...15)
        public static let target = Field<FDIRTCPM>("DportM", 16...31)
        public static let fields = [source, target].map(\.description)
    }

    /// Flow Director Filters UDP Mask; the bits of each port are in reverse. (82599 §8.2.3.21.7)
    public enum FDIRUDPM: ReadableRegister, WritableRegister {
        public static let name = "FDIRUDPM"
        public static let summary = "Flow Director Filters UDP Mask"
        public static let section = "8.2.3.21.7"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE48 }
        public static let source = Field<FDIRUDPM>("SportM", 0...15)
        public static let target = Field<FDIRUDPM>("DportM", 16...31)
        public static let fields = [source, target].map(\.description)
    }

    /// Flow Director Filters IPv6 Mask, a bit for each byte. (82599 §8.2.3.21.8)
    public enum FDIRIP6M: ReadableRegister, WritableRegister {
        public static let name = "FDIRIP6M"
        public static let summary = "Flow Director Filters IPv6 Mask"
        public static let section = "8.2.3.21.8"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE74 }
        public static let source = Field<FDIRIP6M>("SIPM", 0...15)
        public static let target = Field<FDIRIP6M>("DIPM", 16...31)
        public static let fields = [source, target].map(\.description)
    }

    /// Flow Director Filters Other Mask; a bit that is set does not count. (82599 §8.2.3.21.9)
    public enum FDIRM: ReadableRegister, WritableRegister {
        public static let name = "FDIRM"
        public static let summary = "Flow Director Filters Other Mask"
        public static let section = "8.2.3.21.9"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE70 }
        public static let vlan = Field<FDIRM>("VLANID", 0)
        public static let priority = Field<FDIRM>("VLANP", 1)
        public static let pool = Field<FDIRM>("POOL", 2)
        public static let transport = Field<FDIRM>("L4P", 3)
        public static let flexible = Field<FDIRM>("FLEX", 4)
        public static let targetIPv6 = Field<FDIRM>("DIPv6", 5)
        public static let fields = [vlan, priority, pool, transport, flexible, targetIPv6].map(\.description)
    }

    /// Flow Director Filters Free. (82599 §8.2.3.21.10)
    public enum FDIRFREE: ReadableRegister, WritableRegister {
        public static let name = "FDIRFREE"
        public static let summary = "Flow Director Filters Free"
        public static let section = "8.2.3.21.10"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE38 }
        public static let free = Field<FDIRFREE>("FREE", 0...15)
        public static let collisions = Field<FDIRFREE>("COLL", 16...30)
        public static let fields = [free, collisions].map(\.description)
    }

    /// Flow Director Filters Length. (82599 §8.2.3.21.11)
    public enum FDIRLEN: ReadableRegister, WritableRegister {
        public static let name = "FDIRLEN"
        public static let summary = "Flow Director Filters Length"
        public static let section = "8.2.3.21.11"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0EE4C }
        public static let longest = Field<FDIRLEN>("MAXLEN", 0...5)
        public static let bucket = Field<FDIRLEN>("MAXHASH", 16...30)
        public static let fields = [longest, bucket].map(\.description)
    }
}
