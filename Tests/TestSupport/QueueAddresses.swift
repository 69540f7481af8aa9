package import Ixy
import IxyHardware

extension VirtIO.QueueLayout {
    /// The same as a driver tells it, for tests that are a driver of their own, on memory of a model or of a scripted back-end.
    package var addresses: VirtIO.QueueAddresses {
        // Sound: no device reads these but one that a test has made, and it checks each address against what is mapped for it.
        unsafe VirtIO.QueueAddresses(
            size: size, descriptors: RingAddress(unchecked: descriptors), driverArea: WordAddress(unchecked: driverArea),
            deviceArea: WordAddress(unchecked: deviceArea))
    }
}
