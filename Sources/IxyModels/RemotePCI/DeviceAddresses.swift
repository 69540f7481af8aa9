import IxyHardware
import Synchronization

/// The addresses that a served device uses: the guest's memory, behind its IOMMU if the machine has one.
final class DeviceAddresses: AddressTranslator {
    let memory = IOAddressSpace()
    private let unit: RemappingUnit?
    /// Bus, device and function: what the IOMMU tells devices apart by.
    private let source: UInt16
    private let port: Mutex<DMAPort>

    init(unit: RemappingUnit?, source: UInt16) {
        self.unit = unit
        self.source = source
        port = Mutex(DMAPort(memory))
    }

    func translate(_ address: UInt64) -> TranslatedRun? {
        guard let unit else { return TranslatedRun(start: 0, place: 0, count: 1 << 52) }
        return port.withLock { port in
            if let run = unit.walk(address, source: source, &port) { return run }
            return unit.refresh() ? unit.walk(address, source: source, &port) : nil
        }
    }

    /// A message on its way to a processor.
    func remap(_ message: (address: UInt64, data: UInt32)) -> (address: UInt64, data: UInt32)? {
        guard let unit else { return message }
        return port.withLock { port in unit.remap(message.address, message.data, source: source, &port) }
    }
}
