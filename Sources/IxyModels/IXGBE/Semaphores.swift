import Ixy
import IxyHardware

/// The semaphores by which drivers and firmware share registers. (82599 §10.5.4)
extension Model82599 {
    /// SMBI is taken by reading it as 0.
    mutating func takeSoftwareSemaphore() {
        registers.put(R.SWSM.semaphore, 1)
    }

    mutating func applySemaphores(_ value: UInt32, at offset: Int, _ word: RegisterFile.Word) {
        let asked = RegisterValue<R.SWSM>(read: value)
        if asked.isSet(R.SWSM.semaphore), !registers.isSet(R.SWSM.semaphore) {
            violate("SWSM.SMBI written as 1, which only reading it does", "10.5.4")
        }
        if asked.isSet(R.SWSM.softwareFirmwareSemaphore), !registers.isSet(R.SWSM.semaphore) {
            violate("SWSM.SWESMBI set without SWSM.SMBI", "10.5.4")
        }
        let isHeldByFirmware = registers.isSet(R.FWSM.semaphore)
        registers.store(value, at: offset, word)
        if isHeldByFirmware { registers.put(R.SWSM.softwareFirmwareSemaphore, 0) }
    }

    /// Claims are made only while SWESMBI is held, and never of what the firmware has.
    mutating func checkClaims(_ value: UInt32) {
        if !registers.isSet(R.SWSM.softwareFirmwareSemaphore) {
            violate("SW_FW_SYNC written without SWSM.SWESMBI", "10.5.4")
        }
        let claims = value & R.SW_FW_SYNC.software
        let firmware = registers[R.SW_FW_SYNC.offset(0)] >> 5 & R.SW_FW_SYNC.software
        if claims & firmware != 0 {
            violate("SW_FW_SYNC claimed for software while the firmware has the same", "10.5.4")
        }
    }
}

extension IXGBERegisters.SW_FW_SYNC {
    /// The bits of software; those of the firmware follow in the same order.
    fileprivate static let software: UInt32 = 0x1F
}
