import IxyHardware

extension IXGBE.Controller where Bus: ~Copyable {
    /// Fills the tables of the receive filter, which hold anything after a reset: no VLAN, no virtual machine, and the
    /// groups that the app has asked for. (82599 §4.6.7)
    func prepareFilters() {
        clear(IXGBE.R.VFTA.self)
        clear(IXGBE.R.PFUTA.self)
        clear(IXGBE.R.PFVLVF.self)
        clear(IXGBE.R.PFVLVFB.self)
        clear(IXGBE.R.MPSAR.self)
        // Frames to our address belong to pool 0, which all belongs to. (§8.2.3.7.10)
        bus.write(IXGBE.R.MPSAR.self) { $0[IXGBE.R.MPSAR.pools] = 1 }
        writeFilters()
    }

    /// What is received, while receive is off. (82599 §8.2.3.7.1)
    func writeFilters() {
        bus.modify(IXGBE.R.FCTRL.self) {
            $0.set(IXGBE.R.FCTRL.broadcastAccept)
            $0[IXGBE.R.FCTRL.multicastPromiscuous] = settings.isPromiscuous || receivesAllGroups ? 1 : 0
            $0[IXGBE.R.FCTRL.unicastPromiscuous] = settings.isPromiscuous ? 1 : 0
        }
        let table = MulticastTable(groups)
        for index in table.words.indices {
            bus.write(IXGBE.R.MTA.self, at: index) { $0[IXGBE.R.MTA.bits] = table.words[index] }
        }
        bus.modify(IXGBE.R.MCSTCTRL.self) {
            $0[IXGBE.R.MCSTCTRL.addressBits] = 0
            $0[IXGBE.R.MCSTCTRL.filterEnable] = groups.isEmpty ? 0 : 1
        }
    }

    /// Writes the filters anew. A port that is off, or being reset, gets them when it starts.
    func changeFilters() throws(IxyError) {
        guard isRunning, recovery == nil else { return }
        bus.modify(IXGBE.R.RXCTRL.self) { $0.clear(IXGBE.R.RXCTRL.enable) }
        writeFilters()
        try enableReceive()
    }

    private func clear<R: WritableRegister>(_: R.Type) {
        for index in 0..<R.count { bus.write(R.self, at: index) { _ in } }
    }
}
