import IxyHardware

/// The firmware and the driver of the other port use some registers, too. (82599 §10.5.4)
extension IXGBE.Controller where Bus: ~Copyable {
    /// Does `body` while nobody else touches the registers that are shared.
    func withSharedRegisters(_ body: () -> Void) throws(IxyError) {
        do {
            try claimSharedRegisters(evenFromADriver: false)
        } catch {
            // A driver that died with them in its hands does not give them back. Nobody else keeps them for a second.
            try claimSharedRegisters(evenFromADriver: true)
        }
        body()
        try lockSemaphores()
        bus.modify(IXGBE.R.SW_FW_SYNC.self) { $0.clear(IXGBE.R.SW_FW_SYNC.softwareRegisters) }
        unlockSemaphores()
    }

    private func claimSharedRegisters(evenFromADriver: Bool) throws(IxyError) {
        try IXGBE.wait(
            for: "the firmware to leave shared registers alone", section: "10.5.4", address: address
        ) { () throws(IxyError) in
            try lockSemaphores()
            let owners = bus.read(IXGBE.R.SW_FW_SYNC.self)
            let isFree = !owners.isSet(IXGBE.R.SW_FW_SYNC.firmwareRegisters)
                && (evenFromADriver || !owners.isSet(IXGBE.R.SW_FW_SYNC.softwareRegisters))
            if isFree { bus.modify(IXGBE.R.SW_FW_SYNC.self) { $0.set(IXGBE.R.SW_FW_SYNC.softwareRegisters) } }
            unlockSemaphores()
            return isFree
        }
    }

    /// Takes SMBI from other drivers, and then SWESMBI from the firmware.
    private func lockSemaphores() throws(IxyError) {
        do {
            try lockSoftwareSemaphore()
        } catch {
            // Nobody holds it for so long: who took it has died.
            unlockSemaphores()
            try lockSoftwareSemaphore()
        }
        do {
            try IXGBE.wait(for: "the firmware's semaphore", section: "10.5.4", address: address) {
                bus.modify(IXGBE.R.SWSM.self) { $0.set(IXGBE.R.SWSM.softwareFirmwareSemaphore) }
                return bus.read(IXGBE.R.SWSM.self).isSet(IXGBE.R.SWSM.softwareFirmwareSemaphore)
            }
        } catch {
            unlockSemaphores()
            throw error
        }
    }

    /// Whoever reads SMBI as 0 has it, for reading sets it.
    private func lockSoftwareSemaphore() throws(IxyError) {
        try IXGBE.wait(for: "the software semaphore", section: "10.5.4", address: address, milliseconds: 100) {
            !bus.read(IXGBE.R.SWSM.self).isSet(IXGBE.R.SWSM.semaphore)
        }
    }

    /// Writing 0 gives both back.
    private func unlockSemaphores() {
        bus.write(IXGBE.R.SWSM.self) { _ in }
    }
}
