package import IxyHardware

// Receive-side scaling, and which headers are told apart (82599 §8.2.3.7).
extension IXGBERegisters {
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
