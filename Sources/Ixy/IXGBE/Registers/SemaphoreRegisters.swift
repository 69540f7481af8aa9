package import IxyHardware

// Semaphores between software and firmware, and between the drivers of both ports (82599 §8.2.3.4, §10.5.4).
extension IXGBERegisters {
    /// Shared by both ports. Reading sets SMBI: whoever read it as 0 holds it.
    package enum SWSM: ReadWriteRegister {
        package static let entry = Entry("Software Semaphore", at: 0x10140, "8.2.3.4.9")
        package static let semaphore = F("SMBI", 0), softwareFirmwareSemaphore = F("SWESMBI", 1),
            fields = list(semaphore, softwareFirmwareSemaphore)
    }

    /// Shared by both ports: who uses what they share. To be touched only while SWSM.SWESMBI is held. Reset value
    /// checked. (82599 §10.5.4)
    package enum SW_FW_SYNC: ReadWriteRegister {
        package static let entry = Entry("Software-Firmware Synchronization", at: 0x10160, "8.2.3.4.11")
        package static let softwareEEPROM = F("SW_EEP_SM", 0), softwarePHYs = F("SW_PHY_SM0, SW_PHY_SM1", 1...2),
            softwareRegisters = F("SW_MAC_CSR_SM", 3), softwareFlash = F("SW_FLASH_SM", 4),
            firmwareEEPROM = F("FW_EEP_SM", 5, isReadOnly: true),
            firmwarePHYs = F("FW_PHY_SM0, FW_PHY_SM1", 6...7, isReadOnly: true),
            firmwareRegisters = F("FW_MAC_CSR_SM", 8, isReadOnly: true),
            firmwareFlash = F("FW_FLASH_SM", 9, isReadOnly: true), softwareManageability = F("SW_MNG_SM", 10),
            fields = list(softwareEEPROM, softwarePHYs, softwareRegisters, softwareFlash, firmwareEEPROM, firmwarePHYs,
                firmwareRegisters, firmwareFlash, softwareManageability)
    }
}
