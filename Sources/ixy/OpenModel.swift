import Ixy

/// Makes and starts a modelled card.
func openModel(_ address: ModelAddress, settings: DeviceSettings) throws -> Device {
    throw IxyError.invalidSetting(
        "this build of ixy cannot make a modelled card for \(address.text)",
        remedy: "use one that was built with the models")
}

/// The registers of a fresh modelled card.
func dumpModel(_ dump: RegisterDump, _ address: ModelAddress) throws -> String {
    throw IxyError.invalidSetting(
        "this build of ixy cannot make a modelled card for \(address.text)",
        remedy: "use one that was built with the models")
}
