package import IxyHardware

// Which frames are received (82599 §8.2.3.7).
extension IXGBERegisters {
    /// Reset value checked.
    package enum FCTRL: ReadWriteRegister {
        package static let entry = Entry("Filter Control", at: 0x05080, "8.2.3.7.1")
        package static let storeBad = F("SBP", 1), multicastPromiscuous = F("MPE", 8), unicastPromiscuous = F("UPE", 9),
            broadcastAccept = F("BAM", 10),
            fields = list(storeBad, multicastPromiscuous, unicastPromiscuous, broadcastAccept)
    }

    package enum MTA: ReadWriteRegister {
        package static let entry = Entry("Multicast Table Array", at: .at(0x05200, 128), "8.2.3.7.7", reset: nil)
        package static let bits = F("Bit Vector", 0...31), fields = list(bits)
    }

    package enum MPSAR: ReadWriteRegister {
        package static let entry = Entry("MAC Pool Select Array", at: .at(0x0A600, 256), "8.2.3.7.10", reset: nil)
        package static let pools = F("POOL_ENA", 0...31), fields = list(pools)
    }

    package enum VFTA: ReadWriteRegister {
        package static let entry = Entry("VLAN Filter Table Array", at: .at(0x0A000, 128), "8.2.3.7.11", reset: nil)
        package static let bits = F("VLAN_FLT", 0...31), fields = list(bits)
    }
}
