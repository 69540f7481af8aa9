public import IxyHardware

// Pools of queues for virtual machines (82599 §8.2.3.27).
extension IXGBERegisters {
    /// VT Control. (82599 §8.2.3.27.1)
    public enum PFVTCTL: ReadableRegister, WritableRegister {
        public static let name = "PFVTCTL"
        public static let summary = "VT Control"
        public static let section = "8.2.3.27.1"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x051B0 }
        public static let enable = Field<PFVTCTL>("VT_Ena", 0)
        public static let defaultPool = Field<PFVTCTL>("DEF_PL", 7...12)
        public static let defaultPoolDisable = Field<PFVTCTL>("Dis_Def_Pool", 29)
        public static let replicate = Field<PFVTCTL>("Rpl_En", 30)
        public static let fields = [enable, defaultPool, defaultPoolDisable, replicate].map(\.description)
    }

    /// VF Receive Enable, a bit for each pool. (82599 §8.2.3.27.7)
    public enum PFVFRE: ReadableRegister, WritableRegister {
        public static let name = "PFVFRE"
        public static let summary = "VF Receive Enable"
        public static let section = "8.2.3.27.7"
        public static let access = RegisterAccess.readWrite
        public static let count = 2
        public static func offset(_ index: Int) -> Int { 0x051E0 + 4 * index }
        public static let pools = Field<PFVFRE>("VFRE", 0...31)
        public static let fields = [pools].map(\.description)
    }

    /// VF Transmit Enable, a bit for each pool. (82599 §8.2.3.27.8)
    public enum PFVFTE: ReadableRegister, WritableRegister {
        public static let name = "PFVFTE"
        public static let summary = "VF Transmit Enable"
        public static let section = "8.2.3.27.8"
        public static let access = RegisterAccess.readWrite
        public static let count = 2
        public static func offset(_ index: Int) -> Int { 0x08110 + 4 * index }
        public static let pools = Field<PFVFTE>("VFTE", 0...31)
        public static let fields = [pools].map(\.description)
    }

    /// DMA Tx General Switch Control. (82599 §8.2.3.27.12)
    public enum PFDTXGSWC: ReadableRegister, WritableRegister {
        public static let name = "PFDTXGSWC"
        public static let summary = "Transmit Switch Control"
        public static let section = "8.2.3.27.12"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x08220 }
        public static let loopback = Field<PFDTXGSWC>("LBE", 0)
        public static let fields = [loopback].map(\.description)
    }

    /// VM L2 Control. (82599 §8.2.3.27.14)
    public enum PFVML2FLT: ReadableRegister, WritableRegister {
        public static let name = "PFVML2FLT"
        public static let summary = "VM L2 Control"
        public static let section = "8.2.3.27.14"
        public static let access = RegisterAccess.readWrite
        public static let count = 64
        public static func offset(_ index: Int) -> Int { 0x0F000 + 4 * index }
        public static let untagged = Field<PFVML2FLT>("AUPE", 24)
        public static let hashedGroups = Field<PFVML2FLT>("ROMPE", 25)
        public static let hashedAddresses = Field<PFVML2FLT>("ROPE", 26)
        public static let broadcast = Field<PFVML2FLT>("BAM", 27)
        public static let allGroups = Field<PFVML2FLT>("MPE", 28)
        public static let fields = [untagged, hashedGroups, hashedAddresses, broadcast, allGroups].map(\.description)
    }
}
