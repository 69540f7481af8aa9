package import IxyHardware

/// The registers of the 82599 and its relatives, named as in the datasheet (82599 §8.2.3).
///
/// A reset value is called *checked* where it agrees with what the authors of Vigor and of TinyNF each wrote down from
/// the datasheet, bit by bit. `Docs/Status.md` lists those that are not.
package enum IXGBERegisters {}

// The device as a whole, its EEPROM, and the mask of its interrupts (82599 §8.2.3.1 to §8.2.3.5).
extension IXGBERegisters {
    /// Reset value checked.
    package enum CTRL: ReadWriteRegister {
        package static let entry = Entry("Device Control", at: 0x00000, "8.2.3.1.1")
        package static let masterDisable = F("PCIe Master Disable", 2), linkReset = F("LRST", 3, selfClearing: true),
            deviceReset = F("RST", 26, selfClearing: true), fields = list(masterDisable, linkReset, deviceReset)
    }

    /// Reset value checked.
    package enum STATUS: ReadOnlyRegister {
        package static let entry = Entry("Device Status", at: 0x00008, "8.2.3.1.2", reset: 0x00080000)
        package static let lanID = F("LAN ID", 2...3), linkUp = F("Link Up", 7), virtualFunctions = F("Num VFs", 10...17),
            isVirtualized = F("IOV Active", 18), masterEnabled = F("PCIe Master Enable Status", 19),
            fields = list(lanID, linkUp, virtualFunctions, isVirtualized, masterEnabled)
    }

    /// Reset value checked.
    package enum CTRL_EXT: ReadWriteRegister {
        package static let entry = Entry("Extended Device Control", at: 0x00018, "8.2.3.1.3")
        package static let resetDone = F("PFRSTD", 14, selfClearing: true), noSnoopDisable = F("NS_DIS", 16),
            relaxedOrderingDisable = F("RO_DIS", 17), extendedVLAN = F("Extended VLAN", 26),
            driverLoaded = F("DRV_LOAD", 28),
            fields = list(resetDone, noSnoopDisable, relaxedOrderingDisable, extendedVLAN, driverLoaded)
    }

    /// Flash writes are off after a reset (checked); the rest is the board's.
    package enum EEC: ReadWriteRegister {
        package static let entry = Entry("EEPROM and Flash Control", at: 0x10010, "8.2.3.2.1", reset: 0x00000010)
        package static let pins = F("EE_SK, EE_CS, EE_DI, EE_DO", 0...3), flashWriteEnable = F("FWE", 4...5),
            request = F("EE_REQ", 6), grant = F("EE_GNT", 7, isReadOnly: true),
            present = F("EE_PRES", 8, isReadOnly: true), autoReadDone = F("Auto_RD", 9, isReadOnly: true),
            addressSize = F("EE_ADDR_SIZE", 10), size = F("EE_Size", 11...14, isReadOnly: true),
            moduleDone = F("PCI and core load status", 15...21, isReadOnly: true), sector1Valid = F("SEC1VAL", 22),
            flashUpdate = F("FLUPD", 23), flashUpdateDone = F("FLUDONE", 26),
            fields = list(pins, flashWriteEnable, request, grant, present, autoReadDone, addressSize, size, moduleDone,
                sector1Valid, flashUpdate, flashUpdateDone)
    }

    /// Bit 31 is reserved, so that "all" is not all ones.
    package enum EIMC: WriteOnlyRegister {
        package static let entry = Entry("Extended Interrupt Mask Clear", at: 0x00888, "8.2.3.5.4")
        package static let all = F("Interrupt Mask", 0...30), fields = list(all)
    }
}
