public import IxyHardware

// Pause frames (82599 §8.2.3.3).
extension IXGBERegisters {
    /// MAC Flow Control. Reset value checked. (82599 §8.2.3.22.34)
    public enum MFLCN: ReadableRegister, WritableRegister {
        public static let name = "MFLCN"
        public static let summary = "MAC Flow Control"
        public static let section = "8.2.3.22.34"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x04294 }
        public static let passFrames = Field<MFLCN>("PMCF", 0)
        public static let discardPause = Field<MFLCN>("DPF", 1)
        public static let priority = Field<MFLCN>("RPFCE", 2)
        public static let receiveEnable = Field<MFLCN>("RFCE", 3)
        public static let fields = [passFrames, discardPause, priority, receiveEnable].map(\.description)
    }

    /// Flow Control Configuration. Reset value checked. (82599 §8.2.3.3.7)
    public enum FCCFG: ReadableRegister, WritableRegister {
        public static let name = "FCCFG"
        public static let summary = "Flow Control Configuration"
        public static let section = "8.2.3.3.7"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x03D00 }
        public static let transmitEnable = Field<FCCFG>("TFCE", 3...4)
        public static let fields = [transmitEnable].map(\.description)
    }

    /// Flow Control Transmit Timer Value, two each. Reset value checked. (82599 §8.2.3.3.2)
    public enum FCTTV: ReadableRegister, WritableRegister {
        public static let name = "FCTTV"
        public static let summary = "Flow Control Transmit Timer Value"
        public static let section = "8.2.3.3.2"
        public static let access = RegisterAccess.readWrite
        public static let count = 4
        public static func offset(_ index: Int) -> Int { 0x03200 + 4 * index }
        public static let even = Field<FCTTV>("TTV 2n", 0...15)
        public static let odd = Field<FCTTV>("TTV 2n+1", 16...31)
        public static let fields = [even, odd].map(\.description)
    }

    /// Flow Control Receive Threshold Low, in units of 32 bytes. Reset value checked. (82599 §8.2.3.3.3)
    public enum FCRTL: ReadableRegister, WritableRegister {
        public static let name = "FCRTL"
        public static let summary = "Flow Control Receive Threshold Low"
        public static let section = "8.2.3.3.3"
        public static let access = RegisterAccess.readWrite
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x03220 + 4 * index }
        public static let threshold = Field<FCRTL>("RTL", 5...18)
        public static let enable = Field<FCRTL>("XONE", 31)
        public static let fields = [threshold, enable].map(\.description)
    }

    /// Flow Control Receive Threshold High, in units of 32 bytes; to be set even without flow control. Reset value
    /// checked. (82599 §8.2.3.3.4)
    public enum FCRTH: ReadableRegister, WritableRegister {
        public static let name = "FCRTH"
        public static let summary = "Flow Control Receive Threshold High"
        public static let section = "8.2.3.3.4"
        public static let access = RegisterAccess.readWrite
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x03260 + 4 * index }
        public static let threshold = Field<FCRTH>("RTH", 5...18)
        public static let enable = Field<FCRTH>("FCEN", 31)
        public static let fields = [threshold, enable].map(\.description)
    }

    /// Flow Control Refresh Threshold Value. Reset value checked. (82599 §8.2.3.3.5)
    public enum FCRTV: ReadableRegister, WritableRegister {
        public static let name = "FCRTV"
        public static let summary = "Flow Control Refresh Threshold Value"
        public static let section = "8.2.3.3.5"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x032A0 }
        public static let refresh = Field<FCRTV>("FC_refresh_th", 0...15)
        public static let fields = [refresh].map(\.description)
    }
}
