import Ixy
import IxyHardware

/// Opens and starts a card.
func openPCI(_ address: PCIAddress, settings: DeviceSettings) throws -> Device {
    throw IxyError.invalidSetting(
        "this build of ixy cannot open cards such as \(address)", remedy: "use one that was built with card support")
}
