package import IxyHardware

// Interrupts of a virtual function (82599 §8.3.5.2).
extension IXGBEVFRegisters {
    package enum VTEICR: WriteOneToClearRegister {
        package static let entry = Entry("VF Extended Interrupt Cause", at: 0x0100, "8.3.5.2.1")
        package static let vectors = F("MSIX", 0...2), fields = list(vectors)
    }

    package enum VTEICS: WriteOnlyRegister {
        package static let entry = Entry("VF Extended Interrupt Cause Set", at: 0x0104, "8.3.5.2.2")
        package static let vectors = F("MSIX", 0...2), fields = list(vectors)
    }

    package enum VTEIMS: ReadWriteRegister {
        package static let entry = Entry("VF Extended Interrupt Mask Set/Read", at: 0x0108, "8.3.5.2.3")
        package static let vectors = F("MSIX", 0...2), fields = list(vectors)
    }

    package enum VTEIMC: WriteOnlyRegister {
        package static let entry = Entry("VF Extended Interrupt Mask Clear", at: 0x010C, "8.3.5.2.4")
        package static let vectors = F("MSIX", 0...2), fields = list(vectors)
    }

    package enum VTEIAC: ReadWriteRegister {
        package static let entry = Entry("VF Extended Interrupt Auto Clear", at: 0x0110, "8.3.5.2.5")
        package static let vectors = F("MSIX", 0...2), fields = list(vectors)
    }

    package enum VTEIAM: ReadWriteRegister {
        package static let entry = Entry("VF Extended Interrupt Auto Mask Enable", at: 0x0114, "8.3.5.2.6")
        package static let vectors = F("MSIX", 0...2), fields = list(vectors)
    }

    /// Of two queues of each kind.
    package enum VTIVAR: ReadWriteRegister {
        package static let entry = Entry("VF Interrupt Vector Allocation", at: .at(0x0120, 4), "8.3.5.2.9")
        package static let vector0 = F("INT_Alloc[0]", 0...1), valid0 = F("INT_Alloc_val[0]", 7),
            vector1 = F("INT_Alloc[1]", 8...9), valid1 = F("INT_Alloc_val[1]", 15), vector2 = F("INT_Alloc[2]", 16...17),
            valid2 = F("INT_Alloc_val[2]", 23), vector3 = F("INT_Alloc[3]", 24...25), valid3 = F("INT_Alloc_val[3]", 31),
            fields = list(vector0, valid0, vector1, valid1, vector2, valid2, vector3, valid3)
    }

    package enum VTIVAR_MISC: ReadWriteRegister {
        package static let entry = Entry("VF Interrupt Vector Allocation of the mailbox", at: 0x0140, "8.3.5.2.10")
        package static let vector = F("INT_Alloc", 0...1), valid = F("INT_Alloc_val", 7), fields = list(vector, valid)
    }

    package enum VTEITR: ReadWriteRegister {
        package static let entry = Entry("VF Extended Interrupt Throttle", at: .at(0x0820, 3), "8.3.5.2.7")
        /// In units of two microseconds.
        package static let interval = F("ITR Interval", 3...11), lowLatency = F("LLI_EN", 15),
            lowLatencyCredit = F("LL Credit", 16...20), counter = F("ITR Counter", 21...27),
            writeDisable = F("CNT_WDIS", 31), fields = list(interval, lowLatency, lowLatencyCredit, counter, writeDisable)
    }
}
