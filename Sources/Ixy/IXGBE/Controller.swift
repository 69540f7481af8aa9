import Glibc
public import IxyHardware

extension IXGBE {
    /// An 82599 port: everything but the hot path. Generic over how its registers are reached.
    ///
    /// Once started, the device may read and write the memory of its rings and pools, so the controller keeps all of
    /// that memory until it has stopped the device, whoever drops a queue before.
    public struct Controller<Bus: RegisterBus & ~Copyable>: NetworkDriver, ~Copyable {
        let bus: Bus
        public let name: String
        /// How messages call it, such as `0000:03:00.0`.
        public let address: String
        let settings: DeviceSettings
        /// What must not be freed while the device can do DMA.
        var keepers: [any AnyObject & Sendable] = []
        var total = DeviceStatistics()
        var isRunning = false

        init(bus: consuming Bus, name: String, address: String, settings: DeviceSettings) {
            self.bus = bus
            self.name = name
            self.address = address
            self.settings = settings
        }

        deinit {
            // `stop` was not called, or start-up failed half-way. A NIC must never go on with DMA.
            guard isRunning else { return }
            do {
                try IXGBE.halt(bus, settings: settings, address: address)
            } catch {
                keepers.forEach(Quarantine.admit)
            }
        }

        public mutating func stop() throws(IxyError) {
            guard isRunning else { return }
            collectStatistics()
            isRunning = false
            do throws(IxyError) {
                try IXGBE.halt(bus, settings: settings, address: address)
            } catch {
                keepers.forEach(Quarantine.admit)
                throw error
            }
            keepers.removeAll()
        }
    }
}

extension IXGBE {
    /// Polls `condition` until it holds; the datasheet's waits are all bounded by us.
    ///
    /// - Throws: `.timeout` that names `what`.
    static func wait(
        for what: String, section: String, address: String, milliseconds: Int = 1000, until condition: () -> Bool
    ) throws(IxyError) {
        let deadline = ContinuousClock.now.advanced(by: .milliseconds(milliseconds))
        while !condition() {
            guard ContinuousClock.now < deadline else {
                throw .timeout(
                    device: address, waitedFor: what, milliseconds: milliseconds, section: "82599 §\(section)")
            }
            usleep(50)
        }
    }
}
