public import IxyHardware

// Interrupts of a virtual function (82599 §8.3.5.2).
extension IXGBEVFRegisters {
    public enum VTEICR: WriteOneToClearRegister {
        public static let entry = Entry("VF Extended Interrupt Cause", at: 0x0100, "8.3.5.2.1")
        public static let vectors = F("MSIX", 0...2), fields = list(vectors)
    }

    public enum VTEICS: WriteOnlyRegister {
        public static let entry = Entry("VF Extended Interrupt Cause Set", at: 0x0104, "8.3.5.2.2")
        public static let vectors = F("MSIX", 0...2), fields = list(vectors)
    }

    public enum VTEIMS: ReadWriteRegister {
        public static let entry = Entry("VF Extended Interrupt Mask Set/Read", at: 0x0108, "8.3.5.2.3")
        public static let vectors = F("MSIX", 0...2), fields = list(vectors)
    }

    public enum VTEIMC: WriteOnlyRegister {
        public static let entry = Entry("VF Extended Interrupt Mask Clear", at: 0x010C, "8.3.5.2.4")
        public static let vectors = F("MSIX", 0...2), fields = list(vectors)
    }

    public enum VTEIAC: ReadWriteRegister {
        public static let entry = Entry("VF Extended Interrupt Auto Clear", at: 0x0110, "8.3.5.2.5")
        public static let vectors = F("MSIX", 0...2), fields = list(vectors)
    }

    public enum VTEIAM: ReadWriteRegister {
        public static let entry = Entry("VF Extended Interrupt Auto Mask Enable", at: 0x0114, "8.3.5.2.6")
        public static let vectors = F("MSIX", 0...2), fields = list(vectors)
    }

    /// Of two queues of each kind.
    public enum VTIVAR: ReadWriteRegister {
        public static let entry = Entry("VF Interrupt Vector Allocation", at: .at(0x0120, 4), "8.3.5.2.9")
        public static let vector0 = F("INT_Alloc[0]", 0...1), valid0 = F("INT_Alloc_val[0]", 7),
            vector1 = F("INT_Alloc[1]", 8...9), valid1 = F("INT_Alloc_val[1]", 15), vector2 = F("INT_Alloc[2]", 16...17),
            valid2 = F("INT_Alloc_val[2]", 23), vector3 = F("INT_Alloc[3]", 24...25), valid3 = F("INT_Alloc_val[3]", 31),
            fields = list(vector0, valid0, vector1, valid1, vector2, valid2, vector3, valid3)
    }

    public enum VTIVAR_MISC: ReadWriteRegister {
        public static let entry = Entry("VF Interrupt Vector Allocation of the mailbox", at: 0x0140, "8.3.5.2.10")
        public static let vector = F("INT_Alloc", 0...1), valid = F("INT_Alloc_val", 7), fields = list(vector, valid)
    }

    public enum VTEITR: ReadWriteRegister {
        public static let entry = Entry("VF Extended Interrupt Throttle", at: .at(0x0820, 3), "8.3.5.2.7")
        /// In units of two microseconds.
        public static let interval = F("ITR Interval", 3...11), lowLatency = F("LLI_EN", 15),
            lowLatencyCredit = F("LL Credit", 16...20), counter = F("ITR Counter", 21...27),
            writeDisable = F("CNT_WDIS", 31), fields = list(interval, lowLatency, lowLatencyCredit, counter, writeDisable)
    }
}
