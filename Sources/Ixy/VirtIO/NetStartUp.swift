import BasicContainers
import IxyHardware

extension VirtIO {
    /// Resets a device, agrees with it on features, and returns it running. (VirtIO 1.2 §3.1.1)
    ///
    /// If anything fails the device is reset again, so that it does no DMA, and all memory is returned.
    /// - Parameters:
    ///   - address: how messages call it.
    ///   - mapper: makes memory reachable for the device.
    ///   - needsHugePages: the device uses physical addresses, which only huge pages keep.
    package static func start<T: Transport & ~Copyable>(
        _ transport: consuming T, address: String, settings: DeviceSettings, mapper: any DMAMapper, needsHugePages: Bool
    ) throws(IxyError) -> Device {
        try check(settings)
        try transport.reset()
        let offered = try greet(&transport)
        let agreement = try Agreement.choose(
            from: offered, settings: settings, isLegacy: transport.isLegacy, device: address)
        try settle(agreement, &transport, address)
        let mac = try ownAddress(agreement, &transport)
        var controller = Controller(
            transport: transport, address: address, settings: settings, agreement: agreement, mac: mac)
        let pages = settings.pages.size(needsHugePages: needsHugePages)
        let queues = try controller.makeQueues(try controller.sizes(), pages: pages, mapper: mapper)
        // From here on the controller resets the device when it is dropped, if a step throws.
        controller.isRunning = true
        try controller.bringUp()
        return queues.makeDevice(controller, mapper: mapper, pages: pages)
    }

    /// The driver has seen the device; returns what it offers.
    static func greet<T: Transport & ~Copyable>(_ transport: inout T) throws(IxyError) -> Features {
        try transport.add(.acknowledge)
        try transport.add(.driver)
        return try transport.offeredFeatures()
    }

    /// Tells the device what was chosen, and asks whether it can live with that. (VirtIO 1.2 §3.1.1 steps 5 and 6)
    static func settle<T: Transport & ~Copyable>(
        _ agreement: Agreement, _ transport: inout T, _ address: String
    ) throws(IxyError) {
        try transport.accept(agreement.features)
        guard !agreement.isLegacy else { return }
        try transport.add(.featuresOK)
        guard try transport.status().contains(.featuresOK) else {
            throw .missingFeature(
                device: address, feature: "the combination of features 0x"
                    + String(agreement.features.rawValue, radix: 16) + ", although it offers each of them",
                remedy: "turn features off in the device, or try another layout of queues")
        }
    }

    /// The device's own address, or a random one of those that anybody may use.
    private static func ownAddress<T: Transport & ~Copyable>(
        _ agreement: Agreement, _ transport: inout T
    ) throws(IxyError) -> MACAddress {
        if agreement.features.contains(.macAddress), let bytes = try transport.configuration(at: 0, count: 6),
            bytes.count == 6, bytes[0] & 1 == 0
        {
            return MACAddress(bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5])
        }
        // The two low bits of the first byte: local, no group.
        return MACAddress(value: UInt64.random(in: 0..<1 << 40) | 0x02 << 40)
    }

    /// Refuses what no device can do, before anything is touched.
    static func check(_ settings: DeviceSettings) throws(IxyError) {
        guard (1...64).contains(settings.queues) else {
            throw .invalidSetting("\(settings.queues) queues", remedy: "use 1 to 64")
        }
        try settings.checkMTU()
        for (what, size) in [("receive", settings.receiveRing), ("transmit", settings.transmitRing)] {
            guard (2...32768).contains(size), size & (size - 1) == 0 else {
                throw .invalidSetting(
                    "a \(what) ring of \(size) descriptors", remedy: "use a power of two from 2 to 32768")
            }
        }
    }
}

extension VirtIO.Controller where T: ~Copyable {
    /// From agreed features to traffic. The rings are laid out and no queue moves meanwhile.
    mutating func bringUp() throws(IxyError) {
        for (index, layout) in layouts.enumerated() { try transport.configure(index, layout) }
        if let layout = control?.layout {
            control?.clear()
            try transport.configure(controlIndex, layout)
        }
        try transport.add(.driverOK)
        // VirtIO 1.2 §5.1.6.5.5: all pairs but the first are off at the start.
        if settings.queues > 1 {
            try command(.queuePairs, [UInt8(truncatingIfNeeded: settings.queues), 0])
        }
        if hasChosenAddress { try tell(mac) }
        try changeFilters()
    }
}
