package import IxyHardware

// Which addresses are received for (82599 §8.2.3.7).
extension IXGBERegisters {
    /// Reset value checked.
    package enum MCSTCTRL: ReadWriteRegister {
        package static let entry = Entry("Multicast Control", at: 0x05090, "8.2.3.7.3")
        /// Which 12 bits of the address choose a bit of MTA: 47 to 36, 46 to 35, 45 to 34 or 43 to 32.
        package static let addressBits = F("MO", 0...1), filterEnable = F("MFE", 2),
            fields = list(addressBits, filterEnable)
    }

    package enum RAL: ReadWriteRegister {
        package static let entry = Entry("Receive Address Low", at: .at(0x0A200, 128, every: 8), "8.2.3.7.8",
            aliases: .at(0x05400, 16, every: 8))
        package static let address = F("RAL", 0...31), fields = list(address)
    }

    package enum RAH: ReadWriteRegister {
        package static let entry = Entry("Receive Address High", at: .at(0x0A204, 128, every: 8), "8.2.3.7.9",
            aliases: .at(0x05404, 16, every: 8))
        package static let address = F("RAH", 0...15), isValid = F("AV", 31), fields = list(address, isValid)
    }
}
