import IxyHardware

/// What can be asked of a running port.
extension IXGBE.Controller where Bus: ~Copyable {
    package func macAddress() -> MACAddress {
        // §8.2.3.7.9: the first byte on the wire is the lowest byte of RAL.
        let low = bus.read(IXGBE.R.RAL.self)[IXGBE.R.RAL.address]
        let high = bus.read(IXGBE.R.RAH.self)[IXGBE.R.RAH.address]
        return MACAddress(value: UInt64((UInt64(high) << 32 | UInt64(low)).byteSwapped >> 16))
    }

    package mutating func setMACAddress(_ address: MACAddress) throws(IxyError) {
        guard !address.isMulticast else {
            throw .invalidSetting("\(address) is a group address", remedy: "use one whose first byte is even")
        }
        chosenAddress = address
        write(address)
    }

    func write(_ address: MACAddress) {
        let value = (address.value << 16).byteSwapped
        bus.write(IXGBE.R.RAL.self) { $0[IXGBE.R.RAL.address] = UInt32(truncatingIfNeeded: value) }
        bus.modify(IXGBE.R.RAH.self) {
            $0[IXGBE.R.RAH.address] = UInt32(truncatingIfNeeded: value >> 32)
            $0.set(IXGBE.R.RAH.isValid)
        }
    }

    package mutating func setPromiscuous(_ isOn: Bool) throws(IxyError) {
        settings.isPromiscuous = isOn
        try changeFilters()
    }

    package mutating func setMulticast(_ groups: [MACAddress]) throws(IxyError) {
        if let single = groups.first(where: { !$0.isMulticast }) {
            throw .invalidSetting("\(single) is no group address", remedy: "use those whose first byte is odd")
        }
        self.groups = groups
        try changeFilters()
    }

    package mutating func setAllMulticast(_ isOn: Bool) throws(IxyError) {
        receivesAllGroups = isOn
        try changeFilters()
    }

    package func link() -> LinkState {
        let links = bus.read(IXGBE.R.LINKS.self)
        // §8.2.3.22.20: 01b is 100 Mbit/s, 10b 1 Gbit/s, 11b 10 Gbit/s.
        let speed = [0, 100, 1000, 10_000][Int(links[IXGBE.R.LINKS.speed])]
        return LinkState(isUp: links.isSet(IXGBE.R.LINKS.isUp), speed: speed)
    }

    package mutating func statistics() -> DeviceStatistics {
        if isRunning { collectStatistics() }
        return total
    }

    /// Adds what the device has counted since the last time; reading sets its counters to zero. (82599 §8.2.3.23)
    mutating func collectStatistics() {
        total.receivedPackets += UInt64(count(IXGBE.R.GPRC.self))
        total.receivedBytes += wide(IXGBE.R.GORCL.self, IXGBE.R.GORCH.self)
        total.sentPackets += UInt64(count(IXGBE.R.GPTC.self))
        total.sentBytes += wide(IXGBE.R.GOTCL.self, IXGBE.R.GOTCH.self)
        for buffer in 0..<IXGBE.R.MPC.count { total.missedPackets += UInt64(count(IXGBE.R.MPC.self, buffer)) }
        total.crcErrors += UInt64(count(IXGBE.R.CRCERRS.self))
        total.symbolErrors += UInt64(count(IXGBE.R.ILLERRC.self)) + UInt64(count(IXGBE.R.ERRBC.self))
        total.lengthErrors += UInt64(count(IXGBE.R.RLEC.self)) + UInt64(count(IXGBE.R.RUC.self))
            + UInt64(count(IXGBE.R.RFC.self)) + UInt64(count(IXGBE.R.ROC.self)) + UInt64(count(IXGBE.R.RJC.self))
        let sets = min(settings.queues, IXGBE.R.QPRC.count)
        while total.receiveQueues.count < sets { total.receiveQueues.append(QueueStatistics()) }
        while total.transmitQueues.count < sets { total.transmitQueues.append(QueueStatistics()) }
        for index in 0..<sets {
            total.receiveQueues[index].packets += UInt64(count(IXGBE.R.QPRC.self, index))
            total.receiveQueues[index].bytes += wide(IXGBE.R.QBRCL.self, IXGBE.R.QBRCH.self, index)
            let drops = UInt64(count(IXGBE.R.QPRDC.self, index))
            total.receiveQueues[index].drops += drops
            total.noDescriptor += drops
            total.transmitQueues[index].packets += UInt64(count(IXGBE.R.QPTC.self, index))
            total.transmitQueues[index].bytes += wide(IXGBE.R.QBTCL.self, IXGBE.R.QBTCH.self, index)
        }
    }

    /// Queue `i` counts in set `i`, for the first 16. (82599 §8.2.3.23.71, §8.2.3.23.73)
    func mapQueueStatistics() {
        for word in 0..<4 {
            let first = UInt32(word * 4)
            bus.write(IXGBE.R.RQSMR.self, at: word) {
                $0[IXGBE.R.RQSMR.set0] = first
                $0[IXGBE.R.RQSMR.set1] = first + 1
                $0[IXGBE.R.RQSMR.set2] = first + 2
                $0[IXGBE.R.RQSMR.set3] = first + 3
            }
            bus.write(IXGBE.R.TQSM.self, at: word) {
                $0[IXGBE.R.TQSM.set0] = first
                $0[IXGBE.R.TQSM.set1] = first + 1
                $0[IXGBE.R.TQSM.set2] = first + 2
                $0[IXGBE.R.TQSM.set3] = first + 3
            }
        }
    }

    private func count<R: StatisticsRegister>(_: R.Type, _ index: Int = 0) -> UInt32 {
        bus.read(R.self, at: index)[R.value]
    }

    /// A counter of two registers, low half first. (82599 §8.2.3.23)
    private func wide<Low: StatisticsRegister, High: StatisticsRegister>(
        _: Low.Type, _: High.Type, _ index: Int = 0
    ) -> UInt64 {
        let low = count(Low.self, index)
        return UInt64(count(High.self, index)) << 32 | UInt64(low)
    }
}
