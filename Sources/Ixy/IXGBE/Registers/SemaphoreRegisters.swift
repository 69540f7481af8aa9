public import IxyHardware

// What software and firmware, and the drivers of both ports, agree by (82599 §8.2.3.4, §10.5.4).
extension IXGBERegisters {
    /// Software Semaphore, shared by both ports. Reading sets SMBI: whoever read it as 0 holds it. (82599 §8.2.3.4.9)
    public enum SWSM: ReadableRegister, WritableRegister {
        public static let name = "SWSM"
        public static let summary = "Software Semaphore"
        public static let section = "8.2.3.4.9"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x10140 }
        public static let semaphore = Field<SWSM>("SMBI", 0)
        public static let softwareFirmwareSemaphore = Field<SWSM>("SWESMBI", 1)
        public static let fields = [semaphore, softwareFirmwareSemaphore].map(\.description)
    }

    /// Firmware Semaphore; the driver only reads it. Reset value checked. (82599 §8.2.3.4.10)
    public enum FWSM: ReadableRegister {
        public static let name = "FWSM"
        public static let summary = "Firmware Semaphore"
        public static let section = "8.2.3.4.10"
        public static let access = RegisterAccess.readOnly
        public static func offset(_: Int) -> Int { 0x10148 }
        public static let semaphore = Field<FWSM>("FWSMBI", 0)
        public static let mode = Field<FWSM>("FW_mode", 1...3)
        public static let eepromReloaded = Field<FWSM>("EEP_reload_ind", 6)
        public static let isValid = Field<FWSM>("FW_Val_bit", 15)
        public static let resets = Field<FWSM>("Reset_cnt", 16...18)
        public static let error = Field<FWSM>("Ext_err_ind", 19...24)
        public static let pcieError = Field<FWSM>("PCIe_config_err_ind", 25)
        public static let serdesErrors = Field<FWSM>("PHY_SERDES_config_err_ind", 26...27)
        public static let fields = [
            semaphore, mode, eepromReloaded, isValid, resets, error, pcieError, serdesErrors,
        ].map(\.description)
    }

    /// Software-Firmware Synchronization, shared by both ports: who uses what they share. To be touched only while
    /// SWSM.SWESMBI is held. Reset value checked. (82599 §8.2.3.4.11, §10.5.4)
    public enum SW_FW_SYNC: ReadableRegister, WritableRegister {
        public static let name = "SW_FW_SYNC"
        public static let summary = "Software-Firmware Synchronization"
        public static let section = "8.2.3.4.11"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x10160 }
        public static let softwareEEPROM = Field<SW_FW_SYNC>("SW_EEP_SM", 0)
        public static let softwarePHYs = Field<SW_FW_SYNC>("SW_PHY_SM0, SW_PHY_SM1", 1...2)
        public static let softwareRegisters = Field<SW_FW_SYNC>("SW_MAC_CSR_SM", 3)
        public static let softwareFlash = Field<SW_FW_SYNC>("SW_FLASH_SM", 4)
        public static let firmwareEEPROM = Field<SW_FW_SYNC>("FW_EEP_SM", 5, isReadOnly: true)
        public static let firmwarePHYs = Field<SW_FW_SYNC>("FW_PHY_SM0, FW_PHY_SM1", 6...7, isReadOnly: true)
        public static let firmwareRegisters = Field<SW_FW_SYNC>("FW_MAC_CSR_SM", 8, isReadOnly: true)
        public static let firmwareFlash = Field<SW_FW_SYNC>("FW_FLASH_SM", 9, isReadOnly: true)
        public static let softwareManageability = Field<SW_FW_SYNC>("SW_MNG_SM", 10)
        public static let fields = [
            softwareEEPROM, softwarePHYs, softwareRegisters, softwareFlash, firmwareEEPROM, firmwarePHYs,
            firmwareRegisters, firmwareFlash, softwareManageability,
        ].map(\.description)
    }
}
