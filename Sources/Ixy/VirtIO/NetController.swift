import IxyHardware

extension VirtIO {
    /// A VirtIO network device: everything but the hot path. Generic over how it is reached.
    ///
    /// Once started, the device may read and write the memory of its queues and pools, so the controller keeps all of
    /// that memory until it has stopped the device, whoever drops a queue before.
    package struct Controller<T: Transport & ~Copyable>: NetworkDriver, ~Copyable {
        var transport: T
        /// How messages call it.
        let address: String
        var settings: DeviceSettings
        let agreement: Agreement
        /// Where the queues are told of a reset.
        let barrier = ResetBarrier()
        /// Each queue's place: receive and transmit of the first pair, then of the next. The control queue's is its own.
        var layouts: [QueueAddresses] = []
        var control: ControlQueue?
        /// The number of the control queue, which comes after the last pair that the device could have.
        var controlIndex = 0
        /// Objects that must not be freed while the device can do DMA.
        var keepers: [any AnyObject & Sendable] = []
        /// The address that the device receives for, or that frames are sent from if it has none of its own.
        var mac: MACAddress
        /// The groups that it receives for, and whether it does so for every group.
        var groups: [MACAddress] = []
        var receivesAllGroups = false
        /// It was given that address instead of its own.
        var hasChosenAddress = false
        var total = DeviceStatistics()
        var isRunning = false
        /// How far a reset has come; nil while all is well.
        var recovery: ResetBarrier.Phase?
        var patience = ResetPatience()
        /// When a device that went away is looked for again.
        var nextAttempt = ContinuousClock.now

        package var name: String { transport.name }

        init(
            transport: consuming T, address: String, settings: DeviceSettings, agreement: Agreement, mac: MACAddress
        ) {
            self.transport = transport
            self.address = address
            self.settings = settings
            receivesAllGroups = settings.receivesAllGroups
            self.agreement = agreement
            self.mac = mac
        }

        deinit {
            // `stop` was not called, or start-up failed half-way. A device must never go on with DMA.
            guard isRunning else { return }
            var transport = transport
            do {
                try transport.reset()
            } catch {
                keepers.forEach(Quarantine.admit)
            }
        }

        package mutating func stop() throws(IxyError) {
            guard isRunning else { return }
            isRunning = false
            do {
                try transport.reset()
            } catch {
                // A device that went away took its DMA with it as far as anybody can tell; its memory stays out of use.
                keepers.forEach(Quarantine.admit)
                throw error
            }
            keepers.removeAll()
        }
    }
}

extension VirtIO.Controller where T: ~Copyable {
    package mutating func macAddress() -> MACAddress { mac }

    package mutating func setMACAddress(_ address: MACAddress) throws(IxyError) {
        try address.checkIsSingle()
        try tell(address)
        mac = address
        hasChosenAddress = true
    }

    /// Gives the device its address: by command, or, to a legacy device, in its configuration. (VirtIO 1.2 §5.1.6.5.1)
    mutating func tell(_ address: MACAddress) throws(IxyError) {
        let bytes = address.value.bigEndianBytes.suffix(6)
        if agreement.features.contains(.controlMACAddress) {
            try command(.macAddress, Array(bytes))
        } else if agreement.isLegacy, agreement.features.contains(.macAddress) {
            try transport.setConfiguration(Array(bytes), at: 0)
        }
        // Others have no filter: they receive for any address.
    }

    package mutating func setPromiscuous(_ isOn: Bool) throws(IxyError) {
        settings.isPromiscuous = isOn
        try changeFilters()
    }

    package mutating func setMulticast(_ groups: [MACAddress]) throws(IxyError) {
        try MACAddress.checkAreGroups(groups)
        self.groups = groups
        try changeFilters()
    }

    package mutating func setAllMulticast(_ isOn: Bool) throws(IxyError) {
        receivesAllGroups = isOn
        try changeFilters()
    }

    /// Tells the device what to receive. One without these commands has no filter. (VirtIO 1.2 §5.1.6.5.1, §5.1.6.5.2)
    mutating func changeFilters() throws(IxyError) {
        guard agreement.features.contains(.controlReceive) else { return }
        // More than fit in a command are let in by receiving for all.
        let fits = groups.count <= 256
        try command(.promiscuous, [settings.isPromiscuous ? 1 : 0])
        try command(.allMulticast, [settings.isPromiscuous || receivesAllGroups || !fits ? 1 : 0])
        guard fits else { return }
        func count(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
        try command(
            .macTable, count(0) + count(groups.count) + groups.flatMap { $0.value.bigEndianBytes.suffix(6) })
    }

    package mutating func link() -> LinkState {
        guard isRunning, transport.isPresent() else { return LinkState(isUp: false, speed: 0) }
        // Without a status word the link counts as up. (VirtIO 1.2 §5.1.4)
        guard agreement.features.contains(.status), let status = try? transport.configuration(at: 6, count: 2) else {
            return LinkState(isUp: true, speed: 0)
        }
        return LinkState(isUp: status.first.map { $0 & 1 == 1 } ?? true, speed: 0)
    }

    /// VirtIO devices count nothing: what is here are the driver's own counts of the device's faults. Queues count for
    /// themselves.
    package mutating func statistics() -> DeviceStatistics { total }

    /// Sends a command over the control queue.
    ///
    /// - Throws: `.missingFeature` if the device does not obey.
    mutating func command(_ command: VirtIO.ControlCommand, _ data: [UInt8]) throws(IxyError) {
        guard let isObeyed = try control?.send(command, data, device: address) else { return }
        guard isObeyed else {
            throw .missingFeature(
                device: address, feature: "\(command.name), although it has a control queue for it",
                remedy: "check how the device was configured")
        }
    }
}

extension UInt64 {
    /// The eight bytes, the highest first.
    var bigEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * $0)) } }
}
