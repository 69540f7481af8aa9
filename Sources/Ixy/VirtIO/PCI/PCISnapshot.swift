package import IxyHardware

extension VirtIO {
    /// A PCI device's fields for people to read, taken without starting the device.
    package struct PCISnapshot: Sendable {
        /// One field and what it holds.
        package struct Entry: Sendable, Equatable {
            /// As the specification calls it.
            package let name: String
            package let offset: Int
            /// In bits.
            package let width: Int
            package let value: UInt64
        }

        package let isLegacy: Bool
        /// Where each structure lies: its name, BAR, offset and length.
        package var structures: [(name: String, bar: Int, offset: Int, count: Int)] = []
        package var features = Features()
        /// The fields that are there once.
        package var entries: [Entry] = []
        /// The fields of each queue, the first 64.
        package var queues: [[Entry]] = []
        /// The device configuration: what of it the features declare.
        package var macAddress: MACAddress?
        package var link: UInt16?
        package var queuePairs: UInt16?
        package var mtu: UInt16?

        /// Reads a device that no driver has. The only things written are the selectors of features and queues.
        ///
        /// - Throws: `.hardware(.device)` where a kernel driver has it, which this would confuse, or where it describes
        ///   itself in a way that cannot be; `.gone`.
        package static func read(_ device: PCIDevice) throws(IxyError) -> PCISnapshot {
            let port = try take(device)
            if let structures = try port.virtIOStructures() { return try readModern(port, structures) }
            return try readLegacy(port)
        }

        private static func take(_ device: PCIDevice) throws(IxyError) -> PCIPort {
            do throws(HardwareError) {
                if let driver = try device.driver, driver != "vfio-pci" {
                    throw .device(
                        address: "\(device.address)", problem: "belongs to \(driver), which looking at it would confuse",
                        remedy: "take it away first: sudo ixy bind \(device.address)")
                }
                let port = try PCIPort.take(device, force: false, sharing: VFIOSpace())
                try port.enableBARs()
                return port
            } catch {
                throw .hardware(error)
            }
        }

        private static func readModern(
            _ port: consuming PCIPort, _ structures: PCIStructures
        ) throws(IxyError) -> PCISnapshot {
            typealias Common = CommonConfiguration
            var snapshot = PCISnapshot(isLegacy: false)
            snapshot.list("common configuration", structures.common)
            snapshot.list("notification", structures.notify)
            snapshot.list("interrupt status", structures.interruptStatus)
            snapshot.list("device configuration", structures.device)
            let common = LayoutWindow<Common, BARWindow>(try PCITransport.window(structures.common, of: port))
            snapshot.add(Common.deviceStatus, common, to: \.entries)
            snapshot.add(Common.generation, common, to: \.entries)
            snapshot.add(Common.configurationVector, common, to: \.entries)
            snapshot.add(Common.queueCount, common, to: \.entries)
            for index in 0..<min(common.read(Common.queueCount), 64) {
                common.write(index, to: Common.queueSelect)
                var queue: [Entry] = []
                add(Common.queueSize, common, to: &queue)
                add(Common.queueVector, common, to: &queue)
                add(Common.queueEnable, common, to: &queue)
                add(Common.queueNotifyOffset, common, to: &queue)
                add(Common.queueDescriptors, common, to: &queue)
                add(Common.queueDriverArea, common, to: &queue)
                add(Common.queueDeviceArea, common, to: &queue)
                snapshot.queues.append(queue)
            }
            let address = "\(port.device.address)"
            let notify = try PCITransport.window(structures.notify, of: port)
            let device = try PCITransport.deviceWindow(structures, of: port)
            var transport = PCIModern(
                address: address, common: try PCITransport.window(structures.common, of: port), notify: notify,
                notifyMultiplier: structures.notifyMultiplier, device: device, function: try PortFunction(port))
            try snapshot.readConfiguration(&transport)
            return snapshot
        }

        private static func readLegacy(_ port: consuming PCIPort) throws(IxyError) -> PCISnapshot {
            typealias Header = LegacyHeader
            var snapshot = PCISnapshot(isLegacy: true)
            let whole = try PCITransport.legacyPlace(of: port)
            snapshot.list("legacy header", whole)
            let header = LayoutWindow<Header, BARWindow>(try PCITransport.window(whole, of: port))
            snapshot.add(Header.deviceStatus, header, to: \.entries)
            snapshot.add(Header.driverFeatures, header, to: \.entries)
            for index in 0..<UInt16(64) {
                header.write(index, to: Header.queueSelect)
                guard (1...32768).contains(header.read(Header.queueSize)) else { break }
                var queue: [Entry] = []
                add(Header.queueSize, header, to: &queue)
                add(Header.queueAddress, header, to: &queue)
                snapshot.queues.append(queue)
            }
            var transport = try PCITransport.legacy(of: port)
            try snapshot.readConfiguration(&transport)
            return snapshot
        }

        private init(isLegacy: Bool) {
            self.isLegacy = isLegacy
        }

        private mutating func list(_ name: String, _ place: PCIStructures.Place?) {
            if let place { structures.append((name, place.bar, place.offset, place.count)) }
        }

        private mutating func add<Structure, Value, Access>(
            _ field: LayoutField<Structure, Value, Access>, _ window: borrowing LayoutWindow<Structure, BARWindow>,
            to list: WritableKeyPath<PCISnapshot, [Entry]>
        ) {
            Self.add(field, window, to: &self[keyPath: list])
        }

        private static func add<Structure, Value, Access>(
            _ field: LayoutField<Structure, Value, Access>, _ window: borrowing LayoutWindow<Structure, BARWindow>,
            to list: inout [Entry]
        ) {
            list.append(
                Entry(
                    name: field.name, offset: field.offset, width: Value.bitWidth, value: UInt64(window.read(field))))
        }

        /// The fields of §5.1.4 whose features are offered.
        private mutating func readConfiguration<T: Transport & ~Copyable>(_ transport: inout T) throws(IxyError) {
            features = try transport.offeredFeatures()
            if features.contains(.macAddress), let bytes = try transport.configuration(at: 0, count: 6) {
                macAddress = MACAddress(bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5])
            }
            if features.contains(.status) { link = try Self.word(at: 6, &transport) }
            if features.contains(.multiqueue) { queuePairs = try Self.word(at: 8, &transport) }
            if features.contains(.mtu) { mtu = try Self.word(at: 10, &transport) }
        }

        private static func word<T: Transport & ~Copyable>(
            at offset: Int, _ transport: inout T
        ) throws(IxyError) -> UInt16? {
            try transport.configuration(at: offset, count: 2).map { UInt16($0[0]) | UInt16($0[1]) << 8 }
        }
    }
}
