package import IxyHardware

extension VirtIO {
    /// The transport of a PCI device that was taken: the modern one where the device has it, else the legacy one.
    package enum PCITransport: ~Copyable, Sendable {
        case modern(PCIModern<BARWindow>)
        case legacy(PCILegacy<BARWindow>)

        /// Looks how the device wants to be talked to, and resets it before it may do DMA: somebody may have left it
        /// running, with rings in memory that is no longer his.
        ///
        /// - Throws: `.hardware` where the device describes itself in a way that cannot be; `.gone`; `.timeout`.
        package static func open(_ port: consuming PCIPort) throws(IxyError) -> PCITransport {
            let address = "\(port.device.address)"
            do throws(HardwareError) {
                try port.enableBARs()
            } catch {
                throw .hardware(error)
            }
            if let structures = try port.virtIOStructures() {
                return .modern(try openModern(port, structures, address))
            }
            return .legacy(try openLegacy(port))
        }

        private static func openModern(
            _ port: consuming PCIPort, _ structures: PCIStructures, _ address: String
        ) throws(IxyError) -> PCIModern<BARWindow> {
            let common = try window(structures.common, of: port)
            let notify = try window(structures.notify, of: port)
            let device = try deviceWindow(structures, of: port)
            var transport = PCIModern(
                address: address, common: common, notify: notify, notifyMultiplier: structures.notifyMultiplier,
                device: device, function: try PortFunction(port))
            try transport.reset()
            try transport.enableDMA()
            return transport
        }

        private static func openLegacy(
            _ port: consuming PCIPort
        ) throws(IxyError) -> PCILegacy<BARWindow> {
            var transport = try legacy(of: port)
            try transport.reset()
            try transport.enableDMA()
            return transport
        }

        /// A legacy device as it is, not reset.
        static func legacy(of port: consuming PCIPort) throws(IxyError) -> PCILegacy<BARWindow> {
            let header = try window(legacyPlace(of: port), of: port)
            let address = "\(port.device.address)"
            return try PCILegacy.open(address: address, window: header, function: try PortFunction(port))
        }

        /// Where a legacy device has its registers: all of BAR 0.
        static func legacyPlace(of port: borrowing PCIPort) throws(IxyError) -> PCIStructures.Place {
            guard let bar = port.bars.first(where: { $0.index == 0 }) else {
                throw VirtIO.refusal(
                    "\(port.device.address)", "it has neither VirtIO capabilities nor a BAR 0")
            }
            return PCIStructures.Place(bar: 0, offset: 0, count: bar.count)
        }

        /// The device configuration, where there is one.
        static func deviceWindow(
            _ structures: PCIStructures, of port: borrowing PCIPort
        ) throws(IxyError) -> BARWindow? {
            guard let place = structures.device else { return nil }
            return try window(place, of: port)
        }

        static func window(
            _ place: PCIStructures.Place, of port: borrowing PCIPort
        ) throws(IxyError) -> BARWindow {
            do throws(HardwareError) {
                return try port.window(bar: place.bar, at: place.offset, count: place.count)
            } catch {
                throw .hardware(error)
            }
        }
    }
}
