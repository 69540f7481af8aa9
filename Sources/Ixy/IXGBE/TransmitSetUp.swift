import IxyHardware

extension IXGBE.Controller where Bus: ~Copyable {
    /// Everything of 82599 §4.6.8 that is not per queue. Padding and checksum are set with receive.
    func prepareTransmit() {
        // The arbiter rests while sizes change. (§4.6.11.3.4)
        bus.modify(IXGBE.R.RTTDCS.self) { $0.set(IXGBE.R.RTTDCS.arbiterDisable) }
        // All 160 KiB of the packet buffer for traffic class 0. (§8.2.3.9.13, §8.2.3.9.16)
        // No more is fetched once the longest frame, of less than 10 KiB, might not fit.
        for buffer in 0..<IXGBE.R.TXPBSIZE.count {
            bus.write(IXGBE.R.TXPBSIZE.self, at: buffer) { $0[IXGBE.R.TXPBSIZE.size] = buffer == 0 ? 160 : 0 }
            bus.write(IXGBE.R.TXPBTHRESH.self, at: buffer) { $0[IXGBE.R.TXPBTHRESH.threshold] = buffer == 0 ? 160 - 10 : 0 }
        }
        // The field has 12 bits, and without DCB all of them are to be set. (§8.2.3.9.1)
        bus.write(IXGBE.R.DTXMXSZRQ.self) { $0[IXGBE.R.DTXMXSZRQ.maximum] = 0xFFF }
        bus.modify(IXGBE.R.RTTDCS.self) { $0.clear(IXGBE.R.RTTDCS.arbiterDisable) }
    }

    /// One transmit queue: ring, head write-back, thresholds, enable. (82599 §4.6.8.1)
    func enableTransmitQueue(_ index: Int) throws(IxyError) {
        let plan = queues[index]
        bus.place(plan.transmitRing, IXGBE.R.TDBAL.self, IXGBE.R.TDBAH.self, IXGBE.R.TDLEN.self, at: index)
        // The device's head goes to memory. Its write must not overtake others, so no relaxed ordering.
        // (§7.2.3.5.2, §8.2.3.11.2)
        bus.modify(IXGBE.R.DCA_TXCTRL.self, at: index) { $0.clear(IXGBE.R.DCA_TXCTRL.descriptorWriteRelaxed) }
        bus.place(plan.headWriteBack, IXGBE.R.TDWBAL.self, IXGBE.R.TDWBAH.self, at: index, flag: IXGBE.R.TDWBAL.enable)
        bus.modify(IXGBE.R.TXDCTL.self, at: index) {
            // Fetch when fewer than 36 descriptors are on the chip and at least 8 are ready. Head write-back demands
            // a write-back threshold of 0. (§7.2.3.4, §7.2.3.5.2)
            $0[IXGBE.R.TXDCTL.prefetch] = 36
            $0[IXGBE.R.TXDCTL.host] = 8
            $0[IXGBE.R.TXDCTL.writeBack] = 0
        }
        enableTransmit(onBehalfOf: index)
        bus.modify(IXGBE.R.TXDCTL.self, at: index) { $0.set(IXGBE.R.TXDCTL.enable) }
        try IXGBE.wait(for: "transmit queue \(index) to start", section: "4.6.8.1", address: address) {
            bus.read(IXGBE.R.TXDCTL.self, at: index).isSet(IXGBE.R.TXDCTL.enable)
        }
    }

    /// Lets transmit run once the first ring is described, because queue 0 starts with it. (82599 §4.6.8, §8.2.3.9.10)
    private func enableTransmit(onBehalfOf index: Int) {
        guard !bus.read(IXGBE.R.DMATXCTL.self).isSet(IXGBE.R.DMATXCTL.enable) else { return }
        bus.modify(IXGBE.R.DMATXCTL.self) { $0.set(IXGBE.R.DMATXCTL.enable) }
        // Queue 0 was dropped, and has no ring.
        if index != 0 { bus.modify(IXGBE.R.TXDCTL.self) { $0.clear(IXGBE.R.TXDCTL.enable) } }
    }
}
