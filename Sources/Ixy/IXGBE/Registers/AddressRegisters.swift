package import IxyHardware

// Which addresses are received for (82599 §8.2.3.7).
extension IXGBERegisters {
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
