// refused: inaccessible due to 'package' protection level
import Ixy
import IxyHardware
import IxyModels

/// A pool in memory that no device has asked for.
func make(_ mapper: IOAddressSpace) throws -> PacketPool {
    try PacketPool(capacity: 8, pages: .small, mapper: mapper)
}
