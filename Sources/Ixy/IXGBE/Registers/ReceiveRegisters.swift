package import IxyHardware

// Receive queues, receive DMA and its packet buffer (82599 §8.2.3.8, §8.2.3.3).
extension IXGBERegisters {
    /// Reset value checked.
    package enum RXCTRL: ReadWriteRegister {
        package static let entry = Entry("Receive Control", at: 0x03000, "8.2.3.8.10")
        package static let enable = F("RXEN", 0), fields = list(enable)
    }

    package enum RDBAL: MemoryRegister {
        package static let entry = Entry("Receive Descriptor Base Address Low", at: .at(0x01000, 64, every: 0x40),
            then: .at(0x0D000, 64, every: 0x40), "8.2.3.8.1", reset: nil)
        package static let address = F("RDBAL", 7...31), fields = list(address)
    }

    package enum RDBAH: MemoryRegister {
        package static let entry = Entry("Receive Descriptor Base Address High", at: .at(0x01004, 64, every: 0x40),
            then: .at(0x0D004, 64, every: 0x40), "8.2.3.8.2", reset: nil)
        package static let address = F("RDBAH", 0...31), fields = list(address)
    }

    package enum RDLEN: MemoryRegister {
        package static let entry = Entry("Receive Descriptor Length, in bytes, a multiple of 128",
            at: .at(0x01008, 64, every: 0x40), then: .at(0x0D008, 64, every: 0x40), "8.2.3.8.3")
        package static let length = F("LEN", 0...19), fields = list(length)
    }

    package enum RDT: ReadWriteRegister {
        package static let entry = Entry("Receive Descriptor Tail", at: .at(0x01018, 64, every: 0x40),
            then: .at(0x0D018, 64, every: 0x40), "8.2.3.8.5")
        package static let tail = F("RDT", 0...15), fields = list(tail)
    }

    /// Reset value checked; ENABLE reads as what the queue does.
    package enum RXDCTL: ReadWriteRegister {
        package static let entry = Entry("Receive Descriptor Control", at: .at(0x01028, 64, every: 0x40),
            then: .at(0x0D028, 64, every: 0x40), "8.2.3.8.6")
        package static let enable = F("ENABLE", 25), vlanStrip = F("VME", 30), fields = list(enable, vlanStrip)
    }

    /// Reset value checked.
    package enum SRRCTL: MemoryRegister {
        package static let entry = Entry("Split Receive Control", at: .at(0x01014, 64, every: 0x40),
            then: .at(0x0D014, 64, every: 0x40), "8.2.3.8.7", aliases: .at(0x02100, 16), reset: 0x00000402)
        package static let packetBufferSize = F("BSIZEPACKET", 0...4), headerBufferSize = F("BSIZEHEADER", 8...13),
            minimumThreshold = F("RDMTS", 22...24), descriptorType = F("DESCTYPE", 25...27), dropEnable = F("Drop_En", 28),
            fields = list(packetBufferSize, headerBufferSize, minimumThreshold, descriptorType, dropEnable)
    }

    /// Reset value checked: bit 12 starts as 1 and must be cleared.
    package enum DCA_RXCTRL: ReadWriteRegister {
        package static let entry = Entry("Receive DCA Control", at: .at(0x0100C, 64, every: 0x40),
            then: .at(0x0D00C, 64, every: 0x40), "8.2.3.11.1", aliases: .at(0x02200, 16), reset: 0x0000B200)
        package static let descriptorDCA = F("Descriptor DCA EN", 5), headerDCA = F("Rx Header DCA EN", 6),
            payloadDCA = F("Payload DCA EN", 7), descriptorReadRelaxed = F("RXdescReadROEn", 9),
            descriptorWriteRelaxed = F("RXdescWBROen", 11, isReadOnly: true),
            mustBeZero = F("Reserved, to be written 0", 12), dataWriteRelaxed = F("RXdataWriteROEn", 13),
            headerRelaxed = F("RxRepHeaderROEn", 15), cpuID = F("CPUID", 24...31),
            fields = list(descriptorDCA, headerDCA, payloadDCA, descriptorReadRelaxed, descriptorWriteRelaxed, mustBeZero,
                dataWriteRelaxed, headerRelaxed, cpuID)
    }

    /// Reset value checked: bits 4 to 16 are reserved and read as 0x880.
    package enum RDRXCTL: ReadWriteRegister {
        package static let entry = Entry("Receive DMA Control", at: 0x02F00, "8.2.3.8.8", reset: 0x00108800,
            ones: 0x00008800)
        package static let crcStrip = F("CRCStrip", 1), isInitialized = F("DMAIDONE", 3, isReadOnly: true),
            firstSize = F("RSCFRSTSIZE, to be written 0", 17...21),
            acknowledgeCoalescing = F("RSCACKC, to be written 1", 25), fcoeFix = F("FCOE_WRFIX, to be written 1", 26),
            fields = list(crcStrip, isInitialized, firstSize, acknowledgeCoalescing, fcoeFix)
    }

    /// In units of 32 bytes; to be set even without flow control. Reset value checked.
    package enum FCRTH: ReadWriteRegister {
        package static let entry = Entry("Flow Control Receive Threshold High", at: .at(0x03260, 8), "8.2.3.3.4")
        package static let threshold = F("RTH", 5...18), enable = F("FCEN", 31), fields = list(threshold, enable)
    }

    /// Reset value checked: all of it, for each buffer.
    package enum RXPBSIZE: ReadWriteRegister {
        package static let entry = Entry("Receive Packet Buffer Size, in KiB", at: .at(0x03C00, 8), "8.2.3.8.9",
            reset: 0x00080000)
        package static let size = F("SIZE", 10...19), fields = list(size)
    }
}
