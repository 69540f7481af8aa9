package import IxyHardware

// Pause frames (82599 §8.2.3.3).
extension IXGBERegisters {
    /// Reset value checked.
    package enum MFLCN: ReadWriteRegister {
        package static let entry = Entry("MAC Flow Control", at: 0x04294, "8.2.3.22.34")
        package static let passFrames = F("PMCF", 0), discardPause = F("DPF", 1), priority = F("RPFCE", 2),
            receiveEnable = F("RFCE", 3), fields = list(passFrames, discardPause, priority, receiveEnable)
    }

    /// Reset value checked.
    package enum FCCFG: ReadWriteRegister {
        package static let entry = Entry("Flow Control Configuration", at: 0x03D00, "8.2.3.3.7")
        package static let transmitEnable = F("TFCE", 3...4), fields = list(transmitEnable)
    }

    /// Two each. Reset value checked.
    package enum FCTTV: ReadWriteRegister {
        package static let entry = Entry("Flow Control Transmit Timer Value", at: .at(0x03200, 4), "8.2.3.3.2")
        package static let even = F("TTV 2n", 0...15), odd = F("TTV 2n+1", 16...31), fields = list(even, odd)
    }

    /// In units of 32 bytes. Reset value checked.
    package enum FCRTL: ReadWriteRegister {
        package static let entry = Entry("Flow Control Receive Threshold Low", at: .at(0x03220, 8), "8.2.3.3.3")
        package static let threshold = F("RTL", 5...18), enable = F("XONE", 31), fields = list(threshold, enable)
    }

    /// Reset value checked.
    package enum FCRTV: ReadWriteRegister {
        package static let entry = Entry("Flow Control Refresh Threshold Value", at: 0x032A0, "8.2.3.3.5")
        package static let refresh = F("FC_refresh_th", 0...15), fields = list(refresh)
    }
}
