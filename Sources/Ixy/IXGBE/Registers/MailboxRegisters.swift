package import IxyHardware

// The mailboxes between the physical function and its virtual functions, as the former sees them (82599 §8.2.3.27).
extension IXGBERegisters {
    /// One for each VF.
    package enum PFMAILBOX: ReadWriteRegister {
        package static let entry = Entry("PF Mailbox", at: .at(0x04B00, 64), "8.2.3.27.2")
        /// A message for the VF is in the buffer.
        package static let status = F("Sts", 0, selfClearing: true)
        /// The VF's message has been read.
        package static let acknowledge = F("Ack", 1, selfClearing: true), isVFUsing = F("VFU", 2, isReadOnly: true),
            isPFUsing = F("PFU", 3)
        /// Takes the buffer from a VF that is gone.
        package static let resetVFUse = F("RVFU", 4, selfClearing: true),
            fields = list(status, acknowledge, isVFUsing, isPFUsing, resetVFUse)
    }

    /// 16 words for each VF.
    package enum PFMBMEM: ReadWriteRegister {
        package static let entry = Entry("PF Mailbox Memory", at: .at(0x13000, 64 * 16), "8.2.3.27")
        package static let word = F("Data", 0...31), fields = list(word)
    }

    /// Of 16 VFs each.
    package enum PFMBICR: WriteOneToClearRegister {
        package static let entry = Entry("PF Mailbox Interrupt Causes", at: .at(0x00710, 4), "8.2.3.27.3")
        package static let requests = F("VFREQ", 0...15), acknowledgements = F("VFACK", 16...31),
            fields = list(requests, acknowledgements)
    }

    /// A bit for each VF.
    package enum PFMBIMR: ReadWriteRegister {
        package static let entry = Entry("PF Mailbox Interrupt Mask", at: .at(0x00720, 2), "8.2.3.27.4")
        package static let mask = F("VFIM", 0...31), fields = list(mask)
    }

    /// VFs that were reset over the bus.
    package enum PFVFLRE: ReadOnlyRegister {
        package static let entry = Entry("VF Level Reset Events", at: 0x00600, then: 0x001C0, "8.2.3.27.5")
        package static let functions = F("VFLE", 0...31), fields = list(functions)
    }

    /// Clears the bits of PFVFLRE.
    package enum PFVFLREC: WriteOneToClearRegister {
        package static let entry = Entry("VF Level Reset Events Clear", at: .at(0x00700, 2), "8.2.3.27.9")
        package static let functions = F("Clear VFLE", 0...31), fields = list(functions)
    }
}
