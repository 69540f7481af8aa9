public import IxyHardware

// Interrupts (82599 §8.2.3.5).
extension IXGBERegisters {
    /// Extended Interrupt Cause. (82599 §8.2.3.5.1)
    public enum EICR: ReadableRegister, WritableRegister {
        public static let name = "EICR"
        public static let summary = "Extended Interrupt Cause"
        public static let section = "8.2.3.5.1"
        public static let access = RegisterAccess.writeOneToClear
        public static func offset(_: Int) -> Int { 0x00800 }
        public static let queues = Field<EICR>("RTxQ", 0...15)
        public static let flowDirector = Field<EICR>("Flow Director", 16)
        public static let receiveMiss = Field<EICR>("Rx Miss", 17)
        public static let pciException = Field<EICR>("PCI Exception", 18)
        public static let mailBox = Field<EICR>("MailBox", 19)
        public static let linkChange = Field<EICR>("LSC", 20)
        public static let linkSecurity = Field<EICR>("LinkSec", 21)
        public static let manageability = Field<EICR>("MNG", 22)
        public static let pins = Field<EICR>("GPI_SDP0..3", 24...27)
        public static let eccError = Field<EICR>("ECC", 28)
        public static let tcpTimer = Field<EICR>("TCP Timer", 30)
        public static let other = Field<EICR>("Other Cause", 31)
        public static let fields = [
            queues, flowDirector, receiveMiss, pciException, mailBox, linkChange, linkSecurity,
            manageability, pins, eccError, tcpTimer, other,
        ].map(\.description)
    }

    /// Extended Interrupt Mask Set/Read. (82599 §8.2.3.5.3)
    public enum EIMS: ReadableRegister, WritableRegister {
        public static let name = "EIMS"
        public static let summary = "Extended Interrupt Mask Set/Read"
        public static let section = "8.2.3.5.3"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x00880 }
        public static let all = Field<EIMS>("Interrupt Enable", 0...30)
        public static let fields = [all].map(\.description)
    }

    /// Extended Interrupt Mask Clear. Bit 31 is reserved, so that "all" is not all ones. (82599 §8.2.3.5.4)
    public enum EIMC: WritableRegister {
        public static let name = "EIMC"
        public static let summary = "Extended Interrupt Mask Clear"
        public static let section = "8.2.3.5.4"
        public static let access = RegisterAccess.writeOnly
        public static func offset(_: Int) -> Int { 0x00888 }
        public static let all = Field<EIMC>("Interrupt Mask", 0...30)
        public static let fields = [all].map(\.description)
    }

    /// General Purpose Interrupt Enable. Reset value checked. (82599 §8.2.3.5.18)
    public enum GPIE: ReadableRegister, WritableRegister {
        public static let name = "GPIE"
        public static let summary = "General Purpose Interrupt Enable"
        public static let section = "8.2.3.5.18"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x00898 }
        public static let pinsEnable = Field<GPIE>("SDP0..3_GPIEN", 0...3)
        public static let multipleMSIX = Field<GPIE>("Multiple MSI-X", 4)
        public static let otherClearDisable = Field<GPIE>("OCD", 5)
        public static let immediate = Field<GPIE>("EIMEN", 6)
        public static let lowLatencyInterval = Field<GPIE>("LL Interval", 7...10)
        public static let coalescingDelay = Field<GPIE>("RSC Delay", 11...13)
        public static let virtualization = Field<GPIE>("VT Mode", 14...15)
        public static let autoMask = Field<GPIE>("EIAME", 30)
        public static let pbaSupport = Field<GPIE>("PBA_support", 31)
        public static let fields = [
            pinsEnable, multipleMSIX, otherClearDisable, immediate, lowLatencyInterval, coalescingDelay,
            virtualization, autoMask, pbaSupport,
        ].map(\.description)
    }

    /// Interrupt Vector Allocation. (82599 §8.2.3.5.16)
    public enum IVAR: ReadableRegister, WritableRegister {
        public static let name = "IVAR"
        public static let summary = "Interrupt Vector Allocation"
        public static let section = "8.2.3.5.16"
        public static let access = RegisterAccess.readWrite
        public static let count = 64
        public static func offset(_ index: Int) -> Int { 0x00900 + 4 * index }
        public static let vector0 = Field<IVAR>("INT_Alloc[0]", 0...5)
        public static let valid0 = Field<IVAR>("INT_Alloc_val[0]", 7)
        public static let vector1 = Field<IVAR>("INT_Alloc[1]", 8...13)
        public static let valid1 = Field<IVAR>("INT_Alloc_val[1]", 15)
        public static let vector2 = Field<IVAR>("INT_Alloc[2]", 16...21)
        public static let valid2 = Field<IVAR>("INT_Alloc_val[2]", 23)
        public static let vector3 = Field<IVAR>("INT_Alloc[3]", 24...29)
        public static let valid3 = Field<IVAR>("INT_Alloc_val[3]", 31)
        public static let fields = [
            vector0, valid0, vector1, valid1, vector2, valid2, vector3, valid3,
        ].map(\.description)
    }

    /// Extended Interrupt Cause Set: causes by software. (82599 §8.2.3.5.2)
    public enum EICS: WritableRegister {
        public static let name = "EICS"
        public static let summary = "Extended Interrupt Cause Set"
        public static let section = "8.2.3.5.2"
        public static let access = RegisterAccess.writeOnly
        public static func offset(_: Int) -> Int { 0x00808 }
        public static let all = Field<EICS>("Interrupt Cause Set", 0...30)
        public static let fields = [all].map(\.description)
    }

    /// Extended Interrupt Auto Clear: causes that sending their MSI-X message clears. (82599 §8.2.3.5.5)
    public enum EIAC: ReadableRegister, WritableRegister {
        public static let name = "EIAC"
        public static let summary = "Extended Interrupt Auto Clear"
        public static let section = "8.2.3.5.5"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x00810 }
        public static let queues = Field<EIAC>("RTxQ Auto Clear", 0...15)
        public static let tcpTimer = Field<EIAC>("TCP Timer Auto Clear", 30)
        public static let fields = [queues, tcpTimer].map(\.description)
    }

    /// Extended Interrupt Auto Mask: what an interrupt masks until software lets it through again. (82599 §8.2.3.5.6)
    public enum EIAM: ReadableRegister, WritableRegister {
        public static let name = "EIAM"
        public static let summary = "Extended Interrupt Auto Mask Enable"
        public static let section = "8.2.3.5.6"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x00890 }
        public static let all = Field<EIAM>("Auto Mask", 0...30)
        public static let fields = [all].map(\.description)
    }

    /// EICS for the causes of 64 vectors: a bit each. (82599 §8.2.3.5.7)
    public enum EICS_EX: WritableRegister {
        public static let name = "EICS_EX"
        public static let summary = "Extended Interrupt Cause Set, of all vectors"
        public static let section = "8.2.3.5.7"
        public static let access = RegisterAccess.writeOnly
        public static let count = 2
        public static func offset(_ index: Int) -> Int { 0x00A90 + 4 * index }
        public static let vectors = Field<EICS_EX>("RTxQ", 0...31)
        public static let fields = [vectors].map(\.description)
    }

    /// EIMS for the causes of 64 vectors; the lowest 16 are those of EIMS. (82599 §8.2.3.5.8)
    public enum EIMS_EX: ReadableRegister, WritableRegister {
        public static let name = "EIMS_EX"
        public static let summary = "Extended Interrupt Mask Set/Read, of all vectors"
        public static let section = "8.2.3.5.8"
        public static let access = RegisterAccess.readWrite
        public static let count = 2
        public static func offset(_ index: Int) -> Int { 0x00AA0 + 4 * index }
        public static let vectors = Field<EIMS_EX>("RTxQ", 0...31)
        public static let fields = [vectors].map(\.description)
    }

    /// EIMC for the causes of 64 vectors. (82599 §8.2.3.5.9)
    public enum EIMC_EX: WritableRegister {
        public static let name = "EIMC_EX"
        public static let summary = "Extended Interrupt Mask Clear, of all vectors"
        public static let section = "8.2.3.5.9"
        public static let access = RegisterAccess.writeOnly
        public static let count = 2
        public static func offset(_ index: Int) -> Int { 0x00AB0 + 4 * index }
        public static let vectors = Field<EIMC_EX>("RTxQ", 0...31)
        public static let fields = [vectors].map(\.description)
    }

    /// EIAM for the causes of 64 vectors; the lowest 16 are those of EIAM. (82599 §8.2.3.5.10)
    public enum EIAM_EX: ReadableRegister, WritableRegister {
        public static let name = "EIAM_EX"
        public static let summary = "Extended Interrupt Auto Mask Enable, of all vectors"
        public static let section = "8.2.3.5.10"
        public static let access = RegisterAccess.readWrite
        public static let count = 2
        public static func offset(_ index: Int) -> Int { 0x00AD0 + 4 * index }
        public static let vectors = Field<EIAM_EX>("RTxQ", 0...31)
        public static let fields = [vectors].map(\.description)
    }

    /// Extended Interrupt Throttle: how often a vector may interrupt. (82599 §8.2.3.5.12)
    public enum EITR: ReadableRegister, WritableRegister {
        public static let name = "EITR"
        public static let summary = "Extended Interrupt Throttle"
        public static let section = "8.2.3.5.12"
        public static let access = RegisterAccess.readWrite
        public static let count = 128
        public static func offset(_ index: Int) -> Int { index < 24 ? 0x00820 + 4 * index : 0x12300 + 4 * (index - 24) }
        /// In units of 2 µs at 10 Gbit/s.
        public static let interval = Field<EITR>("ITR Interval", 3...11)
        public static let lowLatency = Field<EITR>("LLI Moderation", 15)
        public static let credit = Field<EITR>("LL Interrupt Credit", 16...20)
        public static let counter = Field<EITR>("ITR Counter", 21...27)
        public static let keepsCounter = Field<EITR>("CNT_WDIS", 31, selfClearing: true)
        public static let fields = [interval, lowLatency, credit, counter, keepsCounter].map(\.description)
    }

    /// Which vectors of an MSI-X table throttle two of the receive queues' together. (82599 §8.2.3.5)
    public enum EITRSEL: ReadableRegister, WritableRegister {
        public static let name = "EITRSEL"
        public static let summary = "MSI-X to EITR Select"
        public static let section = "8.2.3.5"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x00894 }
        public static let functions = Field<EITRSEL>("VFSelect", 0...31)
        public static let fields = [functions].map(\.description)
    }

    /// The vectors of the TCP timer and of all other causes. (82599 §8.2.3.5)
    public enum IVAR_MISC: ReadableRegister, WritableRegister {
        public static let name = "IVAR_MISC"
        public static let summary = "Miscellaneous Interrupt Vector Allocation"
        public static let section = "8.2.3.5"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x00A00 }
        public static let timerVector = Field<IVAR_MISC>("INT_Alloc[0]", 0...6)
        public static let isTimerValid = Field<IVAR_MISC>("INT_Alloc_val[0]", 7)
        public static let otherVector = Field<IVAR_MISC>("INT_Alloc[1]", 8...14)
        public static let isOtherValid = Field<IVAR_MISC>("INT_Alloc_val[1]", 15)
        public static let fields = [timerVector, isTimerValid, otherVector, isOtherValid].map(\.description)
    }
}
