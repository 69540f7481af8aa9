public import IxyHardware

// Filters of virtual machines, tables of which must be filled even where there are none (82599 §8.2.3.27).
extension IXGBERegisters {
    /// Unicast Table Array. (82599 §8.2.3.27.17)
    public enum PFUTA: ReadableRegister, WritableRegister {
        public static let name = "PFUTA"
        public static let summary = "Unicast Table Array"
        public static let section = "8.2.3.27.17"
        public static let access = RegisterAccess.readWrite
        public static let isUndefinedAfterReset = true
        public static let count = 128
        public static func offset(_ index: Int) -> Int { 0x0F400 + 4 * index }
        public static let bits = Field<PFUTA>("Bit Vector", 0...31)
        public static let fields = [bits].map(\.description)
    }

    /// VLAN Pool Filter. (82599 §8.2.3.27.15)
    public enum PFVLVF: ReadableRegister, WritableRegister {
        public static let name = "PFVLVF"
        public static let summary = "VLAN Pool Filter"
        public static let section = "8.2.3.27.15"
        public static let access = RegisterAccess.readWrite
        public static let isUndefinedAfterReset = true
        public static let count = 64
        public static func offset(_ index: Int) -> Int { 0x0F100 + 4 * index }
        public static let vlan = Field<PFVLVF>("VLAN_Id", 0...11)
        public static let enable = Field<PFVLVF>("VI_En", 31)
        public static let fields = [vlan, enable].map(\.description)
    }

    /// VLAN Pool Filter Bitmap. (82599 §8.2.3.27.16)
    public enum PFVLVFB: ReadableRegister, WritableRegister {
        public static let name = "PFVLVFB"
        public static let summary = "VLAN Pool Filter Bitmap"
        public static let section = "8.2.3.27.16"
        public static let access = RegisterAccess.readWrite
        public static let isUndefinedAfterReset = true
        public static let count = 128
        public static func offset(_ index: Int) -> Int { 0x0F200 + 4 * index }
        public static let pools = Field<PFVLVFB>("POOL_ENA", 0...31)
        public static let fields = [pools].map(\.description)
    }
}
