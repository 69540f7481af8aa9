package import IxyHardware

// Interrupts (82599 §8.2.3.5).
extension IXGBERegisters {
    package enum EICR: WriteOneToClearRegister {
        package static let entry = Entry("Extended Interrupt Cause", at: 0x00800, "8.2.3.5.1")
        package static let queues = F("RTxQ", 0...15), flowDirector = F("Flow Director", 16),
            receiveMiss = F("Rx Miss", 17), pciException = F("PCI Exception", 18), mailBox = F("MailBox", 19),
            linkChange = F("LSC", 20), linkSecurity = F("LinkSec", 21), manageability = F("MNG", 22),
            pins = F("GPI_SDP0..3", 24...27), eccError = F("ECC", 28), tcpTimer = F("TCP Timer", 30),
            other = F("Other Cause", 31),
            fields = list(queues, flowDirector, receiveMiss, pciException, mailBox, linkChange, linkSecurity,
                manageability, pins, eccError, tcpTimer, other)
    }

    package enum EIMS: ReadWriteRegister {
        package static let entry = Entry("Extended Interrupt Mask Set/Read", at: 0x00880, "8.2.3.5.3")
        package static let all = F("Interrupt Enable", 0...30), fields = list(all)
    }

    /// Reset value checked.
    package enum GPIE: ReadWriteRegister {
        package static let entry = Entry("General Purpose Interrupt Enable", at: 0x00898, "8.2.3.5.18")
        package static let pinsEnable = F("SDP0..3_GPIEN", 0...3), multipleMSIX = F("Multiple MSI-X", 4),
            otherClearDisable = F("OCD", 5), immediate = F("EIMEN", 6), lowLatencyInterval = F("LL Interval", 7...10),
            coalescingDelay = F("RSC Delay", 11...13), virtualization = F("VT Mode", 14...15), autoMask = F("EIAME", 30),
            pbaSupport = F("PBA_support", 31),
            fields = list(pinsEnable, multipleMSIX, otherClearDisable, immediate, lowLatencyInterval, coalescingDelay,
                virtualization, autoMask, pbaSupport)
    }

    package enum IVAR: ReadWriteRegister {
        package static let entry = Entry("Interrupt Vector Allocation", at: .at(0x00900, 64), "8.2.3.5.16")
        package static let vector0 = F("INT_Alloc[0]", 0...5), valid0 = F("INT_Alloc_val[0]", 7),
            vector1 = F("INT_Alloc[1]", 8...13), valid1 = F("INT_Alloc_val[1]", 15), vector2 = F("INT_Alloc[2]", 16...21),
            valid2 = F("INT_Alloc_val[2]", 23), vector3 = F("INT_Alloc[3]", 24...29), valid3 = F("INT_Alloc_val[3]", 31),
            fields = list(vector0, valid0, vector1, valid1, vector2, valid2, vector3, valid3)
    }

    /// Causes by software.
    package enum EICS: WriteOnlyRegister {
        package static let entry = Entry("Extended Interrupt Cause Set", at: 0x00808, "8.2.3.5.2")
        package static let all = F("Interrupt Cause Set", 0...30), fields = list(all)
    }

    /// Causes that sending their MSI-X message clears.
    package enum EIAC: ReadWriteRegister {
        package static let entry = Entry("Extended Interrupt Auto Clear", at: 0x00810, "8.2.3.5.5")
        package static let queues = F("RTxQ Auto Clear", 0...15), tcpTimer = F("TCP Timer Auto Clear", 30),
            fields = list(queues, tcpTimer)
    }

    /// Extended Interrupt Auto Mask: what an interrupt masks until software lets it through again.
    package enum EIAM: ReadWriteRegister {
        package static let entry = Entry("Extended Interrupt Auto Mask Enable", at: 0x00890, "8.2.3.5.6")
        package static let all = F("Auto Mask", 0...30), fields = list(all)
    }

    /// EICS for the causes of 64 vectors: a bit each.
    package enum EICS_EX: WriteOnlyRegister {
        package static let entry = Entry("Extended Interrupt Cause Set, of all vectors", at: .at(0x00A90, 2), "8.2.3.5.7")
        package static let vectors = F("RTxQ", 0...31), fields = list(vectors)
    }

    /// EIMS for the causes of 64 vectors; the lowest 16 are those of EIMS.
    package enum EIMS_EX: ReadWriteRegister {
        package static let entry = Entry("Extended Interrupt Mask Set/Read, of all vectors", at: .at(0x00AA0, 2),
            "8.2.3.5.8")
        package static let vectors = F("RTxQ", 0...31), fields = list(vectors)
    }

    /// EIMC for the causes of 64 vectors.
    package enum EIMC_EX: WriteOnlyRegister {
        package static let entry = Entry("Extended Interrupt Mask Clear, of all vectors", at: .at(0x00AB0, 2), "8.2.3.5.9")
        package static let vectors = F("RTxQ", 0...31), fields = list(vectors)
    }

    /// EIAM for the causes of 64 vectors; the lowest 16 are those of EIAM.
    package enum EIAM_EX: ReadWriteRegister {
        package static let entry = Entry("Extended Interrupt Auto Mask Enable, of all vectors", at: .at(0x00AD0, 2),
            "8.2.3.5.10")
        package static let vectors = F("RTxQ", 0...31), fields = list(vectors)
    }

    /// How often a vector may interrupt.
    package enum EITR: ReadWriteRegister {
        package static let entry = Entry("Extended Interrupt Throttle", at: .at(0x00820, 24), then: .at(0x12300, 104),
            "8.2.3.5.12")
        /// In units of 2 µs at 10 Gbit/s.
        package static let interval = F("ITR Interval", 3...11), lowLatency = F("LLI Moderation", 15),
            credit = F("LL Interrupt Credit", 16...20), counter = F("ITR Counter", 21...27),
            keepsCounter = F("CNT_WDIS", 31, selfClearing: true),
            fields = list(interval, lowLatency, credit, counter, keepsCounter)
    }

    /// Which vectors of an MSI-X table throttle two of the receive queues' together.
    package enum EITRSEL: ReadWriteRegister {
        package static let entry = Entry("MSI-X to EITR Select", at: 0x00894, "8.2.3.5")
        package static let functions = F("VFSelect", 0...31), fields = list(functions)
    }

    /// The vectors of the TCP timer and of all other causes.
    package enum IVAR_MISC: ReadWriteRegister {
        package static let entry = Entry("Miscellaneous Interrupt Vector Allocation", at: 0x00A00, "8.2.3.5")
        package static let timerVector = F("INT_Alloc[0]", 0...6), isTimerValid = F("INT_Alloc_val[0]", 7),
            otherVector = F("INT_Alloc[1]", 8...14), isOtherValid = F("INT_Alloc_val[1]", 15),
            fields = list(timerVector, isTimerValid, otherVector, isOtherValid)
    }
}

/// Read, and written to clear the bits that are ones.
package protocol WriteOneToClearRegister: ReadableRegister, WritableRegister {}

extension WriteOneToClearRegister { package static var access: RegisterAccess { .writeOneToClear } }
