public import IxyHardware

// Interrupts of a virtual function (82599 §8.3.5.2).
extension IXGBEVFRegisters {
    /// VF Extended Interrupt Cause.
    public enum VTEICR: ReadableRegister, WritableRegister {
        public static let name = "VTEICR"
        public static let summary = "VF Extended Interrupt Cause"
        public static let section = "8.3.5.2.1"
        public static let access = RegisterAccess.writeOneToClear
        public static func offset(_: Int) -> Int { 0x0100 }
        public static let vectors = Field<VTEICR>("MSIX", 0...2)
        public static let fields = [vectors].map(\.description)
    }

    /// VF Extended Interrupt Cause Set.
    public enum VTEICS: WritableRegister {
        public static let name = "VTEICS"
        public static let summary = "VF Extended Interrupt Cause Set"
        public static let section = "8.3.5.2.2"
        public static let access = RegisterAccess.writeOnly
        public static func offset(_: Int) -> Int { 0x0104 }
        public static let vectors = Field<VTEICS>("MSIX", 0...2)
        public static let fields = [vectors].map(\.description)
    }

    /// VF Extended Interrupt Mask Set/Read.
    public enum VTEIMS: ReadableRegister, WritableRegister {
        public static let name = "VTEIMS"
        public static let summary = "VF Extended Interrupt Mask Set/Read"
        public static let section = "8.3.5.2.3"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0108 }
        public static let vectors = Field<VTEIMS>("MSIX", 0...2)
        public static let fields = [vectors].map(\.description)
    }

    /// VF Extended Interrupt Mask Clear.
    public enum VTEIMC: WritableRegister {
        public static let name = "VTEIMC"
        public static let summary = "VF Extended Interrupt Mask Clear"
        public static let section = "8.3.5.2.4"
        public static let access = RegisterAccess.writeOnly
        public static func offset(_: Int) -> Int { 0x010C }
        public static let vectors = Field<VTEIMC>("MSIX", 0...2)
        public static let fields = [vectors].map(\.description)
    }

    /// VF Extended Interrupt Auto Clear.
    public enum VTEIAC: ReadableRegister, WritableRegister {
        public static let name = "VTEIAC"
        public static let summary = "VF Extended Interrupt Auto Clear"
        public static let section = "8.3.5.2.5"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0110 }
        public static let vectors = Field<VTEIAC>("MSIX", 0...2)
        public static let fields = [vectors].map(\.description)
    }

    /// VF Extended Interrupt Auto Mask Enable.
    public enum VTEIAM: ReadableRegister, WritableRegister {
        public static let name = "VTEIAM"
        public static let summary = "VF Extended Interrupt Auto Mask Enable"
        public static let section = "8.3.5.2.6"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0114 }
        public static let vectors = Field<VTEIAM>("MSIX", 0...2)
        public static let fields = [vectors].map(\.description)
    }

    /// VF Interrupt Vector Allocation, of two queues of each kind.
    public enum VTIVAR: ReadableRegister, WritableRegister {
        public static let name = "VTIVAR"
        public static let summary = "VF Interrupt Vector Allocation"
        public static let section = "8.3.5.2.9"
        public static let access = RegisterAccess.readWrite
        public static let count = 4
        public static func offset(_ index: Int) -> Int { 0x0120 + 4 * index }
        public static let vector0 = Field<VTIVAR>("INT_Alloc[0]", 0...1)
        public static let valid0 = Field<VTIVAR>("INT_Alloc_val[0]", 7)
        public static let vector1 = Field<VTIVAR>("INT_Alloc[1]", 8...9)
        public static let valid1 = Field<VTIVAR>("INT_Alloc_val[1]", 15)
        public static let vector2 = Field<VTIVAR>("INT_Alloc[2]", 16...17)
        public static let valid2 = Field<VTIVAR>("INT_Alloc_val[2]", 23)
        public static let vector3 = Field<VTIVAR>("INT_Alloc[3]", 24...25)
        public static let valid3 = Field<VTIVAR>("INT_Alloc_val[3]", 31)
        public static let fields = [vector0, valid0, vector1, valid1, vector2, valid2, vector3, valid3].map(\.description)
    }

    /// VF Interrupt Vector Allocation of the mailbox.
    public enum VTIVAR_MISC: ReadableRegister, WritableRegister {
        public static let name = "VTIVAR_MISC"
        public static let summary = "VF Interrupt Vector Allocation of the mailbox"
        public static let section = "8.3.5.2.10"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0140 }
        public static let vector = Field<VTIVAR_MISC>("INT_Alloc", 0...1)
        public static let valid = Field<VTIVAR_MISC>("INT_Alloc_val", 7)
        public static let fields = [vector, valid].map(\.description)
    }

    /// VF Extended Interrupt Throttle.
    public enum VTEITR: ReadableRegister, WritableRegister {
        public static let name = "VTEITR"
        public static let summary = "VF Extended Interrupt Throttle"
        public static let section = "8.3.5.2.7"
        public static let access = RegisterAccess.readWrite
        public static let count = 3
        public static func offset(_ index: Int) -> Int { 0x0820 + 4 * index }
        /// In units of two microseconds.
        public static let interval = Field<VTEITR>("ITR Interval", 3...11)
        public static let lowLatency = Field<VTEITR>("LLI_EN", 15)
        public static let lowLatencyCredit = Field<VTEITR>("LL Credit", 16...20)
        public static let counter = Field<VTEITR>("ITR Counter", 21...27)
        public static let writeDisable = Field<VTEITR>("CNT_WDIS", 31)
        public static let fields = [interval, lowLatency, lowLatencyCredit, counter, writeDisable].map(\.description)
    }
}
