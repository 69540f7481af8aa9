package import IxyHardware

// Transmit queues, transmit DMA and its arbiter (82599 §8.2.3.9, §8.2.3.10).
extension IXGBERegisters {
    /// Reset value checked: bits 1 and 2 are reserved and read as 10b; software must not change VT.
    package enum DMATXCTL: ReadWriteRegister {
        package static let entry = Entry("DMA Transmit Control", at: 0x04A80, "8.2.3.9.2", reset: 0x81000004,
            ones: 0x00000004)
        package static let enable = F("TE", 0), doubleVLAN = F("GDV", 3), vlanType = F("VT", 16...31),
            fields = list(enable, doubleVLAN, vlanType)
    }

    package enum TDBAL: MemoryRegister {
        package static let entry = Entry("Transmit Descriptor Base Address Low", at: .at(0x06000, 128, every: 0x40),
            "8.2.3.9.5", reset: nil)
        package static let address = F("TDBAL", 7...31), fields = list(address)
    }

    package enum TDBAH: MemoryRegister {
        package static let entry = Entry("Transmit Descriptor Base Address High", at: .at(0x06004, 128, every: 0x40),
            "8.2.3.9.6", reset: nil)
        package static let address = F("TDBAH", 0...31), fields = list(address)
    }

    package enum TDLEN: MemoryRegister {
        package static let entry = Entry("Transmit Descriptor Length, in bytes, a multiple of 128",
            at: .at(0x06008, 128, every: 0x40), "8.2.3.9.7")
        package static let length = F("LEN", 0...19), fields = list(length)
    }

    package enum TDT: ReadWriteRegister {
        package static let entry = Entry("Transmit Descriptor Tail", at: .at(0x06018, 128, every: 0x40), "8.2.3.9.9")
        package static let tail = F("TDT", 0...15), fields = list(tail)
    }

    /// Reset value checked; ENABLE reads as what the queue does.
    package enum TXDCTL: ReadWriteRegister {
        package static let entry = Entry("Transmit Descriptor Control", at: .at(0x06028, 128, every: 0x40), "8.2.3.9.10")
        package static let prefetch = F("PTHRESH", 0...6), host = F("HTHRESH", 8...14), writeBack = F("WTHRESH", 16...22),
            enable = F("ENABLE", 25), flush = F("SWFLSH", 26, selfClearing: true),
            fields = list(prefetch, host, writeBack, enable, flush)
    }

    package enum TDWBAL: MemoryRegister {
        package static let entry = Entry("Transmit Head Write-Back Address Low", at: .at(0x06038, 128, every: 0x40),
            "8.2.3.9.11")
        package static let enable = F("Head_WB_En", 0), address = F("HeadWB_Low", 2...31), fields = list(enable, address)
    }

    package enum TDWBAH: MemoryRegister {
        package static let entry = Entry("Transmit Head Write-Back Address High", at: .at(0x0603C, 128, every: 0x40),
            "8.2.3.9.12")
        package static let address = F("HeadWB_High", 0...31), fields = list(address)
    }

    /// Reset value checked.
    package enum DCA_TXCTRL: ReadWriteRegister {
        package static let entry = Entry("Transmit DCA Control", at: .at(0x0600C, 128, every: 0x40), "8.2.3.11.2",
            reset: 0x00002A00)
        package static let descriptorDCA = F("Descriptor DCA EN", 5), descriptorReadRelaxed = F("TXdescRDROEn", 9),
            descriptorWriteRelaxed = F("TXdescWBROen", 11), dataReadRelaxed = F("TXDataReadROEn", 13),
            cpuID = F("CPUID", 24...31),
            fields = list(descriptorDCA, descriptorReadRelaxed, descriptorWriteRelaxed, dataReadRelaxed, cpuID)
    }

    /// It has 12 bits. Reset value checked.
    package enum DTXMXSZRQ: ReadWriteRegister {
        package static let entry = Entry("DMA Transmit Maximum Total Size of Requests", at: 0x08100, "8.2.3.9.1",
            reset: 0x00000010)
        package static let maximum = F("Max_bytes_num_req", 0...11), fields = list(maximum)
    }

    /// Reset value checked: all of it, for each buffer.
    package enum TXPBSIZE: ReadWriteRegister {
        package static let entry = Entry("Transmit Packet Buffer Size, in KiB", at: .at(0x0CC00, 8), "8.2.3.9.13",
            reset: 0x00028000)
        package static let size = F("SIZE", 10...19), fields = list(size)
    }

    /// Reset value checked: 150 for buffer 0, none for the others.
    package enum TXPBTHRESH: ReadWriteRegister {
        package static let entry = Entry("Transmit Packet Buffer Threshold, in KiB", at: .at(0x04950, 8), "8.2.3.9.16",
            reset: 0x00000096)
        package static let threshold = F("THRESH", 0...9), fields = list(threshold)
        package static func reset(at index: Int) -> UInt32 { index == 0 ? reset : 0 }
    }

    /// Reset value checked.
    package enum RTTDCS: ReadWriteRegister {
        package static let entry = Entry("DCB Transmit Descriptor Plane Control and Status", at: 0x04900, "8.2.3.10.2",
            reset: 0x00C00000)
        package static let arbitration = F("TDPAC", 0), poolArbitration = F("VMPAC", 1), recycle = F("TDRM", 4),
            arbiterDisable = F("ARBDIS", 6), lastClass = F("LTTDESC", 17...19, isReadOnly: true),
            pfcBypass = F("BDPM", 22), bufferBypass = F("BPBFSM", 23), speedChanged = F("SPEED_CHG", 31),
            fields = list(arbitration, poolArbitration, recycle, arbiterDisable, lastClass, pfcBypass, bufferBypass,
                speedChanged)
    }
}
