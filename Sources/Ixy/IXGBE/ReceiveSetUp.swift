import IxyHardware

extension IXGBE.Controller where Bus: ~Copyable {
    /// Everything of 82599 §4.6.7 that is not per queue, while receive is off.
    func prepareReceive() {
        bus.modify(IXGBE.R.RXCTRL.self) { $0.clear(IXGBE.R.RXCTRL.enable) }
        // All 512 KiB of the packet buffer for traffic class 0. (§8.2.3.8.9)
        for buffer in 0..<IXGBE.R.RXPBSIZE.count {
            bus.write(IXGBE.R.RXPBSIZE.self, at: buffer) { $0[IXGBE.R.RXPBSIZE.size] = buffer == 0 ? 512 : 0 }
        }
        // The frame check sequence is stripped; both registers must say so. (§8.2.3.8.8, §8.2.3.22.8)
        let isJumbo = settings.mtu > DeviceSettings.mtus.lowerBound
        bus.modify(IXGBE.R.HLREG0.self) {
            $0.set(IXGBE.R.HLREG0.transmitCRC)
            $0.set(IXGBE.R.HLREG0.receiveCRCStrip)
            $0.set(IXGBE.R.HLREG0.transmitPad)
            if isJumbo { $0.set(IXGBE.R.HLREG0.jumbo) } else { $0.clear(IXGBE.R.HLREG0.jumbo) }
        }
        if isJumbo {
            // With the frame check sequence; a VLAN tag may come on top. (§8.2.3.22.13)
            bus.modify(IXGBE.R.MAXFRS.self) { $0[IXGBE.R.MAXFRS.size] = UInt32(settings.mtu + 18) }
        }
        bus.modify(IXGBE.R.RDRXCTL.self) {
            $0.set(IXGBE.R.RDRXCTL.crcStrip)
            // Software must write 0 here and 1 in the two others. (§8.2.3.8.8)
            $0[IXGBE.R.RDRXCTL.firstSize] = 0
            $0.set(IXGBE.R.RDRXCTL.acknowledgeCoalescing)
            $0.set(IXGBE.R.RDRXCTL.fcoeFix)
        }
        prepareFilters()
        // No snoop is off for all DMA. (§4.6.7)
        bus.modify(IXGBE.R.CTRL_EXT.self) { $0.set(IXGBE.R.CTRL_EXT.noSnoopDisable) }
    }

    /// One receive queue, whose ring is armed: ring, buffers, enable, then the tail. (82599 §4.6.7.1)
    func enableReceiveQueue(_ index: Int) throws(IxyError) {
        let plan = queues[index]
        bus.place(plan.receiveRing, IXGBE.R.RDBAL.self, IXGBE.R.RDBAH.self, IXGBE.R.RDLEN.self, at: index)
        bus.modify(IXGBE.R.SRRCTL.self, at: index, IXGBE.R.SRRCTL.packetBufferSize, unit: 1024, of: plan.receiveRing) {
            $0[IXGBE.R.SRRCTL.descriptorType] = 1  // advanced, one buffer
            // Without it one full queue blocks all others. (§8.2.3.8.7)
            $0.set(IXGBE.R.SRRCTL.dropEnable)
        }
        bus.modify(IXGBE.R.DCA_RXCTRL.self, at: index) { $0.clear(IXGBE.R.DCA_RXCTRL.mustBeZero) }
        bus.modify(IXGBE.R.RXDCTL.self, at: index) { $0.set(IXGBE.R.RXDCTL.enable) }
        try IXGBE.wait(for: "receive queue \(index) to start", section: "4.6.7.1", address: address) {
            bus.read(IXGBE.R.RXDCTL.self, at: index).isSet(IXGBE.R.RXDCTL.enable)
        }
        let last = UInt32(plan.receiveCount - 1)
        // Only now, and only up to the last descriptor but none beyond: the ring is ours one behind. (§4.6.7.1)
        bus.write(IXGBE.R.RDT.self, at: index) { $0[IXGBE.R.RDT.tail] = last }
    }

    /// Lets frames in, once no old one is on its way. (82599 §4.6.7, last step)
    func enableReceive() throws(IxyError) {
        bus.modify(IXGBE.R.SECRXCTRL.self) { $0.set(IXGBE.R.SECRXCTRL.pathDisable) }
        try IXGBE.wait(for: "the receive path to run empty", section: "4.6.7", address: address) {
            bus.read(IXGBE.R.SECRXSTAT.self).isSet(IXGBE.R.SECRXSTAT.isEmpty)
        }
        bus.modify(IXGBE.R.RXCTRL.self) { $0.set(IXGBE.R.RXCTRL.enable) }
        bus.modify(IXGBE.R.SECRXCTRL.self) { $0.clear(IXGBE.R.SECRXCTRL.pathDisable) }
    }
}
