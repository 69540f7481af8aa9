public import IxyHardware

// The mailboxes between the physical function and its virtual functions, as the former sees them (82599 §8.2.3.27).
extension IXGBERegisters {
    /// One for each VF.
    public enum PFMAILBOX: ReadWriteRegister {
        public static let entry = Entry("PF Mailbox", at: .at(0x04B00, 64), "8.2.3.27.2")
        /// A message for the VF is in the buffer.
        public static let status = F("Sts", 0, selfClearing: true)
        /// The VF's message has been read.
        public static let acknowledge = F("Ack", 1, selfClearing: true), isVFUsing = F("VFU", 2, isReadOnly: true),
            isPFUsing = F("PFU", 3)
        /// Takes the buffer from a VF that is gone.
        public static let resetVFUse = F("RVFU", 4, selfClearing: true),
            fields = list(status, acknowledge, isVFUsing, isPFUsing, resetVFUse)
    }

    /// 16 words for each VF.
    public enum PFMBMEM: ReadWriteRegister {
        public static let entry = Entry("PF Mailbox Memory", at: .at(0x13000, 64 * 16), "8.2.3.27")
        public static let word = F("Data", 0...31), fields = list(word)
    }

    /// Of 16 VFs each.
    public enum PFMBICR: WriteOneToClearRegister {
        public static let entry = Entry("PF Mailbox Interrupt Causes", at: .at(0x00710, 4), "8.2.3.27.3")
        public static let requests = F("VFREQ", 0...15), acknowledgements = F("VFACK", 16...31),
            fields = list(requests, acknowledgements)
    }

    /// A bit for each VF.
    public enum PFMBIMR: ReadWriteRegister {
        public static let entry = Entry("PF Mailbox Interrupt Mask", at: .at(0x00720, 2), "8.2.3.27.4")
        public static let mask = F("VFIM", 0...31), fields = list(mask)
    }

    /// VFs that were reset over the bus.
    public enum PFVFLRE: ReadOnlyRegister {
        public static let entry = Entry("VF Level Reset Events", at: 0x00600, then: 0x001C0, "8.2.3.27.5")
        public static let functions = F("VFLE", 0...31), fields = list(functions)
    }

    /// Clears the bits of PFVFLRE.
    public enum PFVFLREC: WriteOneToClearRegister {
        public static let entry = Entry("VF Level Reset Events Clear", at: .at(0x00700, 2), "8.2.3.27.9")
        public static let functions = F("Clear VFLE", 0...31), fields = list(functions)
    }
}
