public import IxyHardware

/// The registers of the 82599 and its relatives, named as in the datasheet (82599 §8.2.3).
public enum IXGBERegisters {}

extension IXGBERegisters {
    /// Device Control.
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
}
