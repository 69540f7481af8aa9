public import IxyHardware

// Receive queues, receive DMA and receive-side scaling (82599 §8.2.3.8, §8.2.3.7).
extension IXGBERegisters {
    /// Receive Control. Reset value checked. (82599 §8.2.3.8.10)
    public enum RXCTRL: ReadableRegister, WritableRegister {
        public static let name = "RXCTRL"
        public static let summary = "Receive Control"
        public static let section = "8.2.3.8.10"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x03000 }
        public static let enable = Field<RXCTRL>("RXEN", 0)
        public static let fields = [enable].map(\.description)
    }

    /// Receive Descriptor Base Address Low. (82599 §8.2.3.8.1)
    public enum RDBAL: ReadableRegister, WritableRegister {
        public static let name = "RDBAL"
        public static let summary = "Receive Descriptor Base Address Low"
        public static let section = "8.2.3.8.1"
        public static let access = RegisterAccess.readWrite
        public static let isUndefinedAfterReset = true
        public static let count = 128
        public static func offset(_ index: Int) -> Int { index < 64 ? 0x01000 + 0x40 * index : 0x0D000 + 0x40 * (index - 64) }
        public static let address = Field<RDBAL>("RDBAL", 7...31)
        public static let fields = [address].map(\.description)
    }

    /// Receive Descriptor Base Address High. (82599 §8.2.3.8.2)
    public enum RDBAH: ReadableRegister, WritableRegister {
        public static let name = "RDBAH"
        public static let summary = "Receive Descriptor Base Address High"
        public static let section = "8.2.3.8.2"
        public static let access = RegisterAccess.readWrite
        public static let isUndefinedAfterReset = true
        public static let count = 128
        public static func offset(_ index: Int) -> Int { index < 64 ? 0x01004 + 0x40 * index : 0x0D004 + 0x40 * (index - 64) }
        public static let address = Field<RDBAH>("RDBAH", 0...31)
        public static let fields = [address].map(\.description)
    }

    /// Receive Descriptor Length, in bytes, a multiple of 128. (82599 §8.2.3.8.3)
    public enum RDLEN: ReadableRegister, WritableRegister {
        public static let name = "RDLEN"
        public static let summary = "Receive Descriptor Length, in bytes, a multiple of 128"
        public static let section = "8.2.3.8.3"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { index < 64 ? 0x01008 + 0x40 * index : 0x0D008 + 0x40 * (index - 64) }
        public static let length = Field<RDLEN>("LEN", 0...19)
        public static let fields = [length].map(\.description)
    }

    /// Receive Descriptor Head. Software may set it to 0 while the queue is off. (82599 §8.2.3.8.4)
    public enum RDH: ReadableRegister, WritableRegister {
        public static let name = "RDH"
        public static let summary = "Receive Descriptor Head"
        public static let section = "8.2.3.8.4"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { index < 64 ? 0x01010 + 0x40 * index : 0x0D010 + 0x40 * (index - 64) }
        public static let head = Field<RDH>("RDH", 0...15)
        public static let fields = [head].map(\.description)
    }

    /// Receive Descriptor Tail. (82599 §8.2.3.8.5)
    public enum RDT: ReadableRegister, WritableRegister {
        public static let name = "RDT"
        public static let summary = "Receive Descriptor Tail"
        public static let section = "8.2.3.8.5"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { index < 64 ? 0x01018 + 0x40 * index : 0x0D018 + 0x40 * (index - 64) }
        public static let tail = Field<RDT>("RDT", 0...15)
        public static let fields = [tail].map(\.description)
    }

    /// Receive Descriptor Control. Reset value checked; ENABLE reads as what the queue does. (82599 §8.2.3.8.6)
    public enum RXDCTL: ReadableRegister, WritableRegister {
        public static let name = "RXDCTL"
        public static let summary = "Receive Descriptor Control"
        public static let section = "8.2.3.8.6"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { index < 64 ? 0x01028 + 0x40 * index : 0x0D028 + 0x40 * (index - 64) }
        public static let enable = Field<RXDCTL>("ENABLE", 25)
        public static let vlanStrip = Field<RXDCTL>("VME", 30)
        public static let fields = [enable, vlanStrip].map(\.description)
    }

    /// Split Receive Control. Reset value checked. (82599 §8.2.3.8.7)
    public enum SRRCTL: ReadableRegister, WritableRegister {
        public static let name = "SRRCTL"
        public static let summary = "Split Receive Control"
        public static let section = "8.2.3.8.7"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { index < 64 ? 0x01014 + 0x40 * index : 0x0D014 + 0x40 * (index - 64) }
        public static func aliases(_ index: Int) -> [Int] { index < 16 ? [0x02100 + 4 * index] : [] }
        public static let reset: UInt32 = 0x00000402
        public static let packetBufferSize = Field<SRRCTL>("BSIZEPACKET", 0...4)
        public static let headerBufferSize = Field<SRRCTL>("BSIZEHEADER", 8...13)
        public static let minimumThreshold = Field<SRRCTL>("RDMTS", 22...24)
        public static let descriptorType = Field<SRRCTL>("DESCTYPE", 25...27)
        public static let dropEnable = Field<SRRCTL>("Drop_En", 28)
        public static let fields = [
            packetBufferSize, headerBufferSize, minimumThreshold, descriptorType, dropEnable,
        ].map(\.description)
    }

    /// Receive-Side Coalescing Control. (82599 §8.2.3.8.13)
    public enum RSCCTL: ReadableRegister, WritableRegister {
        public static let name = "RSCCTL"
        public static let summary = "Receive-Side Coalescing Control"
        public static let section = "8.2.3.8.13"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { index < 64 ? 0x0102C + 0x40 * index : 0x0D02C + 0x40 * (index - 64) }
        public static let enable = Field<RSCCTL>("RSCEN", 0)
        public static let maximumDescriptors = Field<RSCCTL>("MAXDESC", 2...3)
        public static let fields = [enable, maximumDescriptors].map(\.description)
    }

    /// Receive DCA Control. Reset value checked: bit 12 starts as 1 and must be cleared. (82599 §8.2.3.11.1)
    public enum DCA_RXCTRL: ReadableRegister, WritableRegister {
        public static let name = "DCA_RXCTRL"
        public static let summary = "Receive DCA Control"
        public static let section = "8.2.3.11.1"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { index < 64 ? 0x0100C + 0x40 * index : 0x0D00C + 0x40 * (index - 64) }
        public static func aliases(_ index: Int) -> [Int] { index < 16 ? [0x02200 + 4 * index] : [] }
        public static let reset: UInt32 = 0x0000B200
        public static let descriptorDCA = Field<DCA_RXCTRL>("Descriptor DCA EN", 5)
        public static let headerDCA = Field<DCA_RXCTRL>("Rx Header DCA EN", 6)
        public static let payloadDCA = Field<DCA_RXCTRL>("Payload DCA EN", 7)
        public static let descriptorReadRelaxed = Field<DCA_RXCTRL>("RXdescReadROEn", 9)
        public static let descriptorWriteRelaxed = Field<DCA_RXCTRL>("RXdescWBROen", 11, isReadOnly: true)
        public static let mustBeZero = Field<DCA_RXCTRL>("Reserved, to be written 0", 12)
        public static let dataWriteRelaxed = Field<DCA_RXCTRL>("RXdataWriteROEn", 13)
        public static let headerRelaxed = Field<DCA_RXCTRL>("RxRepHeaderROEn", 15)
        public static let cpuID = Field<DCA_RXCTRL>("CPUID", 24...31)
        public static let fields = [
            descriptorDCA, headerDCA, payloadDCA, descriptorReadRelaxed, descriptorWriteRelaxed, mustBeZero,
            dataWriteRelaxed, headerRelaxed, cpuID,
        ].map(\.description)
    }

    /// Receive DMA Control. Reset value checked: bits 4 to 16 are reserved and read as 0x880. (82599 §8.2.3.8.8)
    public enum RDRXCTL: ReadableRegister, WritableRegister {
        public static let name = "RDRXCTL"
        public static let summary = "Receive DMA Control"
        public static let section = "8.2.3.8.8"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x02F00 }
        public static let reset: UInt32 = 0x00108800
        public static let reservedOnes: UInt32 = 0x00008800
        public static let crcStrip = Field<RDRXCTL>("CRCStrip", 1)
        public static let isInitialized = Field<RDRXCTL>("DMAIDONE", 3, isReadOnly: true)
        public static let firstSize = Field<RDRXCTL>("RSCFRSTSIZE, to be written 0", 17...21)
        public static let acknowledgeCoalescing = Field<RDRXCTL>("RSCACKC, to be written 1", 25)
        public static let fcoeFix = Field<RDRXCTL>("FCOE_WRFIX, to be written 1", 26)
        public static let fields = [
            crcStrip, isInitialized, firstSize, acknowledgeCoalescing, fcoeFix,
        ].map(\.description)
    }

    /// Receive Packet Buffer Size, in KiB. Reset value checked: all of it, for each buffer. (82599 §8.2.3.8.9)
    public enum RXPBSIZE: ReadableRegister, WritableRegister {
        public static let name = "RXPBSIZE"
        public static let summary = "Receive Packet Buffer Size, in KiB"
        public static let section = "8.2.3.8.9"
        public static let access = RegisterAccess.readWrite
        public static let count = 8
        public static func offset(_ index: Int) -> Int { 0x03C00 + 4 * index }
        public static let reset: UInt32 = 0x00080000
        public static let size = Field<RXPBSIZE>("SIZE", 10...19)
        public static let fields = [size].map(\.description)
    }

    /// Receive Checksum Control. Reset value checked. (82599 §8.2.3.7.5)
    public enum RXCSUM: ReadableRegister, WritableRegister {
        public static let name = "RXCSUM"
        public static let summary = "Receive Checksum Control"
        public static let section = "8.2.3.7.5"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x05000 }
        public static let payloadChecksum = Field<RXCSUM>("IPPCSE", 12)
        public static let checksumDisable = Field<RXCSUM>("PCSD", 13)
        public static let fields = [payloadChecksum, checksumDisable].map(\.description)
    }

    /// Multiple Receive Queues Command. Reset value checked. (82599 §8.2.3.7.12)
    public enum MRQC: ReadableRegister, WritableRegister {
        public static let name = "MRQC"
        public static let summary = "Multiple Receive Queues Command"
        public static let section = "8.2.3.7.12"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x05818 }
        public static func aliases(_: Int) -> [Int] { [0x0EC80] }
        public static let mode = Field<MRQC>("MRQE", 0...3)
        public static let hashFields = Field<MRQC>("RSS Field Enable", 16...31)
        public static let fields = [mode, hashFields].map(\.description)
    }

    /// Redirection Table, four entries each. (82599 §8.2.3.7.15)
    public enum RETA: ReadableRegister, WritableRegister {
        public static let name = "RETA"
        public static let summary = "Redirection Table, four entries each"
        public static let section = "8.2.3.7.15"
        public static let access = RegisterAccess.readWrite
        public static let count = 32
        public static func offset(_ index: Int) -> Int { 0x05C00 + 4 * index }
        public static func aliases(_ index: Int) -> [Int] { [0x0EB00 + 4 * index] }
        public static let entry0 = Field<RETA>("Entry 0", 0...3)
        public static let entry1 = Field<RETA>("Entry 1", 8...11)
        public static let entry2 = Field<RETA>("Entry 2", 16...19)
        public static let entry3 = Field<RETA>("Entry 3", 24...27)
        public static let fields = [entry0, entry1, entry2, entry3].map(\.description)
    }

    /// RSS Random Key. (82599 §8.2.3.7.14)
    public enum RSSRK: ReadableRegister, WritableRegister {
        public static let name = "RSSRK"
        public static let summary = "RSS Random Key"
        public static let section = "8.2.3.7.14"
        public static let access = RegisterAccess.readWrite
        public static let count = 10
        public static func offset(_ index: Int) -> Int { 0x05C80 + 4 * index }
        public static func aliases(_ index: Int) -> [Int] { [0x0EB80 + 4 * index] }
        public static let key = Field<RSSRK>("K", 0...31)
        public static let fields = [key].map(\.description)
    }

    /// Packet Split Receive Type. (82599 §8.2.3.7.4)
    public enum PSRTYPE: ReadableRegister, WritableRegister {
        public static let name = "PSRTYPE"
        public static let summary = "Packet Split Receive Type"
        public static let section = "8.2.3.7.4"
        public static let access = RegisterAccess.readWrite
        public static let count = 64
        public static func offset(_ index: Int) -> Int { 0x0EA00 + 4 * index }
        public static func aliases(_ index: Int) -> [Int] { index < 16 ? [0x05480 + 4 * index] : [] }
        public static let tcp = Field<PSRTYPE>("TCP", 4)
        public static let udp = Field<PSRTYPE>("UDP", 5)
        public static let ipv4 = Field<PSRTYPE>("IPv4", 8)
        public static let ipv6 = Field<PSRTYPE>("IPv6", 9)
        public static let layer2 = Field<PSRTYPE>("L2", 12)
        public static let queuesPerPool = Field<PSRTYPE>("RQPL", 29...31)
        public static let fields = [tcp, udp, ipv4, ipv6, layer2, queuesPerPool].map(\.description)
    }
}
