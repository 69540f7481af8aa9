public import IxyHardware

/// A register that our driver leaves alone. Others' do not: for them the model keeps what is written.
public protocol KeptRegister: ReadableRegister, WritableRegister {}

extension KeptRegister {
    public static var name: String { "\(Self.self)" }
    public static var access: RegisterAccess { .readWrite }
    public static var value: Field<Self> { Field("Value", 0...31) }
    public static var fields: [FieldDescription] { [value.description] }
}

// What Linux's driver touches, and ours does not.
extension IXGBERegisters {
    /// Extended SDP Control. (82599 §8.2.3.1.4)
    public enum ESDP: KeptRegister {
        public static let summary = "Extended SDP Control"
        public static let section = "8.2.3.1.4"
        public static func offset(_: Int) -> Int { 0x00020 }
    }
    /// I2C Control. (82599 §8.2.3.1.5)
    public enum I2CCTL: KeptRegister {
        public static let summary = "I2C Control"
        public static let section = "8.2.3.1.5"
        public static func offset(_: Int) -> Int { 0x00028 }
    }
    /// LED Control. (82599 §8.2.3.1.6)
    public enum LEDCTL: KeptRegister {
        public static let summary = "LED Control"
        public static let section = "8.2.3.1.6"
        public static func offset(_: Int) -> Int { 0x00200 }
    }
    /// TCP Timer. (82599 §8.2.3.1)
    public enum TCPTIMER: KeptRegister {
        public static let summary = "TCP Timer"
        public static let section = "8.2.3.1"
        public static func offset(_: Int) -> Int { 0x0004C }
    }
    /// EEPROM Write. (82599 §8.2.3.2.6)
    public enum EEWR: KeptRegister {
        public static let summary = "EEPROM Write"
        public static let section = "8.2.3.2.6"
        public static func offset(_: Int) -> Int { 0x10018 }
    }
    /// Flash Access. (82599 §8.2.3.2.3)
    public enum FLA: KeptRegister {
        public static let summary = "Flash Access"
        public static let section = "8.2.3.2.3"
        public static func offset(_: Int) -> Int { 0x1001C }
    }
    /// Function Active and Power State. (82599 §8.2.3.4)
    public enum FACTPS: KeptRegister {
        public static let summary = "Function Active and Power State"
        public static let section = "8.2.3.4"
        public static func offset(_: Int) -> Int { 0x10150 }
    }
    /// PCIe Control. (82599 §8.2.3.4.1)
    public enum GCR: KeptRegister {
        public static let summary = "PCIe Control"
        public static let section = "8.2.3.4.1"
        public static func offset(_: Int) -> Int { 0x11000 }
    }
    /// PCIe Control Extended. (82599 §8.2.3.4.12)
    public enum GCR_EXT: KeptRegister {
        public static let summary = "PCIe Control Extended"
        public static let section = "8.2.3.4.12"
        public static func offset(_: Int) -> Int { 0x11050 }
    }
    /// RSC Data Buffer Control. (82599 §8.2.3.8.12)
    public enum RSCDBU: KeptRegister {
        public static let summary = "RSC Data Buffer Control"
        public static let section = "8.2.3.8.12"
        public static func offset(_: Int) -> Int { 0x03028 }
    }
    /// Receive DMA DCA Control. (82599 §8.2.3.8)
    public enum RDDCC: KeptRegister {
        public static let summary = "Receive DMA DCA Control"
        public static let section = "8.2.3.8"
        public static func offset(_: Int) -> Int { 0x02F20 }
    }
    /// Priority Flow Control Type Opcode. (82599 §8.2.3.3.1)
    public enum PFCTOP: KeptRegister {
        public static let summary = "Priority Flow Control Type Opcode"
        public static let section = "8.2.3.3.1"
        public static func offset(_: Int) -> Int { 0x03008 }
    }
    /// DCB Receive User Priority to Traffic Class. (82599 §8.2.3.10.4)
    public enum RTRUP2TC: KeptRegister {
        public static let summary = "DCB Receive User Priority to Traffic Class"
        public static let section = "8.2.3.10.4"
        public static func offset(_: Int) -> Int { 0x03020 }
    }
    /// DCB Transmit User Priority to Traffic Class. (82599 §8.2.3.10.5)
    public enum RTTUP2TC: KeptRegister {
        public static let summary = "DCB Transmit User Priority to Traffic Class"
        public static let section = "8.2.3.10.5"
        public static func offset(_: Int) -> Int { 0x0C800 }
    }
    /// DCB Receive Packet Plane Control. (82599 §8.2.3.10.1)
    public enum RTRPCS: KeptRegister {
        public static let summary = "DCB Receive Packet Plane Control"
        public static let section = "8.2.3.10.1"
        public static func offset(_: Int) -> Int { 0x02430 }
    }
    /// DCB Transmit Packet Plane Control. (82599 §8.2.3.10.3)
    public enum RTTPCS: KeptRegister {
        public static let summary = "DCB Transmit Packet Plane Control"
        public static let section = "8.2.3.10.3"
        public static func offset(_: Int) -> Int { 0x0CD00 }
    }
    /// DCB Receive Packet Plane T4 Config. (82599 §8.2.3.10.6)
    public enum RTRPT4C: KeptRegister {
        public static let summary = "DCB Receive Packet Plane T4 Config"
        public static let section = "8.2.3.10.6"
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x02140 + 4 * index }
    }
    /// DCB Transmit Descriptor Plane T2 Config. (82599 §8.2.3.10.9)
    public enum RTTDT2C: KeptRegister {
        public static let summary = "DCB Transmit Descriptor Plane T2 Config"
        public static let section = "8.2.3.10.9"
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x04910 + 4 * index }
    }
    /// DCB Transmit Packet Plane T2 Config. (82599 §8.2.3.10.10)
    public enum RTTPT2C: KeptRegister {
        public static let summary = "DCB Transmit Packet Plane T2 Config"
        public static let section = "8.2.3.10.10"
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x0CD20 + 4 * index }
    }
    /// DCB Transmit Descriptor Plane Queue Select. (82599 §8.2.3.10.13)
    public enum RTTDQSEL: KeptRegister {
        public static let summary = "DCB Transmit Descriptor Plane Queue Select"
        public static let section = "8.2.3.10.13"
        public static func offset(_: Int) -> Int { 0x04904 }
    }
    /// DCB Transmit Descriptor Plane T1 Config. (82599 §8.2.3.10.14)
    public enum RTTDT1C: KeptRegister {
        public static let summary = "DCB Transmit Descriptor Plane T1 Config"
        public static let section = "8.2.3.10.14"
        public static func offset(_: Int) -> Int { 0x04908 }
    }
    /// DCB Transmit Rate-Scheduler Config. (82599 §8.2.3.10.16)
    public enum RTTBCNRC: KeptRegister {
        public static let summary = "DCB Transmit Rate-Scheduler Config"
        public static let section = "8.2.3.10.16"
        public static func offset(_: Int) -> Int { 0x04984 }
    }
    /// DCB Transmit Rate-Scheduler Memory. (82599 §8.2.3.10)
    public enum RTTBCNRM: KeptRegister {
        public static let summary = "DCB Transmit Rate-Scheduler Memory"
        public static let section = "8.2.3.10"
        public static func offset(_: Int) -> Int { 0x04980 }
    }
    /// EType Queue Filter. (82599 §8.2.3.7.21)
    public enum ETQF: KeptRegister {
        public static let summary = "EType Queue Filter"
        public static let section = "8.2.3.7.21"
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x05128 + 4 * index }
    }
    /// EType Queue Select. (82599 §8.2.3.7)
    public enum ETQS: KeptRegister {
        public static let summary = "EType Queue Select"
        public static let section = "8.2.3.7"
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x0EC00 + 4 * index }
    }
    /// Auto-Negotiation Control 2. (82599 §8.2.3.22)
    public enum AUTOC2: KeptRegister {
        public static let summary = "Auto-Negotiation Control 2"
        public static let section = "8.2.3.22"
        public static func offset(_: Int) -> Int { 0x042A8 }
    }
    /// Auto-Negotiation Link Partner 1. (82599 §8.2.3.22.23)
    public enum ANLP1: KeptRegister {
        public static let summary = "Auto-Negotiation Link Partner 1"
        public static let section = "8.2.3.22.23"
        public static func offset(_: Int) -> Int { 0x042B0 }
    }
    /// Auto-Negotiation Link Partner 2. (82599 §8.2.3.22)
    public enum ANLP2: KeptRegister {
        public static let summary = "Auto-Negotiation Link Partner 2"
        public static let section = "8.2.3.22"
        public static func offset(_: Int) -> Int { 0x042B4 }
    }
    /// MAC Manageability Control. (82599 §8.2.3.22)
    public enum MMNGC: KeptRegister {
        public static let summary = "MAC Manageability Control"
        public static let section = "8.2.3.22"
        public static func offset(_: Int) -> Int { 0x042D0 }
    }
    /// Link Status 2. (82599 §8.2.3.22)
    public enum LINKS2: KeptRegister {
        public static let summary = "Link Status 2"
        public static let section = "8.2.3.22"
        public static func offset(_: Int) -> Int { 0x04324 }
    }
    /// MAC Core Status 1. (82599 §8.2.3.22)
    public enum HLREG1: KeptRegister {
        public static let summary = "MAC Core Status 1"
        public static let section = "8.2.3.22"
        public static func offset(_: Int) -> Int { 0x04244 }
    }
    /// Pause and Pace. (82599 §8.2.3.22)
    public enum PAP: KeptRegister {
        public static let summary = "Pause and Pace"
        public static let section = "8.2.3.22"
        public static func offset(_: Int) -> Int { 0x04248 }
    }
    /// MDI Single Command and Address. (82599 §8.2.3.22)
    public enum MSCA: KeptRegister {
        public static let summary = "MDI Single Command and Address"
        public static let section = "8.2.3.22"
        public static func offset(_: Int) -> Int { 0x0425C }
    }
    /// MDI Single Read and Write Data. (82599 §8.2.3.22)
    public enum MSRWD: KeptRegister {
        public static let summary = "MDI Single Read and Write Data"
        public static let section = "8.2.3.22"
        public static func offset(_: Int) -> Int { 0x04260 }
    }
    /// MAC Control. (82599 §8.2.3.22)
    public enum MACC: KeptRegister {
        public static let summary = "MAC Control"
        public static let section = "8.2.3.22"
        public static func offset(_: Int) -> Int { 0x04330 }
    }
    /// Core Analog Configuration. (82599 §8.2.3.22.32)
    public enum CORECTL: KeptRegister {
        public static let summary = "Core Analog Configuration"
        public static let section = "8.2.3.22.32"
        public static func offset(_: Int) -> Int { 0x14F00 }
    }
    /// Host Interface Control. (82599 §8.2.3.4)
    public enum HICR: KeptRegister {
        public static let summary = "Host Interface Control"
        public static let section = "8.2.3.4"
        public static func offset(_: Int) -> Int { 0x15F00 }
    }
    /// Firmware Status. (82599 §8.2.3.4)
    public enum FWSTS: KeptRegister {
        public static let summary = "Firmware Status"
        public static let section = "8.2.3.4"
        public static func offset(_: Int) -> Int { 0x15F0C }
    }
    /// Wake Up Control. (82599 §8.2.3.24)
    public enum WUC: KeptRegister {
        public static let summary = "Wake Up Control"
        public static let section = "8.2.3.24"
        public static func offset(_: Int) -> Int { 0x05800 }
    }
    /// Wake Up Filter Control. (82599 §8.2.3.24.2)
    public enum WUFC: KeptRegister {
        public static let summary = "Wake Up Filter Control"
        public static let section = "8.2.3.24.2"
        public static func offset(_: Int) -> Int { 0x05808 }
    }
    /// Wake Up Status. (82599 §8.2.3.24)
    public enum WUS: KeptRegister {
        public static let summary = "Wake Up Status"
        public static let section = "8.2.3.24"
        public static func offset(_: Int) -> Int { 0x05810 }
    }
    /// DCA Requester ID. (82599 §8.2.3.11.3)
    public enum DCA_ID: KeptRegister {
        public static let summary = "DCA Requester ID"
        public static let section = "8.2.3.11.3"
        public static func offset(_: Int) -> Int { 0x11070 }
    }
    /// DCA Control. (82599 §8.2.3.11.4)
    public enum DCA_CTRL: KeptRegister {
        public static let summary = "DCA Control"
        public static let section = "8.2.3.11.4"
        public static func offset(_: Int) -> Int { 0x11074 }
    }
    /// Queue Drop Enable. (82599 §8.2.3.27.9)
    public enum PFQDE: KeptRegister {
        public static let summary = "Queue Drop Enable"
        public static let section = "8.2.3.27.9"
        public static func offset(_: Int) -> Int { 0x02F04 }
    }
    /// Mirror Rule Control. (82599 §8.2.3.27)
    public enum PFMRCTL: KeptRegister {
        public static let summary = "Mirror Rule Control"
        public static let section = "8.2.3.27"
        public static let count = 4
        public static func offset(_ index: Int) -> Int { 0x0F600 + 4 * index }
    }
    /// VF Anti-Spoof. (82599 §8.2.3.27)
    public enum PFVFSPOOF: KeptRegister {
        public static let summary = "VF Anti-Spoof"
        public static let section = "8.2.3.27"
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x08200 + 4 * index }
    }
    /// FCoE Redirection Control. (82599 §8.2.3.20)
    public enum FCOEREDIR: KeptRegister {
        public static let summary = "FCoE Redirection Control"
        public static let section = "8.2.3.20"
        public static func offset(_: Int) -> Int { 0x0ED00 }
    }
    /// FCoE Receive Control. (82599 §8.2.3.20)
    public enum FCRXCTRL: KeptRegister {
        public static let summary = "FCoE Receive Control"
        public static let section = "8.2.3.20"
        public static func offset(_: Int) -> Int { 0x05100 }
    }
    /// PCS 1 Gbit/s Link Control. (82599 §8.2.3.22)
    public enum PCS1GLCTL: KeptRegister {
        public static let summary = "PCS 1 Gbit/s Link Control"
        public static let section = "8.2.3.22"
        public static func offset(_: Int) -> Int { 0x04208 }
    }
    /// PCS 1 Gbit/s Auto-Negotiation Advanced. (82599 §8.2.3.22)
    public enum PCS1GANA: KeptRegister {
        public static let summary = "PCS 1 Gbit/s Auto-Negotiation Advanced"
        public static let section = "8.2.3.22"
        public static func offset(_: Int) -> Int { 0x04218 }
    }
    /// Receive Filter Control. (82599 §8.2.3.7.6)
    public enum RFCTL: KeptRegister {
        public static let summary = "Receive Filter Control"
        public static let section = "8.2.3.7.6"
        public static func offset(_: Int) -> Int { 0x05008 }
    }
}
