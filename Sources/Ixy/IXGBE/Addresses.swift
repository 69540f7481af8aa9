import IxyHardware

// For whom a port receives, changed while it runs.
extension IXGBE.Driver where Bus: ~Copyable {
    package func macAddress() -> MACAddress {
        // §8.2.3.7.9: the first byte on the wire is the lowest byte of RAL.
        let low = controller.bus.read(IXGBE.R.RAL.self)[IXGBE.R.RAL.address]
        let high = controller.bus.read(IXGBE.R.RAH.self)[IXGBE.R.RAH.address]
        return MACAddress(value: UInt64((UInt64(high) << 32 | UInt64(low)).byteSwapped >> 16))
    }

    package mutating func setMACAddress(_ address: MACAddress) throws(IxyError) {
        try address.checkIsSingle()
        options.address = address
        controller.write(address)
    }

    package mutating func setPromiscuous(_ isOn: Bool) throws(IxyError) {
        controller.settings.isPromiscuous = isOn
        try changeFilters()
    }

    package mutating func setMulticast(_ groups: [MACAddress]) throws(IxyError) {
        try MACAddress.checkAreGroups(groups)
        options.groups = groups
        try changeFilters()
    }

    package mutating func setAllMulticast(_ isOn: Bool) throws(IxyError) {
        controller.settings.receivesAllGroups = isOn
        try changeFilters()
    }

    /// Writes the filters anew. A port that is off, or being reset, gets them when it starts.
    private func changeFilters() throws(IxyError) {
        guard controller.isRunning, controller.recovery == nil else { return }
        controller.bus.modify(IXGBE.R.RXCTRL.self) { $0.clear(IXGBE.R.RXCTRL.enable) }
        controller.writeFilters()
        controller.write(options.groups)
        try controller.enableReceive()
    }
}

extension IXGBE.Controller where Bus: ~Copyable {
    func write(_ address: MACAddress) {
        let value = (address.value << 16).byteSwapped
        bus.write(IXGBE.R.RAL.self) { $0[IXGBE.R.RAL.address] = UInt32(truncatingIfNeeded: value) }
        bus.modify(IXGBE.R.RAH.self) {
            $0[IXGBE.R.RAH.address] = UInt32(truncatingIfNeeded: value >> 32)
            $0.set(IXGBE.R.RAH.isValid)
        }
    }

    /// Lets these groups in, while receive is off. (82599 §8.2.3.7.3, §8.2.3.7.7)
    func write(_ groups: [MACAddress]) {
        let table = MulticastTable(groups)
        for index in table.words.indices {
            bus.write(IXGBE.R.MTA.self, at: index) { $0[IXGBE.R.MTA.bits] = table.words[index] }
        }
        bus.modify(IXGBE.R.MCSTCTRL.self) {
            $0[IXGBE.R.MCSTCTRL.addressBits] = 0
            $0[IXGBE.R.MCSTCTRL.filterEnable] = groups.isEmpty ? 0 : 1
        }
    }
}
