// refused: 'Device' initializer is inaccessible due to 'package' protection level
import Ixy

/// A device of parts of different ones.
func make(_ device: consuming Device, _ space: IOAddressSpace) -> Device {
    Device(
        address: "hybrid", driver: device.driver, receiveQueues: device.receiveQueues, transmitQueues: device.transmitQueues,
        mapper: space, pages: .small, barrier: .init())
}
