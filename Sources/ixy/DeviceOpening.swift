import Ixy

/// Opens and starts the device at `address`.
///
/// - Parameter bench: the command's.
func openDevice(
    _ address: DeviceAddress, on bench: inout ModelBench, settings: DeviceSettings
) throws -> Device {
    switch address {
    case .pci(let pci): try openPCI(pci, on: bench, settings: settings)
    case .model(let model): try openModel(model, on: &bench, settings: settings)
    case .vhostUser(let peer, _): try Device.open(peer, mapper: bench.sharedMemory, settings: settings)
    }
}
