public import IxyHardware

// Transmit queues, transmit DMA and its arbiter (82599 §8.2.3.9, §8.2.3.10).
extension IXGBERegisters {
    /// DMA Transmit Control. Reset value checked: bits 1 and 2 are reserved and read as 10b; software must not change VT.
    /// (82599 §8.2.3.9.2)
    public enum DMATXCTL: ReadableRegister, WritableRegister {
        public static let name = "DMATXCTL"
        public static let summary = "DMA Transmit Control"
        public static let section = "8.2.3.9.2"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x04A80 }
        public static let reset: UInt32 = 0x81000004
        public static let reservedOnes: UInt32 = 0x00000004
        public static let enable = Field<DMATXCTL>("TE", 0)
        public static let doubleVLAN = Field<DMATXCTL>("GDV", 3)
        public static let vlanType = Field<DMATXCTL>("VT", 16...31)
        public static let fields = [enable, doubleVLAN, vlanType].map(\.description)
    }

    /// DMA Transmit TCP Flags Control Low. (82599 §8.2.3.9.3)
    public enum DTXTCPFLGL: ReadableRegister, WritableRegister {
        public static let name = "DTXTCPFLGL"
        public static let summary = "DMA Transmit TCP Flags Control Low"
        public static let section = "8.2.3.9.3"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x04A88 }
        public static let reset: UInt32 = 0x0FF60FF6
        public static let first = Field<DTXTCPFLGL>("TCP_flg_first_seg", 0...11)
        public static let middle = Field<DTXTCPFLGL>("TCP_Flg_mid_seg", 16...27)
        public static let fields = [first, middle].map(\.description)
    }

    /// DMA Transmit TCP Flags Control High. (82599 §8.2.3.9.4)
    public enum DTXTCPFLGH: ReadableRegister, WritableRegister {
        public static let name = "DTXTCPFLGH"
        public static let summary = "DMA Transmit TCP Flags Control High"
        public static let section = "8.2.3.9.4"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x04A8C }
        public static let reset: UInt32 = 0x00000F7F
        public static let last = Field<DTXTCPFLGH>("TCP_Flg_lst_seg", 0...11)
        public static let fields = [last].map(\.description)
    }

    /// Transmit Descriptor Base Address Low. (82599 §8.2.3.9.5)
    public enum TDBAL: ReadableRegister, WritableRegister {
        public static let name = "TDBAL"
        public static let summary = "Transmit Descriptor Base Address Low"
        public static let section = "8.2.3.9.5"
        public static let access = RegisterAccess.readWrite
        public static let isUndefinedAfterReset = true
        public static let count = 128
        public static func offset(_ index: Int) -> Int { 0x06000 + 0x40 * index }
        public static let address = Field<TDBAL>("TDBAL", 7...31)
        public static let fields = [address].map(\.description)
    }

    /// Transmit Descriptor Base Address High. (82599 §8.2.3.9.6)
    public enum TDBAH: ReadableRegister, WritableRegister {
        public static let name = "TDBAH"
        public static let summary = "Transmit Descriptor Base Address High"
        public static let section = "8.2.3.9.6"
        public static let access = RegisterAccess.readWrite
        public static let isUndefinedAfterReset = true
        public static let count = 128
        public static func offset(_ index: Int) -> Int { 0x06004 + 0x40 * index }
        public static let address = Field<TDBAH>("TDBAH", 0...31)
        public static let fields = [address].map(\.description)
    }

    /// Transmit Descriptor Length, in bytes, a multiple of 128. (82599 §8.2.3.9.7)
    public enum TDLEN: ReadableRegister, WritableRegister {
        public static let name = "TDLEN"
        public static let summary = "Transmit Descriptor Length, in bytes, a multiple of 128"
        public static let section = "8.2.3.9.7"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { 0x06008 + 0x40 * index }
        public static let length = Field<TDLEN>("LEN", 0...19)
        public static let fields = [length].map(\.description)
    }

    /// Transmit Descriptor Head. Software may set it to 0 while the queue is off. (82599 §8.2.3.9.8)
    public enum TDH: ReadableRegister, WritableRegister {
        public static let name = "TDH"
        public static let summary = "Transmit Descriptor Head"
        public static let section = "8.2.3.9.8"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { 0x06010 + 0x40 * index }
        public static let head = Field<TDH>("TDH", 0...15)
        public static let fields = [head].map(\.description)
    }

    /// Transmit Descriptor Tail. (82599 §8.2.3.9.9)
    public enum TDT: ReadableRegister, WritableRegister {
        public static let name = "TDT"
        public static let summary = "Transmit Descriptor Tail"
        public static let section = "8.2.3.9.9"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { 0x06018 + 0x40 * index }
        public static let tail = Field<TDT>("TDT", 0...15)
        public static let fields = [tail].map(\.description)
    }

    /// Transmit Descriptor Control. Reset value checked; ENABLE reads as what the queue does. (82599 §8.2.3.9.10)
    public enum TXDCTL: ReadableRegister, WritableRegister {
        public static let name = "TXDCTL"
        public static let summary = "Transmit Descriptor Control"
        public static let section = "8.2.3.9.10"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { 0x06028 + 0x40 * index }
        public static let prefetch = Field<TXDCTL>("PTHRESH", 0...6)
        public static let host = Field<TXDCTL>("HTHRESH", 8...14)
        public static let writeBack = Field<TXDCTL>("WTHRESH", 16...22)
        public static let enable = Field<TXDCTL>("ENABLE", 25)
        public static let flush = Field<TXDCTL>("SWFLSH", 26, selfClearing: true)
        public static let fields = [prefetch, host, writeBack, enable, flush].map(\.description)
    }

    /// Transmit Head Write-Back Address Low. (82599 §8.2.3.9.11)
    public enum TDWBAL: ReadableRegister, WritableRegister {
        public static let name = "TDWBAL"
        public static let summary = "Transmit Head Write-Back Address Low"
        public static let section = "8.2.3.9.11"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { 0x06038 + 0x40 * index }
        public static let enable = Field<TDWBAL>("Head_WB_En", 0)
        public static let address = Field<TDWBAL>("HeadWB_Low", 2...31)
        public static let fields = [enable, address].map(\.description)
    }

    /// Transmit Head Write-Back Address High. (82599 §8.2.3.9.12)
    public enum TDWBAH: ReadableRegister, WritableRegister {
        public static let name = "TDWBAH"
        public static let summary = "Transmit Head Write-Back Address High"
        public static let section = "8.2.3.9.12"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { 0x0603C + 0x40 * index }
        public static let address = Field<TDWBAH>("HeadWB_High", 0...31)
        public static let fields = [address].map(\.description)
    }

    /// Transmit DCA Control. Reset value checked. (82599 §8.2.3.11.2)
    public enum DCA_TXCTRL: ReadableRegister, WritableRegister {
        public static let name = "DCA_TXCTRL"
        public static let summary = "Transmit DCA Control"
        public static let section = "8.2.3.11.2"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { 0x0600C + 0x40 * index }
        public static let reset: UInt32 = 0x00002A00
        public static let descriptorDCA = Field<DCA_TXCTRL>("Descriptor DCA EN", 5)
        public static let descriptorReadRelaxed = Field<DCA_TXCTRL>("TXdescRDROEn", 9)
        public static let descriptorWriteRelaxed = Field<DCA_TXCTRL>("TXdescWBROen", 11)
        public static let dataReadRelaxed = Field<DCA_TXCTRL>("TXDataReadROEn", 13)
        public static let cpuID = Field<DCA_TXCTRL>("CPUID", 24...31)
        public static let fields = [
            descriptorDCA, descriptorReadRelaxed, descriptorWriteRelaxed, dataReadRelaxed, cpuID,
        ].map(\.description)
    }

    /// DMA Transmit Maximum Total Size of Requests; it has 12 bits. Reset value checked. (82599 §8.2.3.9.1)
    public enum DTXMXSZRQ: ReadableRegister, WritableRegister {
        public static let name = "DTXMXSZRQ"
        public static let summary = "DMA Transmit Maximum Total Size of Requests"
        public static let section = "8.2.3.9.1"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x08100 }
        public static let reset: UInt32 = 0x00000010
        public static let maximum = Field<DTXMXSZRQ>("Max_bytes_num_req", 0...11)
        public static let fields = [maximum].map(\.description)
    }

    /// Transmit Packet Buffer Size, in KiB. Reset value checked: all of it, for each buffer. (82599 §8.2.3.9.13)
    public enum TXPBSIZE: ReadableRegister, WritableRegister {
        public static let name = "TXPBSIZE"
        public static let summary = "Transmit Packet Buffer Size, in KiB"
        public static let section = "8.2.3.9.13"
        public static let access = RegisterAccess.readWrite
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x0CC00 + 4 * index }
        public static let reset: UInt32 = 0x00028000
        public static let size = Field<TXPBSIZE>("SIZE", 10...19)
        public static let fields = [size].map(\.description)
    }

    /// Transmit Packet Buffer Threshold, in KiB. Reset value checked: 150 for buffer 0, none for the others. (82599 §8.2.3.9.16)
    public enum TXPBTHRESH: ReadableRegister, WritableRegister {
        public static let name = "TXPBTHRESH"
        public static let summary = "Transmit Packet Buffer Threshold, in KiB"
        public static let section = "8.2.3.9.16"
        public static let access = RegisterAccess.readWrite
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x04950 + 4 * index }
        public static let reset: UInt32 = 0x00000096
        public static func reset(at index: Int) -> UInt32 { index == 0 ? reset : 0 }
        public static let threshold = Field<TXPBTHRESH>("THRESH", 0...9)
        public static let fields = [threshold].map(\.description)
    }

    /// DCB Transmit Descriptor Plane Control and Status. Reset value checked. (82599 §8.2.3.10.2)
    public enum RTTDCS: ReadableRegister, WritableRegister {
        public static let name = "RTTDCS"
        public static let summary = "DCB Transmit Descriptor Plane Control and Status"
        public static let section = "8.2.3.10.2"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x04900 }
        public static let reset: UInt32 = 0x00C00000
        public static let arbitration = Field<RTTDCS>("TDPAC", 0)
        public static let poolArbitration = Field<RTTDCS>("VMPAC", 1)
        public static let recycle = Field<RTTDCS>("TDRM", 4)
        public static let arbiterDisable = Field<RTTDCS>("ARBDIS", 6)
        public static let lastClass = Field<RTTDCS>("LTTDESC", 17...19, isReadOnly: true)
        public static let pfcBypass = Field<RTTDCS>("BDPM", 22)
        public static let bufferBypass = Field<RTTDCS>("BPBFSM", 23)
        public static let speedChanged = Field<RTTDCS>("SPEED_CHG", 31)
        public static let fields = [
            arbitration, poolArbitration, recycle, arbiterDisable, lastClass, pfcBypass, bufferBypass, speedChanged,
        ].map(\.description)
    }

    /// Multiple Transmit Queues Command. Reset value checked. (82599 §8.2.3.9.15)
    public enum MTQC: ReadableRegister, WritableRegister {
        public static let name = "MTQC"
        public static let summary = "Multiple Transmit Queues Command"
        public static let section = "8.2.3.9.15"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x08120 }
        public static let dcb = Field<MTQC>("RT_Ena", 0)
        public static let virtualization = Field<MTQC>("VT_Ena", 1)
        public static let queues = Field<MTQC>("NUM_TC_OR_Q", 2...3)
        public static let fields = [dcb, virtualization, queues].map(\.description)
    }
}
