import Ixy
import IxyHardware
import IxyModels

/// Makes and starts a modelled card.
func openModel(_ address: ModelAddress, settings: DeviceSettings) throws -> Device {
    let nic = try ModelBench.shared.makeCard(address)
    ModelBench.shared.run(nic)
    return try Device.open(nic, address: address.text, settings: settings)
}

/// The registers of a fresh modelled card.
func dumpModel(_ dump: RegisterDump, _ address: ModelAddress) throws -> String {
    let nic = try ModelBench.shared.makeCard(address)
    return dump.text(IXGBERegisters.all, on: ModelRegisters(nic))
}
