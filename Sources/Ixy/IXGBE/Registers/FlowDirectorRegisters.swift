package import IxyHardware

// The flow director: queues for single flows (82599 §8.2.3.21).
extension IXGBERegisters {
    package enum FDIRCTRL: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters Control", at: 0x0EE00, "8.2.3.21.1")
        /// How much of the packet buffer it takes: none, 64, 128 or 256 KiB.
        package static let allocation = F("PBALLOC", 0...1), initialized = F("INIT-Done", 3, isReadOnly: true),
            perfect = F("Perfect-Match", 4), reportsMatch = F("Report-Status", 5),
            reportsAll = F("Report-Status always", 7), dropQueue = F("Drop-Queue", 8...14)
        /// In words of 16 bits.
        package static let flexibleOffset = F("Flex-Offset", 16...20), longestBucket = F("Max-Length", 24...27),
            fullThreshold = F("Full-Thresh", 28...31),
            fields = list(allocation, initialized, perfect, reportsMatch, reportsAll, dropQueue, flexibleOffset,
                longestBucket, fullThreshold)
    }

    package enum FDIRHKEY: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters Lookup Table Hash Key", at: 0x0EE68, "8.2.3.21.2",
            reset: 0x80000001)
        package static let key = F("Key", 0...31), fields = list(key)
    }

    package enum FDIRSKEY: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters Signature Hash Key", at: 0x0EE6C, "8.2.3.21.3",
            reset: 0x80800101)
        package static let key = F("Key", 0...31), fields = list(key)
    }

    /// A bit that is set does not count.
    package enum FDIRDIP4M: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters Destination IPv4 Mask", at: 0x0EE3C, "8.2.3.21.4")
        package static let mask = F("IP Address Mask", 0...31), fields = list(mask)
    }

    package enum FDIRSIP4M: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters Source IPv4 Mask", at: 0x0EE40, "8.2.3.21.5")
        package static let mask = F("IP Address Mask", 0...31), fields = list(mask)
    }

    /// The bits of each port are in reverse.
    package enum FDIRTCPM: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters TCP Mask", at: 0x0EE44, "8.2.3.21.6")
        package static let source = F("SportM", 0...15), target = F("DportM", 16...31), fields = list(source, target)
    }

    /// The bits of each port are in reverse.
    package enum FDIRUDPM: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters UDP Mask", at: 0x0EE48, "8.2.3.21.7")
        package static let source = F("SportM", 0...15), target = F("DportM", 16...31), fields = list(source, target)
    }

    /// A bit for each byte.
    package enum FDIRIP6M: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters IPv6 Mask", at: 0x0EE74, "8.2.3.21.8")
        package static let source = F("SIPM", 0...15), target = F("DIPM", 16...31), fields = list(source, target)
    }

    /// A bit that is set does not count.
    package enum FDIRM: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters Other Mask", at: 0x0EE70, "8.2.3.21.9")
        package static let vlan = F("VLANID", 0), priority = F("VLANP", 1), pool = F("POOL", 2), transport = F("L4P", 3),
            flexible = F("FLEX", 4), targetIPv6 = F("DIPv6", 5),
            fields = list(vlan, priority, pool, transport, flexible, targetIPv6)
    }

    package enum FDIRFREE: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters Free", at: 0x0EE38, "8.2.3.21.10")
        package static let free = F("FREE", 0...15), collisions = F("COLL", 16...30), fields = list(free, collisions)
    }

    package enum FDIRLEN: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters Length", at: 0x0EE4C, "8.2.3.21.11")
        package static let longest = F("MAXLEN", 0...5), bucket = F("MAXHASH", 16...30), fields = list(longest, bucket)
    }
}
