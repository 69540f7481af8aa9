// refused: cannot find 'IXGBE' in scope
import Ixy
import IxyModels

/// A driver is started by hand, on what one likes.
func start(_ card: ModelNIC) throws -> Device {
    try IXGBE.start(card, name: "card", address: "card", settings: DeviceSettings(), mapper: card.space, needsHugePages: false)
}
