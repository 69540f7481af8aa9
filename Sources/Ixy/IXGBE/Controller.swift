import Glibc
import IxyHardware

extension IXGBE {
    /// An 82599 port, from its reset to traffic and back: everything but the hot path and what apps ask of it, which is in
    /// `Driver`. Generic over how its registers are reached.
    ///
    /// Once started, the device may read and write the memory of its rings and pools, so the controller keeps all of
    /// that memory until it has stopped the device, whoever drops a queue before.
    package struct Controller<Bus: RegisterBus & ~Copyable>: ~Copyable, Sendable {
        let bus: Bus
        /// The PCI function, unless the registers belong to a model. Given back after the device has stopped.
        var port: PCIPort?
        /// How messages call it, such as `0000:03:00.0`.
        package let address: String
        var settings: DeviceSettings
        /// Where the queues are told of a reset.
        let barrier = ResetBarrier()
        /// The settings that the device is given for each queue pair.
        var queues: [QueuePlan] = []
        /// How far a reset has come; nil while all is well.
        var recovery: ResetBarrier.Phase?
        var patience = ResetPatience()
        /// It was found to have stopped by itself, which it does not survive.
        var wasReset = false
        /// Objects that must not be freed while the device can do DMA.
        var keepers: [any AnyObject & Sendable] = []
        var isRunning = false

        init(bus: consuming Bus, port: consuming PCIPort?, address: String, settings: DeviceSettings) {
            self.bus = bus
            self.port = port
            self.address = address
            self.settings = settings
        }

        deinit {
            // `stop` was not called, or start-up failed half-way. A NIC must never go on with DMA.
            guard isRunning else { return }
            do {
                try IXGBE.resetDevice(bus, address: address)
            } catch {
                keepers.forEach(Quarantine.admit)
            }
        }

        package mutating func stop() throws(IxyError) {
            if isRunning {
                isRunning = false
                try quieten()
            }
            // It is off for good, and what could not be freed has been kept.
            port = nil
            keepers.removeAll()
        }
    }
}

extension IXGBE {
    /// Polls `condition` until it holds; the datasheet's waits are all bounded by us.
    ///
    /// - Throws: `.timeout` that names `what`.
    static func wait(
        for what: String, section: String, address: String, milliseconds: Int = 1000,
        until condition: () throws(IxyError) -> Bool
    ) throws(IxyError) {
        let deadline = ContinuousClock.now.advanced(by: .milliseconds(milliseconds))
        while try !condition() {
            guard ContinuousClock.now < deadline else {
                throw .timeout(
                    device: address, waitedFor: what, milliseconds: milliseconds, section: "82599 §\(section)")
            }
            usleep(50)
        }
    }
}
