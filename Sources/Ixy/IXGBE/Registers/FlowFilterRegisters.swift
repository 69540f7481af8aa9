package import IxyHardware

// A filter of the flow director, the command about it, and the counts (82599 §8.2.3.21).
extension IXGBERegisters {
    /// Added in the lower half, removed in the upper one.
    package enum FDIRUSTAT: StatisticsRegister {
        package static let entry = Entry("Flow Director Filters Used Statistics", at: 0x0EE50, "8.2.3.21.12")
    }

    /// As FDIRUSTAT, a byte each.
    package enum FDIRFSTAT: StatisticsRegister {
        package static let entry = Entry("Flow Director Filters Failed Usage Statistics", at: 0x0EE54, "8.2.3.21.13")
    }

    package enum FDIRMATCH: StatisticsRegister {
        package static let entry = Entry("Flow Director Filters Match Statistics", at: 0x0EE58, "8.2.3.21.14")
    }

    package enum FDIRMISS: StatisticsRegister {
        package static let entry = Entry("Flow Director Filters Miss Match Statistics", at: 0x0EE5C, "8.2.3.21.15")
    }

    package enum FDIRSIPv6: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters Source IPv6", at: .at(0x0EE0C, 3), "8.2.3.21.16")
        package static let address = F("IP6SA", 0...31), fields = list(address)
    }

    /// Flow Director Filters IP SA.
    package enum FDIRIPSA: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters Source Address", at: 0x0EE18, "8.2.3.21.17")
        package static let address = F("IP4SA", 0...31), fields = list(address)
    }

    /// Flow Director Filters IP DA.
    package enum FDIRIPDA: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters Destination Address", at: 0x0EE1C, "8.2.3.21.18")
        package static let address = F("IP4DA", 0...31), fields = list(address)
    }

    package enum FDIRPORT: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters Port", at: 0x0EE20, "8.2.3.21.19")
        package static let source = F("Source", 0...15), target = F("Destination", 16...31), fields = list(source, target)
    }

    /// Flow Director Filters VLAN and FLEX Bytes.
    package enum FDIRVLAN: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters VLAN and Flexible Bytes", at: 0x0EE24, "8.2.3.21.20")
        package static let tag = F("VLAN", 0...15), flexible = F("FLEX", 16...31), fields = list(tag, flexible)
    }

    package enum FDIRHASH: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters Hash Signature", at: 0x0EE28, "8.2.3.21.21")
        package static let bucket = F("Hash", 0...14), isValid = F("Bucket Valid", 15)
        /// The signature, or the number that software has given to a filter.
        package static let number = F("Signature / SW-Index", 16...31), fields = list(bucket, isValid, number)
    }

    package enum FDIRCMD: ReadWriteRegister {
        package static let entry = Entry("Flow Director Filters Command", at: 0x0EE2C, "8.2.3.21.22")
        /// 1 adds a filter, 2 removes it, 3 asks whether it is there. 0 again when it is done.
        package static let command = F("CMD", 0...1), isValid = F("Filter-Valid", 2), update = F("Filter-Update", 3),
            isTargetIPv6 = F("IPv6DMATCH", 4)
        /// 1 is UDP, 2 TCP, 3 SCTP.
        package static let transport = F("L4TYPE", 5...6), isIPv6 = F("IPV6", 7), clearTable = F("CLEARHT", 8),
            drop = F("Drop", 9), interrupt = F("INT", 10), last = F("Last", 11), collision = F("Collision", 12),
            queueEnable = F("Queue-EN", 15), queue = F("Rx-Queue", 16...22), pool = F("Pool", 24...29),
            fields = list(command, isValid, update, isTargetIPv6, transport, isIPv6, clearTable, drop, interrupt, last,
                collision, queueEnable, queue, pool)
    }
}
