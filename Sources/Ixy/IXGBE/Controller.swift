import Glibc
import IxyHardware

extension IXGBE {
    /// An 82599 port: everything but the hot path. Generic over how its registers are reached.
    ///
    /// Once started, the device may read and write the memory of its rings and pools, so the controller keeps all of
    /// that memory until it has stopped the device, whoever drops a queue before.
    package struct Controller<Bus: RegisterBus & ~Copyable>: NetworkDriver, ~Copyable {
        let bus: Bus
        /// The PCI function, unless the registers belong to a model. Given back after the device has stopped.
        var port: PCIPort?
        package let name: String
        /// How messages call it, such as `0000:03:00.0`.
        package let address: String
        var settings: DeviceSettings
        /// Where the queues are told of a reset.
        let barrier = ResetBarrier()
        /// What the device is told of each queue.
        var queues: [QueuePlan] = []
        /// The address that it was given instead of its own.
        var chosenAddress: MACAddress?
        /// The groups that it receives for, and whether it does so for every group.
        var groups: [MACAddress] = []
        var receivesAllGroups = false
        /// How far a reset has come; nil while all is well.
        var recovery: ResetBarrier.Phase?
        var patience = ResetPatience()
        /// It was found to have stopped by itself, which it does not survive.
        var wasReset = false
        /// How many vectors the receive queues share; 0 if they are only polled.
        let vectorCount: Int
        /// What must not be freed while the device can do DMA.
        var keepers: [any AnyObject & Sendable] = []
        var total = DeviceStatistics()
        var isRunning = false

        init(
            bus: consuming Bus, port: consuming PCIPort?, name: String, address: String, settings: DeviceSettings,
            vectorCount: Int
        ) {
            self.bus = bus
            self.port = port
            self.name = name
            self.address = address
            self.settings = settings
            receivesAllGroups = settings.receivesAllGroups
            self.vectorCount = vectorCount
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
            guard isRunning else {
                // It is off for good, and what could not be freed then has been kept.
                port = nil
                keepers.removeAll()
                return
            }
            collectStatistics()
            isRunning = false
            do throws(IxyError) {
                try IXGBE.resetDevice(bus, address: address)
            } catch {
                keepers.forEach(Quarantine.admit)
                throw error
            }
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
