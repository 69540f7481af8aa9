import Ixy

/// Opens and starts the device at `address`.
func openDevice(_ address: DeviceAddress, settings: DeviceSettings) throws -> Device {
    switch address {
    case .pci(let pci): try openPCI(pci, settings: settings)
    case .model(let model): try openModel(model, settings: settings)
    case .vhostUser(let peer, _): try Device.open(peer, mapper: ModelBench.shared.sharedMemory, settings: settings)
    }
}
