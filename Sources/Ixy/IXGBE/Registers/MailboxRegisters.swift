public import IxyHardware

// The mailboxes between the physical function and its virtual functions, as the former sees them (82599 §8.2.3.27).
extension IXGBERegisters {
    /// PF Mailbox, one for each VF. (82599 §8.2.3.27.2)
    public enum PFMAILBOX: ReadableRegister, WritableRegister {
        public static let name = "PFMAILBOX"
        public static let summary = "PF Mailbox"
        public static let section = "8.2.3.27.2"
        public static let access = RegisterAccess.readWrite
        public static let count = 64
        public static func offset(_ index: Int) -> Int { 0x04B00 + 4 * index }
        /// A message for the VF is in the buffer.
        public static let status = Field<PFMAILBOX>("Sts", 0, selfClearing: true)
        /// The VF's message has been read.
        public static let acknowledge = Field<PFMAILBOX>("Ack", 1, selfClearing: true)
        public static let isVFUsing = Field<PFMAILBOX>("VFU", 2, isReadOnly: true)
        public static let isPFUsing = Field<PFMAILBOX>("PFU", 3)
        /// Takes the buffer from a VF that is gone.
        public static let resetVFUse = Field<PFMAILBOX>("RVFU", 4, selfClearing: true)
        public static let fields = [status, acknowledge, isVFUsing, isPFUsing, resetVFUse].map(\.description)
    }

    /// PF Mailbox Memory: 16 words for each VF. (82599 §8.2.3.27)
    public enum PFMBMEM: ReadableRegister, WritableRegister {
        public static let name = "PFMBMEM"
        public static let summary = "PF Mailbox Memory"
        public static let section = "8.2.3.27"
        public static let access = RegisterAccess.readWrite
        public static let count = 64 * 16
        public static func offset(_ index: Int) -> Int { 0x13000 + 4 * index }
        public static let word = Field<PFMBMEM>("Data", 0...31)
        public static let fields = [word].map(\.description)
    }

    /// PF Mailbox Interrupt Causes, of 16 VFs each. (82599 §8.2.3.27.3)
    public enum PFMBICR: ReadableRegister, WritableRegister {
        public static let name = "PFMBICR"
        public static let summary = "PF Mailbox Interrupt Causes"
        public static let section = "8.2.3.27.3"
        public static let access = RegisterAccess.writeOneToClear
        public static let count = 4
        public static func offset(_ index: Int) -> Int { 0x00710 + 4 * index }
        public static let requests = Field<PFMBICR>("VFREQ", 0...15)
        public static let acknowledgements = Field<PFMBICR>("VFACK", 16...31)
        public static let fields = [requests, acknowledgements].map(\.description)
    }

    /// PF Mailbox Interrupt Mask, a bit for each VF. (82599 §8.2.3.27.4)
    public enum PFMBIMR: ReadableRegister, WritableRegister {
        public static let name = "PFMBIMR"
        public static let summary = "PF Mailbox Interrupt Mask"
        public static let section = "8.2.3.27.4"
        public static let access = RegisterAccess.readWrite
        public static let count = 2
        public static func offset(_ index: Int) -> Int { 0x00720 + 4 * index }
        public static let mask = Field<PFMBIMR>("VFIM", 0...31)
        public static let fields = [mask].map(\.description)
    }

    /// VFs that were reset over the bus. (82599 §8.2.3.27.5)
    public enum PFVFLRE: ReadableRegister {
        public static let name = "PFVFLRE"
        public static let summary = "VF Level Reset Events"
        public static let section = "8.2.3.27.5"
        public static let access = RegisterAccess.readOnly
        public static let count = 2
        public static func offset(_ index: Int) -> Int { index == 0 ? 0x00600 : 0x001C0 }
        public static let functions = Field<PFVFLRE>("VFLE", 0...31)
        public static let fields = [functions].map(\.description)
    }

    /// Clears the bits of PFVFLRE. (82599 §8.2.3.27.9)
    public enum PFVFLREC: ReadableRegister, WritableRegister {
        public static let name = "PFVFLREC"
        public static let summary = "VF Level Reset Events Clear"
        public static let section = "8.2.3.27.9"
        public static let access = RegisterAccess.writeOneToClear
        public static let count = 2
        public static func offset(_ index: Int) -> Int { 0x00700 + 4 * index }
        public static let functions = Field<PFVFLREC>("Clear VFLE", 0...31)
        public static let fields = [functions].map(\.description)
    }
}
