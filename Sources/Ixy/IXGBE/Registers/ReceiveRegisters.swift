package import IxyHardware

// Receive queues, receive DMA and receive-side scaling (82599 §8.2.3.8, §8.2.3.7).
extension IXGBERegisters {
    /// Reset value checked.
    package enum RXCTRL: ReadWriteRegister {
        package static let entry = Entry("Receive Control", at: 0x03000, "8.2.3.8.10")
        package static let enable = F("RXEN", 0), fields = list(enable)
    }

    package enum RDBAL: MemoryTableRegister {
        package static let entry = Entry("Receive Descriptor Base Address Low", at: .at(0x01000, 64, every: 0x40),
            then: .at(0x0D000, 64, every: 0x40), "8.2.3.8.1", reset: nil)
        package static let address = F("RDBAL", 7...31), fields = list(address)
    }

    package enum RDBAH: MemoryTableRegister {
        package static let entry = Entry("Receive Descriptor Base Address High", at: .at(0x01004, 64, every: 0x40),
            then: .at(0x0D004, 64, every: 0x40), "8.2.3.8.2", reset: nil)
        package static let address = F("RDBAH", 0...31), fields = list(address)
    }

    package enum RDLEN: MemoryTableRegister {
        package static let entry = Entry("Receive Descriptor Length, in bytes, a multiple of 128",
            at: .at(0x01008, 64, every: 0x40), then: .at(0x0D008, 64, every: 0x40), "8.2.3.8.3")
        package static let length = F("LEN", 0...19), fields = list(length)
    }

    /// Software may set it to 0 while the queue is off.
    package enum RDH: ReadWriteRegister {
        package static let entry = Entry("Receive Descriptor Head", at: .at(0x01010, 64, every: 0x40),
            then: .at(0x0D010, 64, every: 0x40), "8.2.3.8.4")
        package static let head = F("RDH", 0...15), fields = list(head)
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
    package enum SRRCTL: MemoryTableRegister {
        package static let entry = Entry("Split Receive Control", at: .at(0x01014, 64, every: 0x40),
            then: .at(0x0D014, 64, every: 0x40), "8.2.3.8.7", aliases: .at(0x02100, 16), reset: 0x00000402)
        package static let packetBufferSize = F("BSIZEPACKET", 0...4), headerBufferSize = F("BSIZEHEADER", 8...13),
            minimumThreshold = F("RDMTS", 22...24), descriptorType = F("DESCTYPE", 25...27), dropEnable = F("Drop_En", 28),
            fields = list(packetBufferSize, headerBufferSize, minimumThreshold, descriptorType, dropEnable)
    }

    package enum RSCCTL: ReadWriteRegister {
        package static let entry = Entry("Receive-Side Coalescing Control", at: .at(0x0102C, 64, every: 0x40),
            then: .at(0x0D02C, 64, every: 0x40), "8.2.3.8.13")
        package static let enable = F("RSCEN", 0), maximumDescriptors = F("MAXDESC", 2...3),
            fields = list(enable, maximumDescriptors)
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

    /// Reset value checked: all of it, for each buffer.
    package enum RXPBSIZE: ReadWriteRegister {
        package static let entry = Entry("Receive Packet Buffer Size, in KiB", at: .at(0x03C00, 8), "8.2.3.8.9",
            reset: 0x00080000)
        package static let size = F("SIZE", 10...19), fields = list(size)
    }

    /// Reset value checked.
    package enum RXCSUM: ReadWriteRegister {
        package static let entry = Entry("Receive Checksum Control", at: 0x05000, "8.2.3.7.5")
        package static let payloadChecksum = F("IPPCSE", 12), checksumDisable = F("PCSD", 13),
            fields = list(payloadChecksum, checksumDisable)
    }

    /// Reset value checked.
    package enum MRQC: ReadWriteRegister {
        package static let entry = Entry("Multiple Receive Queues Command", at: 0x05818, "8.2.3.7.12", aliases: 0x0EC80)
        package static let mode = F("MRQE", 0...3), hashFields = F("RSS Field Enable", 16...31),
            fields = list(mode, hashFields)
    }

    package enum RETA: ReadWriteRegister {
        package static let entry = Entry("Redirection Table, four entries each", at: .at(0x05C00, 32), "8.2.3.7.15",
            aliases: .at(0x0EB00, 32))
        package static let entry0 = F("Entry 0", 0...3), entry1 = F("Entry 1", 8...11), entry2 = F("Entry 2", 16...19),
            entry3 = F("Entry 3", 24...27), fields = list(entry0, entry1, entry2, entry3)
    }

    package enum RSSRK: ReadWriteRegister {
        package static let entry = Entry("RSS Random Key", at: .at(0x05C80, 10), "8.2.3.7.14", aliases: .at(0x0EB80, 10))
        package static let key = F("K", 0...31), fields = list(key)
    }

    package enum PSRTYPE: ReadWriteRegister {
        package static let entry = Entry("Packet Split Receive Type", at: .at(0x0EA00, 64), "8.2.3.7.4",
            aliases: .at(0x05480, 16))
        package static let tcp = F("TCP", 4), udp = F("UDP", 5), ipv4 = F("IPv4", 8), ipv6 = F("IPv6", 9),
            layer2 = F("L2", 12), queuesPerPool = F("RQPL", 29...31),
            fields = list(tcp, udp, ipv4, ipv6, layer2, queuesPerPool)
    }
}
