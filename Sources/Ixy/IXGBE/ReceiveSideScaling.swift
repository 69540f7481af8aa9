import IxyHardware

extension IXGBE.Controller where Bus: ~Copyable {
    /// Spreads flows over the first 16 queues, all that the 128-entry table can name. (§7.1.2.8)
    func prepareReceiveSideScaling() {
        // A key whose 16-bit words are all the same makes both directions of a flow hash alike, so that one thread
        // sees both; 6D5A spreads well.
        for word in 0..<IXGBE.R.RSSRK.count {
            bus.write(IXGBE.R.RSSRK.self, at: word) { $0[IXGBE.R.RSSRK.key] = 0x6D5A_6D5A }
        }
        let spread = UInt32(min(settings.queues, 16))
        for word in 0..<IXGBE.R.RETA.count {
            bus.write(IXGBE.R.RETA.self, at: word) {
                $0[IXGBE.R.RETA.entry0] = UInt32(word * 4) % spread
                $0[IXGBE.R.RETA.entry1] = UInt32(word * 4 + 1) % spread
                $0[IXGBE.R.RETA.entry2] = UInt32(word * 4 + 2) % spread
                $0[IXGBE.R.RETA.entry3] = UInt32(word * 4 + 3) % spread
            }
        }
        // The checksum field of the write-back gives way to the hash.
        bus.modify(IXGBE.R.RXCSUM.self) { $0.set(IXGBE.R.RXCSUM.checksumDisable) }
        bus.write(IXGBE.R.MRQC.self) {
            $0[IXGBE.R.MRQC.mode] = 1  // RSS without virtualisation
            // TCP/IPv4, IPv4, IPv6, TCP/IPv6, UDP/IPv4, UDP/IPv6: bits 16, 17, 20 to 23. (§8.2.3.7.12)
            $0[IXGBE.R.MRQC.hashFields] = 0b1111_0011
        }
    }
}
