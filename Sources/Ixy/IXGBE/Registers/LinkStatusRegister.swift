package import IxyHardware

// Whether the link is up (82599 §8.2.3.22).
extension IXGBERegisters {
    package enum LINKS: ReadOnlyRegister {
        package static let entry = Entry("Link Status", at: 0x042A4, "8.2.3.22.20")
        package static let linkStatus = F("Link Status", 7), speed = F("LNK_SPEED", 28...29), isUp = F("Link Up", 30),
            negotiated = F("KX/KX4/KR AN Completed", 31), fields = list(linkStatus, speed, isUp, negotiated)
    }
}
