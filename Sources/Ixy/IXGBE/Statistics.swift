import IxyHardware

extension IXGBE.Controller where Bus: ~Copyable {
    /// Adds what the device has counted since the last time; reading sets its counters to zero. (82599 §8.2.3.23)
    func collectStatistics(into total: inout DeviceStatistics) {
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

    /// Clears the counters. Queue `i` counts in set `i`, for the first 16. (82599 §4.6.5, §8.2.3.23.71, §8.2.3.23.73)
    func prepareStatistics() {
        var none = DeviceStatistics()
        collectStatistics(into: &none)
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
