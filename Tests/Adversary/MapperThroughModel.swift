// refused: 'map' is inaccessible due to 'package' protection level
import Ixy
import IxyModels

/// Memory is mapped for a card, which its driver alone does.
func map(_ space: IOAddressSpace, _ device: borrowing Device) throws { _ = try space.map(device.mapper) }
