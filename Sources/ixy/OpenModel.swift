import Ixy
import IxyHardware
import IxyModels

/// Makes and starts a modelled card.
func openModel(_ address: ModelAddress, on bench: inout ModelBench, settings: DeviceSettings) throws -> Device {
    let nic = try bench.makeCard(address)
    bench.run(nic)
    return try Device.open(nic, address: address.text, settings: settings)
}

/// The registers of a fresh modelled card.
func dumpModel(_ dump: RegisterDump, _ address: ModelAddress) throws -> String {
    var bench = ModelBench()
    let nic = try bench.makeCard(address)
    return dump.text(IXGBERegisters.all, on: ModelRegisters(nic))
}
