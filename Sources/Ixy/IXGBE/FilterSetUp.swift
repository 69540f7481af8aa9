import IxyHardware

extension IXGBE.Controller where Bus: ~Copyable {
    /// Fills the tables of the receive filter, which hold anything after a reset: no VLAN, no virtual machine, no
    /// group. (82599 §4.6.7)
    func prepareFilters() {
        clear(IXGBE.R.MTA.self)
        clear(IXGBE.R.VFTA.self)
        clear(IXGBE.R.PFUTA.self)
        clear(IXGBE.R.PFVLVF.self)
        clear(IXGBE.R.PFVLVFB.self)
        clear(IXGBE.R.MPSAR.self)
        // Frames to our address belong to pool 0, which all belongs to. (§8.2.3.7.10)
        bus.write(IXGBE.R.MPSAR.self) { $0[IXGBE.R.MPSAR.pools] = 1 }
        writeFilters()
    }

    /// Sets which frames are received, while receive is off. (82599 §8.2.3.7.1)
    func writeFilters() {
        bus.modify(IXGBE.R.FCTRL.self) {
            $0.set(IXGBE.R.FCTRL.broadcastAccept)
            $0[IXGBE.R.FCTRL.multicastPromiscuous] = settings.isPromiscuous || settings.receivesAllGroups ? 1 : 0
            $0[IXGBE.R.FCTRL.unicastPromiscuous] = settings.isPromiscuous ? 1 : 0
        }
    }

    private func clear<R: WritableRegister>(_: R.Type) {
        for index in 0..<R.count { bus.write(R.self, at: index) { _ in } }
    }
}
