package import IxyHardware

// Registers that our driver leaves at their reset values, and others use; the model acts on all of them.
extension IXGBERegisters {
    package enum EERD: ReadWriteRegister {
        package static let entry = Entry("EEPROM Read", at: 0x10014, "8.2.3.2.2", reset: 0x00000002)
        package static let start = F("START", 0, selfClearing: true), done = F("DONE", 1, isReadOnly: true),
            address = F("ADDR", 2...15), data = F("DATA", 16...31, isReadOnly: true),
            fields = list(start, done, address, data)
    }

    /// The driver only reads it. Reset value checked.
    package enum FWSM: ReadOnlyRegister {
        package static let entry = Entry("Firmware Semaphore", at: 0x10148, "8.2.3.4.10")
        package static let semaphore = F("FWSMBI", 0), mode = F("FW_mode", 1...3), eepromReloaded = F("EEP_reload_ind", 6),
            isValid = F("FW_Val_bit", 15), resets = F("Reset_cnt", 16...18), error = F("Ext_err_ind", 19...24),
            pcieError = F("PCIe_config_err_ind", 25), serdesErrors = F("PHY_SERDES_config_err_ind", 26...27),
            fields = list(semaphore, mode, eepromReloaded, isValid, resets, error, pcieError, serdesErrors)
    }

    /// Software may set it to 0 while the queue is off.
    package enum RDH: ReadWriteRegister {
        package static let entry = Entry("Receive Descriptor Head", at: .at(0x01010, 64, every: 0x40),
            then: .at(0x0D010, 64, every: 0x40), "8.2.3.8.4")
        package static let head = F("RDH", 0...15), fields = list(head)
    }

    package enum RSCCTL: ReadWriteRegister {
        package static let entry = Entry("Receive-Side Coalescing Control", at: .at(0x0102C, 64, every: 0x40),
            then: .at(0x0D02C, 64, every: 0x40), "8.2.3.8.13")
        package static let enable = F("RSCEN", 0), maximumDescriptors = F("MAXDESC", 2...3),
            fields = list(enable, maximumDescriptors)
    }

    /// Software may set it to 0 while the queue is off.
    package enum TDH: ReadWriteRegister {
        package static let entry = Entry("Transmit Descriptor Head", at: .at(0x06010, 128, every: 0x40), "8.2.3.9.8")
        package static let head = F("TDH", 0...15), fields = list(head)
    }

    package enum DTXTCPFLGL: ReadWriteRegister {
        package static let entry = Entry("DMA Transmit TCP Flags Control Low", at: 0x04A88, "8.2.3.9.3", reset: 0x0FF60FF6)
        package static let first = F("TCP_flg_first_seg", 0...11), middle = F("TCP_Flg_mid_seg", 16...27),
            fields = list(first, middle)
    }

    package enum DTXTCPFLGH: ReadWriteRegister {
        package static let entry = Entry("DMA Transmit TCP Flags Control High", at: 0x04A8C, "8.2.3.9.4",
            reset: 0x00000F7F)
        package static let last = F("TCP_Flg_lst_seg", 0...11), fields = list(last)
    }

    /// Reset value checked.
    package enum MTQC: ReadWriteRegister {
        package static let entry = Entry("Multiple Transmit Queues Command", at: 0x08120, "8.2.3.9.15")
        package static let dcb = F("RT_Ena", 0), virtualization = F("VT_Ena", 1), queues = F("NUM_TC_OR_Q", 2...3),
            fields = list(dcb, virtualization, queues)
    }

    /// Reset value checked; software must not change VET.
    package enum VLNCTRL: ReadWriteRegister {
        package static let entry = Entry("VLAN Control", at: 0x05088, "8.2.3.7.2", reset: 0x00008100)
        package static let etherType = F("VET", 0...15), canonical = F("CFI", 28), canonicalEnable = F("CFIEN", 29),
            filterEnable = F("VFE", 30), fields = list(etherType, canonical, canonicalEnable, filterEnable)
    }
}
