import Ixy
import IxyHardware

/// Opens and starts a card.
func openPCI(_ address: PCIAddress, on bench: borrowing ModelBench, settings: DeviceSettings) throws -> Device {
    try Device.open(address.description, settings: settings, sharing: bench.vfioSpace)
}

/// The registers of a card. It stays as it is; but no other process of ours may drive it meanwhile.
func dumpPCI(_ dump: RegisterDump, _ address: PCIAddress) throws -> String {
    let device = try PCIDevice(at: address)
    guard let supported = SupportedDevice.find(vendor: device.vendorID, device: device.deviceID) else {
        throw IxyError.unsupported(
            device: address.description,
            found: "\(String(device.vendorID, radix: 16)):\(String(device.deviceID, radix: 16))")
    }
    if supported.driver == .virtIO {
        guard dump.names.isEmpty else {
            throw IxyError.invalidSetting(
                "\(address) is a VirtIO device, which has no registers with these names",
                remedy: "leave them out, to see all that it has")
        }
        let shown = VirtIODump(address: "\(address)", snapshot: try VirtIO.PCISnapshot.read(device))
        return dump.isJSON ? shown.json : shown.text
    }
    let claim = try DeviceClaim(device)
    guard try ConfigSpace(of: device, writable: false).command().contains(.memory) else {
        throw IxyError.invalidSetting(
            "\(address) does not answer, because its memory access is off",
            remedy: "load its kernel driver, or start it with another command of ixy first")
    }
    return dump.text(IXGBERegisters.all, on: MappedRegisters(try claim.map(bar: 0)))
}
