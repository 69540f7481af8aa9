import IxyHardware

// What Linux's driver touches, and ours does not.
extension IXGBERegisters {
    public enum ESDP: KeptRegister { public static let entry = Entry("Extended SDP Control", at: 0x00020, "8.2.3.1.4") }
    public enum I2CCTL: KeptRegister { public static let entry = Entry("I2C Control", at: 0x00028, "8.2.3.1.5") }
    public enum LEDCTL: KeptRegister { public static let entry = Entry("LED Control", at: 0x00200, "8.2.3.1.6") }
    public enum TCPTIMER: KeptRegister { public static let entry = Entry("TCP Timer", at: 0x0004C, "8.2.3.1") }
    public enum EEWR: KeptRegister { public static let entry = Entry("EEPROM Write", at: 0x10018, "8.2.3.2.6") }
    public enum FLA: KeptRegister { public static let entry = Entry("Flash Access", at: 0x1001C, "8.2.3.2.3") }
    public enum FACTPS: KeptRegister {
        public static let entry = Entry("Function Active and Power State", at: 0x10150, "8.2.3.4")
    }
    public enum GCR: KeptRegister { public static let entry = Entry("PCIe Control", at: 0x11000, "8.2.3.4.1") }
    public enum GCR_EXT: KeptRegister { public static let entry = Entry("PCIe Control Extended", at: 0x11050, "8.2.3.4.12") }
    public enum RSCDBU: KeptRegister { public static let entry = Entry("RSC Data Buffer Control", at: 0x03028, "8.2.3.8.12") }
    public enum RDDCC: KeptRegister { public static let entry = Entry("Receive DMA DCA Control", at: 0x02F20, "8.2.3.8") }
    public enum PFCTOP: KeptRegister {
        public static let entry = Entry("Priority Flow Control Type Opcode", at: 0x03008, "8.2.3.3.1")
    }
    public enum RTRUP2TC: KeptRegister {
        public static let entry = Entry("DCB Receive User Priority to Traffic Class", at: 0x03020, "8.2.3.10.4")
    }
    public enum RTTUP2TC: KeptRegister {
        public static let entry = Entry("DCB Transmit User Priority to Traffic Class", at: 0x0C800, "8.2.3.10.5")
    }
    public enum RTRPCS: KeptRegister {
        public static let entry = Entry("DCB Receive Packet Plane Control", at: 0x02430, "8.2.3.10.1")
    }
    public enum RTTPCS: KeptRegister {
        public static let entry = Entry("DCB Transmit Packet Plane Control", at: 0x0CD00, "8.2.3.10.3")
    }
    public enum RTRPT4C: KeptRegister {
        public static let entry = Entry("DCB Receive Packet Plane T4 Config", at: .at(0x02140, 8), "8.2.3.10.6")
    }
    public enum RTTDT2C: KeptRegister {
        public static let entry = Entry("DCB Transmit Descriptor Plane T2 Config", at: .at(0x04910, 8), "8.2.3.10.9")
    }
    public enum RTTPT2C: KeptRegister {
        public static let entry = Entry("DCB Transmit Packet Plane T2 Config", at: .at(0x0CD20, 8), "8.2.3.10.10")
    }
    public enum RTTDQSEL: KeptRegister {
        public static let entry = Entry("DCB Transmit Descriptor Plane Queue Select", at: 0x04904, "8.2.3.10.13")
    }
    public enum RTTDT1C: KeptRegister {
        public static let entry = Entry("DCB Transmit Descriptor Plane T1 Config", at: 0x04908, "8.2.3.10.14")
    }
    public enum RTTBCNRC: KeptRegister {
        public static let entry = Entry("DCB Transmit Rate-Scheduler Config", at: 0x04984, "8.2.3.10.16")
    }
    public enum RTTBCNRM: KeptRegister {
        public static let entry = Entry("DCB Transmit Rate-Scheduler Memory", at: 0x04980, "8.2.3.10")
    }
    public enum ETQF: KeptRegister { public static let entry = Entry("EType Queue Filter", at: .at(0x05128, 8), "8.2.3.7.21") }
    public enum ETQS: KeptRegister { public static let entry = Entry("EType Queue Select", at: .at(0x0EC00, 8), "8.2.3.7") }
    public enum AUTOC2: KeptRegister { public static let entry = Entry("Auto-Negotiation Control 2", at: 0x042A8, "8.2.3.22") }
    public enum ANLP1: KeptRegister {
        public static let entry = Entry("Auto-Negotiation Link Partner 1", at: 0x042B0, "8.2.3.22.23")
    }
    public enum ANLP2: KeptRegister {
        public static let entry = Entry("Auto-Negotiation Link Partner 2", at: 0x042B4, "8.2.3.22")
    }
    public enum MMNGC: KeptRegister { public static let entry = Entry("MAC Manageability Control", at: 0x042D0, "8.2.3.22") }
    public enum LINKS2: KeptRegister { public static let entry = Entry("Link Status 2", at: 0x04324, "8.2.3.22") }
    public enum HLREG1: KeptRegister { public static let entry = Entry("MAC Core Status 1", at: 0x04244, "8.2.3.22") }
    public enum PAP: KeptRegister { public static let entry = Entry("Pause and Pace", at: 0x04248, "8.2.3.22") }
    public enum MSCA: KeptRegister {
        public static let entry = Entry("MDI Single Command and Address", at: 0x0425C, "8.2.3.22")
    }
    public enum MSRWD: KeptRegister {
        public static let entry = Entry("MDI Single Read and Write Data", at: 0x04260, "8.2.3.22")
    }
    public enum MACC: KeptRegister { public static let entry = Entry("MAC Control", at: 0x04330, "8.2.3.22") }
    public enum CORECTL: KeptRegister {
        public static let entry = Entry("Core Analog Configuration", at: 0x14F00, "8.2.3.22.32")
    }
    public enum HICR: KeptRegister { public static let entry = Entry("Host Interface Control", at: 0x15F00, "8.2.3.4") }
    public enum FWSTS: KeptRegister { public static let entry = Entry("Firmware Status", at: 0x15F0C, "8.2.3.4") }
    public enum WUC: KeptRegister { public static let entry = Entry("Wake Up Control", at: 0x05800, "8.2.3.24") }
    public enum WUFC: KeptRegister { public static let entry = Entry("Wake Up Filter Control", at: 0x05808, "8.2.3.24.2") }
    public enum WUS: KeptRegister { public static let entry = Entry("Wake Up Status", at: 0x05810, "8.2.3.24") }
    public enum DCA_ID: KeptRegister { public static let entry = Entry("DCA Requester ID", at: 0x11070, "8.2.3.11.3") }
    public enum DCA_CTRL: KeptRegister { public static let entry = Entry("DCA Control", at: 0x11074, "8.2.3.11.4") }
    public enum PFQDE: KeptRegister { public static let entry = Entry("Queue Drop Enable", at: 0x02F04, "8.2.3.27.9") }
    public enum PFMRCTL: KeptRegister {
        public static let entry = Entry("Mirror Rule Control", at: .at(0x0F600, 4), "8.2.3.27")
    }
    public enum PFVFSPOOF: KeptRegister { public static let entry = Entry("VF Anti-Spoof", at: .at(0x08200, 8), "8.2.3.27") }
    public enum FCOEREDIR: KeptRegister { public static let entry = Entry("FCoE Redirection Control", at: 0x0ED00, "8.2.3.20") }
    public enum FCRXCTRL: KeptRegister { public static let entry = Entry("FCoE Receive Control", at: 0x05100, "8.2.3.20") }
    public enum PCS1GLCTL: KeptRegister {
        public static let entry = Entry("PCS 1 Gbit/s Link Control", at: 0x04208, "8.2.3.22")
    }
    public enum PCS1GANA: KeptRegister {
        public static let entry = Entry("PCS 1 Gbit/s Auto-Negotiation Advanced", at: 0x04218, "8.2.3.22")
    }
    public enum RFCTL: KeptRegister { public static let entry = Entry("Receive Filter Control", at: 0x05008, "8.2.3.7.6") }
}
