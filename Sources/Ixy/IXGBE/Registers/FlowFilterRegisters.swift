public import IxyHardware

// A filter of the flow director, the command about it, and the counts (82599 §8.2.3.21).
extension IXGBERegisters {
    /// Added in the lower half, removed in the upper one.
    public enum FDIRUSTAT: StatisticsRegister {
        public static let entry = Entry("Flow Director Filters Used Statistics", at: 0x0EE50, "8.2.3.21.12")
    }

    /// As FDIRUSTAT, a byte each.
    public enum FDIRFSTAT: StatisticsRegister {
        public static let entry = Entry("Flow Director Filters Failed Usage Statistics", at: 0x0EE54, "8.2.3.21.13")
    }

    public enum FDIRMATCH: StatisticsRegister {
        public static let entry = Entry("Flow Director Filters Match Statistics", at: 0x0EE58, "8.2.3.21.14")
    }

    public enum FDIRMISS: StatisticsRegister {
        public static let entry = Entry("Flow Director Filters Miss Match Statistics", at: 0x0EE5C, "8.2.3.21.15")
    }

    public enum FDIRSIPv6: ReadWriteRegister {
        public static let entry = Entry("Flow Director Filters Source IPv6", at: .at(0x0EE0C, 3), "8.2.3.21.16")
        public static let address = F("IP6SA", 0...31), fields = list(address)
    }

    /// Flow Director Filters IP SA.
    public enum FDIRIPSA: ReadWriteRegister {
        public static let entry = Entry("Flow Director Filters Source Address", at: 0x0EE18, "8.2.3.21.17")
        public static let address = F("IP4SA", 0...31), fields = list(address)
    }

    /// Flow Director Filters IP DA.
    public enum FDIRIPDA: ReadWriteRegister {
        public static let entry = Entry("Flow Director Filters Destination Address", at: 0x0EE1C, "8.2.3.21.18")
        public static let address = F("IP4DA", 0...31), fields = list(address)
    }

    public enum FDIRPORT: ReadWriteRegister {
        public static let entry = Entry("Flow Director Filters Port", at: 0x0EE20, "8.2.3.21.19")
        public static let source = F("Source", 0...15), target = F("Destination", 16...31), fields = list(source, target)
    }

    /// Flow Director Filters VLAN and FLEX Bytes.
    public enum FDIRVLAN: ReadWriteRegister {
        public static let entry = Entry("Flow Director Filters VLAN and Flexible Bytes", at: 0x0EE24, "8.2.3.21.20")
        public static let tag = F("VLAN", 0...15), flexible = F("FLEX", 16...31), fields = list(tag, flexible)
    }

    public enum FDIRHASH: ReadWriteRegister {
        public static let entry = Entry("Flow Director Filters Hash Signature", at: 0x0EE28, "8.2.3.21.21")
        public static let bucket = F("Hash", 0...14), isValid = F("Bucket Valid", 15)
        /// The signature, or the number that software has given to a filter.
        public static let number = F("Signature / SW-Index", 16...31), fields = list(bucket, isValid, number)
    }

    public enum FDIRCMD: ReadWriteRegister {
        public static let entry = Entry("Flow Director Filters Command", at: 0x0EE2C, "8.2.3.21.22")
        /// 1 adds a filter, 2 removes it, 3 asks whether it is there. 0 again when it is done.
        public static let command = F("CMD", 0...1), isValid = F("Filter-Valid", 2), update = F("Filter-Update", 3),
            isTargetIPv6 = F("IPv6DMATCH", 4)
        /// 1 is UDP, 2 TCP, 3 SCTP.
        public static let transport = F("L4TYPE", 5...6), isIPv6 = F("IPV6", 7), clearTable = F("CLEARHT", 8),
            drop = F("Drop", 9), interrupt = F("INT", 10), last = F("Last", 11), collision = F("Collision", 12),
            queueEnable = F("Queue-EN", 15), queue = F("Rx-Queue", 16...22), pool = F("Pool", 24...29),
            fields = list(command, isValid, update, isTargetIPv6, transport, isIPv6, clearTable, drop, interrupt, last,
                collision, queueEnable, queue, pool)
    }
}
