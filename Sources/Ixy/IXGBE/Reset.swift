import Glibc
import IxyHardware

extension IXGBE {
    /// The registers, as the driver's files call them.
    typealias R = IXGBERegisters
}

extension IXGBE.Controller where Bus: ~Copyable {
    /// 82599 §4.6.3: interrupts off, global reset, interrupts off, EEPROM read, DMA initialised.
    mutating func reset() throws(IxyError) {
        try IXGBE.resetDevice(bus, address: address)
        // Flow control stays off, but the high mark must be set: 24 KiB below the packet buffer's size. (§4.6.3.2)
        bus.write(IXGBE.R.FCRTH.self) { $0[IXGBE.R.FCRTH.threshold] = (512 * 1024 - 0x6000) / 32 }
        try IXGBE.wait(for: "the EEPROM to be read", section: "4.6.3", address: address) {
            bus.read(IXGBE.R.EEC.self).isSet(IXGBE.R.EEC.autoReadDone)
        }
        try IXGBE.wait(for: "the DMA engine's initialisation", section: "4.6.3", address: address) {
            bus.read(IXGBE.R.RDRXCTL.self).isSet(IXGBE.R.RDRXCTL.isInitialized)
        }
    }

    /// Starts auto-negotiation with the link mode that the EEPROM has chosen for the board. The firmware uses AUTOC, too.
    /// (82599 §4.6.4.2, §8.2.3.22.19)
    func restartLink() throws(IxyError) {
        try withSharedRegisters {
            bus.modify(IXGBE.R.AUTOC.self) { $0.set(IXGBE.R.AUTOC.restart) }
        }
    }
}

extension IXGBE {
    /// Masks interrupts, stops whatever runs, and resets the port. (82599 §4.6.3.1, §4.6.3.2, §4.2.1.6.1)
    static func resetDevice<Bus: RegisterBus & ~Copyable>(_ bus: borrowing Bus, address: String) throws(IxyError) {
        // A read of all ones means that nothing answers on the bus.
        guard bus.read(R.STATUS.self).raw != .max else { throw .gone(device: address) }
        maskInterrupts(bus)
        // The reset stops queues that do not stop in time.
        bus.modify(R.RXCTRL.self) { $0.clear(R.RXCTRL.enable) }
        try? stop("receive", R.RXDCTL.self, R.RXDCTL.enable, section: "4.6.7.1.2", bus, address: address)
        try? stop("transmit", R.TXDCTL.self, R.TXDCTL.enable, section: "4.6.8.1.2", bus, address: address)
        try? disableMaster(bus, address: address)
        bus.modify(R.CTRL.self) {
            $0.set(R.CTRL.linkReset)
            $0.set(R.CTRL.deviceReset)
        }
        // §4.6.3.2: wait 10 ms after the reset; the device must not be touched for the first of them.
        usleep(10_000)
        try wait(for: "the end of the reset", section: "4.6.3.2", address: address) {
            bus.read(R.CTRL.self)[R.CTRL.deviceReset] == 0
        }
        maskInterrupts(bus)
    }

    /// Masks every interrupt; bit 31 is reserved and not declared. (82599 §8.2.3.5.4)
    static func maskInterrupts<Bus: RegisterBus & ~Copyable>(_ bus: borrowing Bus) {
        bus.write(R.EIMC.self) { $0.set(R.EIMC.all) }
    }

    /// Asks the device to finish its DMA, and waits until it has. (82599 §5.2.5.3.2)
    static func disableMaster<Bus: RegisterBus & ~Copyable>(_ bus: borrowing Bus, address: String) throws(IxyError) {
        bus.modify(R.CTRL.self) { $0.set(R.CTRL.masterDisable) }
        try wait(for: "the end of all DMA", section: "5.2.5.3.2", address: address, milliseconds: 100) {
            !bus.read(R.STATUS.self).isSet(R.STATUS.masterEnabled)
        }
    }

    /// Stops all queues that run, whoever has started them. (82599 §4.6.7.1.2, §4.6.8.1.2)
    private static func stop<Control: ReadableRegister & WritableRegister, Bus: RegisterBus & ~Copyable>(
        _ what: String, _: Control.Type, _ enable: Field<Control>, section: String, _ bus: borrowing Bus, address: String
    ) throws(IxyError) {
        let running = (0..<Control.count).filter { bus.read(Control.self, at: $0).isSet(enable) }
        for queue in running { bus.modify(Control.self, at: queue) { $0.clear(enable) } }
        try wait(for: "the \(what) queues to stop", section: section, address: address, milliseconds: 100) {
            !running.contains { bus.read(Control.self, at: $0).isSet(enable) }
        }
    }
}
