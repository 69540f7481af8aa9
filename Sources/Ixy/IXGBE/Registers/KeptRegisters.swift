import IxyHardware

// Registers that Linux's driver touches, and ours does not.
extension IXGBERegisters {
    package enum ESDP: KeptRegister { package static let entry = Entry("Extended SDP Control", at: 0x00020, "8.2.3.1.4") }
    package enum I2CCTL: KeptRegister { package static let entry = Entry("I2C Control", at: 0x00028, "8.2.3.1.5") }
    package enum LEDCTL: KeptRegister { package static let entry = Entry("LED Control", at: 0x00200, "8.2.3.1.6") }
    package enum TCPTIMER: KeptRegister { package static let entry = Entry("TCP Timer", at: 0x0004C, "8.2.3.1") }
    package enum EEWR: KeptRegister { package static let entry = Entry("EEPROM Write", at: 0x10018, "8.2.3.2.6") }
    package enum FLA: KeptRegister { package static let entry = Entry("Flash Access", at: 0x1001C, "8.2.3.2.3") }
    package enum FACTPS: KeptRegister {
        package static let entry = Entry("Function Active and Power State", at: 0x10150, "8.2.3.4")
    }
    package enum GCR: KeptRegister { package static let entry = Entry("PCIe Control", at: 0x11000, "8.2.3.4.1") }
    package enum GCR_EXT: KeptRegister { package static let entry = Entry("PCIe Control Extended", at: 0x11050, "8.2.3.4.12") }
    package enum RSCDBU: KeptRegister { package static let entry = Entry("RSC Data Buffer Control", at: 0x03028, "8.2.3.8.12") }
    package enum RDDCC: KeptRegister { package static let entry = Entry("Receive DMA DCA Control", at: 0x02F20, "8.2.3.8") }
    package enum PFCTOP: KeptRegister {
        package static let entry = Entry("Priority Flow Control Type Opcode", at: 0x03008, "8.2.3.3.1")
    }
    package enum RTRUP2TC: KeptRegister {
        package static let entry = Entry("DCB Receive User Priority to Traffic Class", at: 0x03020, "8.2.3.10.4")
    }
    package enum RTTUP2TC: KeptRegister {
        package static let entry = Entry("DCB Transmit User Priority to Traffic Class", at: 0x0C800, "8.2.3.10.5")
    }
    package enum RTRPCS: KeptRegister {
        package static let entry = Entry("DCB Receive Packet Plane Control", at: 0x02430, "8.2.3.10.1")
    }
    package enum RTTPCS: KeptRegister {
        package static let entry = Entry("DCB Transmit Packet Plane Control", at: 0x0CD00, "8.2.3.10.3")
    }
    package enum RTRPT4C: KeptRegister {
        package static let entry = Entry("DCB Receive Packet Plane T4 Config", at: .at(0x02140, 8), "8.2.3.10.6")
    }
    package enum RTTDT2C: KeptRegister {
        package static let entry = Entry("DCB Transmit Descriptor Plane T2 Config", at: .at(0x04910, 8), "8.2.3.10.9")
    }
    package enum RTTPT2C: KeptRegister {
        package static let entry = Entry("DCB Transmit Packet Plane T2 Config", at: .at(0x0CD20, 8), "8.2.3.10.10")
    }
    package enum RTTDQSEL: KeptRegister {
        package static let entry = Entry("DCB Transmit Descriptor Plane Queue Select", at: 0x04904, "8.2.3.10.13")
    }
    package enum RTTDT1C: KeptRegister {
        package static let entry = Entry("DCB Transmit Descriptor Plane T1 Config", at: 0x04908, "8.2.3.10.14")
    }
    package enum RTTBCNRC: KeptRegister {
        package static let entry = Entry("DCB Transmit Rate-Scheduler Config", at: 0x04984, "8.2.3.10.16")
    }
    package enum RTTBCNRM: KeptRegister {
        package static let entry = Entry("DCB Transmit Rate-Scheduler Memory", at: 0x04980, "8.2.3.10")
    }
    package enum ETQF: KeptRegister { package static let entry = Entry("EType Queue Filter", at: .at(0x05128, 8), "8.2.3.7.21") }
    package enum ETQS: KeptRegister { package static let entry = Entry("EType Queue Select", at: .at(0x0EC00, 8), "8.2.3.7") }
    package enum AUTOC2: KeptRegister { package static let entry = Entry("Auto-Negotiation Control 2", at: 0x042A8, "8.2.3.22") }
    package enum ANLP1: KeptRegister {
        package static let entry = Entry("Auto-Negotiation Link Partner 1", at: 0x042B0, "8.2.3.22.23")
    }
    package enum ANLP2: KeptRegister {
        package static let entry = Entry("Auto-Negotiation Link Partner 2", at: 0x042B4, "8.2.3.22")
    }
    package enum MMNGC: KeptRegister { package static let entry = Entry("MAC Manageability Control", at: 0x042D0, "8.2.3.22") }
    package enum LINKS2: KeptRegister { package static let entry = Entry("Link Status 2", at: 0x04324, "8.2.3.22") }
    package enum HLREG1: KeptRegister { package static let entry = Entry("MAC Core Status 1", at: 0x04244, "8.2.3.22") }
    package enum PAP: KeptRegister { package static let entry = Entry("Pause and Pace", at: 0x04248, "8.2.3.22") }
    package enum MSCA: KeptRegister {
        package static let entry = Entry("MDI Single Command and Address", at: 0x0425C, "8.2.3.22")
    }
    package enum MSRWD: KeptRegister {
        package static let entry = Entry("MDI Single Read and Write Data", at: 0x04260, "8.2.3.22")
    }
    package enum MACC: KeptRegister { package static let entry = Entry("MAC Control", at: 0x04330, "8.2.3.22") }
    package enum CORECTL: KeptRegister {
        package static let entry = Entry("Core Analog Configuration", at: 0x14F00, "8.2.3.22.32")
    }
    package enum HICR: KeptRegister { package static let entry = Entry("Host Interface Control", at: 0x15F00, "8.2.3.4") }
    package enum FWSTS: KeptRegister { package static let entry = Entry("Firmware Status", at: 0x15F0C, "8.2.3.4") }
    package enum WUC: KeptRegister { package static let entry = Entry("Wake Up Control", at: 0x05800, "8.2.3.24") }
    package enum WUFC: KeptRegister { package static let entry = Entry("Wake Up Filter Control", at: 0x05808, "8.2.3.24.2") }
    package enum WUS: KeptRegister { package static let entry = Entry("Wake Up Status", at: 0x05810, "8.2.3.24") }
    package enum DCA_ID: KeptRegister { package static let entry = Entry("DCA Requester ID", at: 0x11070, "8.2.3.11.3") }
    package enum DCA_CTRL: KeptRegister { package static let entry = Entry("DCA Control", at: 0x11074, "8.2.3.11.4") }
    package enum PFQDE: KeptRegister { package static let entry = Entry("Queue Drop Enable", at: 0x02F04, "8.2.3.27.9") }
    package enum PFMRCTL: KeptRegister {
        package static let entry = Entry("Mirror Rule Control", at: .at(0x0F600, 4), "8.2.3.27")
    }
    package enum PFVFSPOOF: KeptRegister { package static let entry = Entry("VF Anti-Spoof", at: .at(0x08200, 8), "8.2.3.27") }
    package enum FCOEREDIR: KeptRegister { package static let entry = Entry("FCoE Redirection Control", at: 0x0ED00, "8.2.3.20") }
    package enum FCRXCTRL: KeptRegister { package static let entry = Entry("FCoE Receive Control", at: 0x05100, "8.2.3.20") }
    package enum PCS1GLCTL: KeptRegister {
        package static let entry = Entry("PCS 1 Gbit/s Link Control", at: 0x04208, "8.2.3.22")
    }
    package enum PCS1GANA: KeptRegister {
        package static let entry = Entry("PCS 1 Gbit/s Auto-Negotiation Advanced", at: 0x04218, "8.2.3.22")
    }
    package enum RFCTL: KeptRegister { package static let entry = Entry("Receive Filter Control", at: 0x05008, "8.2.3.7.6") }
}

/// A register that our driver leaves alone. Others' do not: for them the model keeps what is written.
package protocol KeptRegister: ReadableRegister {}

extension KeptRegister {
    package static var value: Field<Self> { Field("Value", 0...31) }
    package static var fields: [FieldDescription] { [value.description] }
}
