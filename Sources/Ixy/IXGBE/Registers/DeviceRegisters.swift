public import IxyHardware

/// The registers of the 82599 and its relatives, named as in the datasheet (82599 §8.2.3).
///
/// A reset value is called *checked* where it agrees with what the authors of Vigor and of TinyNF each wrote down from
/// the datasheet, bit by bit. `Docs/Status.md` lists those that are not.
public enum IXGBERegisters {}

// The device as a whole, and its EEPROM (82599 §8.2.3.1 to §8.2.3.4).
extension IXGBERegisters {
    /// Device Control. Reset value checked. (82599 §8.2.3.1.1)
    public enum CTRL: ReadableRegister, WritableRegister {
        public static let name = "CTRL"
        public static let summary = "Device Control"
        public static let section = "8.2.3.1.1"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x00000 }
        public static let masterDisable = Field<CTRL>("PCIe Master Disable", 2)
        public static let linkReset = Field<CTRL>("LRST", 3, selfClearing: true)
        public static let deviceReset = Field<CTRL>("RST", 26, selfClearing: true)
        public static let fields = [masterDisable, linkReset, deviceReset].map(\.description)
    }

    /// Device Status. Reset value checked. (82599 §8.2.3.1.2)
    public enum STATUS: ReadableRegister {
        public static let name = "STATUS"
        public static let summary = "Device Status"
        public static let section = "8.2.3.1.2"
        public static let access = RegisterAccess.readOnly
        public static func offset(_: Int) -> Int { 0x00008 }
        public static let reset: UInt32 = 0x00080000
        public static let lanID = Field<STATUS>("LAN ID", 2...3)
        public static let linkUp = Field<STATUS>("Link Up", 7)
        public static let virtualFunctions = Field<STATUS>("Num VFs", 10...17)
        public static let isVirtualized = Field<STATUS>("IOV Active", 18)
        public static let masterEnabled = Field<STATUS>("PCIe Master Enable Status", 19)
        public static let fields = [lanID, linkUp, virtualFunctions, isVirtualized, masterEnabled].map(\.description)
    }

    /// Extended Device Control. Reset value checked. (82599 §8.2.3.1.3)
    public enum CTRL_EXT: ReadableRegister, WritableRegister {
        public static let name = "CTRL_EXT"
        public static let summary = "Extended Device Control"
        public static let section = "8.2.3.1.3"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x00018 }
        public static let resetDone = Field<CTRL_EXT>("PFRSTD", 14, selfClearing: true)
        public static let noSnoopDisable = Field<CTRL_EXT>("NS_DIS", 16)
        public static let relaxedOrderingDisable = Field<CTRL_EXT>("RO_DIS", 17)
        public static let extendedVLAN = Field<CTRL_EXT>("Extended VLAN", 26)
        public static let driverLoaded = Field<CTRL_EXT>("DRV_LOAD", 28)
        public static let fields = [
            resetDone, noSnoopDisable, relaxedOrderingDisable, extendedVLAN, driverLoaded,
        ].map(\.description)
    }

    /// EEPROM and Flash Control. Flash writes are off after a reset (checked); the rest is the board's. (82599 §8.2.3.2.1)
    public enum EEC: ReadableRegister, WritableRegister {
        public static let name = "EEC"
        public static let summary = "EEPROM and Flash Control"
        public static let section = "8.2.3.2.1"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x10010 }
        public static let reset: UInt32 = 0x00000010
        public static let pins = Field<EEC>("EE_SK, EE_CS, EE_DI, EE_DO", 0...3)
        public static let flashWriteEnable = Field<EEC>("FWE", 4...5)
        public static let request = Field<EEC>("EE_REQ", 6)
        public static let grant = Field<EEC>("EE_GNT", 7, isReadOnly: true)
        public static let present = Field<EEC>("EE_PRES", 8, isReadOnly: true)
        public static let autoReadDone = Field<EEC>("Auto_RD", 9, isReadOnly: true)
        public static let addressSize = Field<EEC>("EE_ADDR_SIZE", 10)
        public static let size = Field<EEC>("EE_Size", 11...14, isReadOnly: true)
        public static let moduleDone = Field<EEC>("PCI and core load status", 15...21, isReadOnly: true)
        public static let sector1Valid = Field<EEC>("SEC1VAL", 22)
        public static let flashUpdate = Field<EEC>("FLUPD", 23)
        public static let flashUpdateDone = Field<EEC>("FLUDONE", 26)
        public static let fields = [
            pins, flashWriteEnable, request, grant, present, autoReadDone, addressSize, size, moduleDone,
            sector1Valid, flashUpdate, flashUpdateDone,
        ].map(\.description)
    }

    /// EEPROM Read. (82599 §8.2.3.2.2)
    public enum EERD: ReadableRegister, WritableRegister {
        public static let name = "EERD"
        public static let summary = "EEPROM Read"
        public static let section = "8.2.3.2.2"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x10014 }
        public static let reset: UInt32 = 0x00000002
        public static let start = Field<EERD>("START", 0, selfClearing: true)
        public static let done = Field<EERD>("DONE", 1, isReadOnly: true)
        public static let address = Field<EERD>("ADDR", 2...15)
        public static let data = Field<EERD>("DATA", 16...31, isReadOnly: true)
        public static let fields = [start, done, address, data].map(\.description)
    }
}
