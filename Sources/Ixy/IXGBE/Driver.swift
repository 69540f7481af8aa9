import IxyHardware

extension IXGBE {
    /// A port and what apps ask of it while it runs. A reset undoes that, so it is noted here, to be set up again.
    package struct Driver<Bus: RegisterBus & ~Copyable>: NetworkDriver, ~Copyable {
        var controller: Controller<Bus>
        package let name: String
        var options: Options
        private var total = DeviceStatistics()

        init(_ controller: consuming Controller<Bus>, name: String, options: Options) {
            self.controller = controller
            self.name = name
            self.options = options
        }

        package func link() -> LinkState {
            let links = controller.bus.read(R.LINKS.self)
            // §8.2.3.22.20: 01b is 100 Mbit/s, 10b 1 Gbit/s, 11b 10 Gbit/s.
            let speed = [0, 100, 1000, 10_000][Int(links[R.LINKS.speed])]
            return LinkState(isUp: links.isSet(R.LINKS.isUp), speed: speed)
        }

        package mutating func statistics() -> DeviceStatistics {
            collectStatistics()
            return total
        }

        private mutating func collectStatistics() {
            if controller.isRunning { controller.collectStatistics(into: &total) }
        }

        package mutating func recover() throws(IxyError) -> Bool {
            // A reset clears the counters.
            if controller.isAboutToReset { collectStatistics() }
            let isReset = controller.recovery == .preparing
            let options = options
            let runs = try controller.recover { options.prepare($0) }
            if isReset, runs { total.resets += 1 }
            return runs
        }

        package mutating func stop() throws(IxyError) {
            collectStatistics()
            try controller.stop()
        }
    }

    /// The app's requests beyond receiving and sending.
    struct Options: Sendable {
        /// How many vectors the receive queues share; 0 if they are only polled.
        let vectorCount: Int
        /// The address that it was given instead of its own.
        var address: MACAddress?
        /// The groups that it receives for.
        var groups: [MACAddress] = []

        init(vectorCount: Int) { self.vectorCount = vectorCount }

        /// Sets a port up that was reset, and does not receive yet.
        func prepare<Bus: RegisterBus & ~Copyable>(_ controller: borrowing Controller<Bus>) {
            if let address { controller.write(address) }
            if !groups.isEmpty { controller.write(groups) }
            controller.prepareStatistics()
            if controller.settings.queues > 1 { controller.prepareReceiveSideScaling() }
            controller.enableInterrupts(vectorCount)
        }
    }
}
