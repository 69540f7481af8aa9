package import IxyHardware
import IxySystem

extension VirtIO {
    /// How the driver reaches a device's control side: PCI legacy, PCI modern, vhost-user, or a model.
    ///
    /// Nothing that comes back is believed: the driver checks every value that it uses. A call that needs an answer
    /// which does not come within some seconds throws.
    package protocol Transport: ~Copyable, Sendable {
        /// The kind of device, for people, such as `VirtIO (vhost-user)`.
        var name: String { get }
        /// The device follows the interface before VirtIO 1.0: 32 feature bits, no `featuresOK`, a queue's parts in one
        /// piece (VirtIO 1.2 §2.7.2), its size fixed by the device.
        var isLegacy: Bool { get }

        /// Resets the device; no queue runs and no DMA happens when this returns. (VirtIO 1.2 §2.4)
        mutating func reset() throws(IxyError)
        /// The device status.
        mutating func status() throws(IxyError) -> Status
        /// Adds to the device status.
        mutating func add(_ status: Status) throws(IxyError)
        /// The features that the device offers.
        mutating func offeredFeatures() throws(IxyError) -> Features
        /// Tells the device which of them the driver has chosen.
        mutating func accept(_ features: Features) throws(IxyError)

        /// Bytes of the device configuration (VirtIO 1.2 §5.1.4); nil where there is none, as with vhost-user. Reads
        /// again until no change came between two bytes, for a bounded number of times.
        mutating func configuration(at offset: Int, count: Int) throws(IxyError) -> [UInt8]?
        /// Writes the device configuration, which a legacy device allows for its MAC address.
        mutating func setConfiguration(_ bytes: [UInt8], at offset: Int) throws(IxyError)

        /// How many descriptors queue `index` can have at most, or has, with a legacy device; 0 if there is no such queue.
        mutating func largestQueue(_ index: Int) throws(IxyError) -> Int
        /// Tells the device where queue `index` is, and enables it. The device may touch it from `driverOK` on.
        mutating func configure(_ index: Int, _ layout: QueueAddresses) throws(IxyError)
        /// The bell of queue `index`. It stays the same through resets and reconnections.
        mutating func notifier(_ index: Int) throws(IxyError) -> Notifier
        /// The file that becomes readable when queue `index` interrupts; nil if the transport has no interrupts.
        mutating func interrupt(_ index: Int) throws(IxyError) -> FileDescriptor?

        /// Whether the device is still there, as far as a look without waiting tells.
        mutating func isPresent() -> Bool
        /// Tries once, without waiting long, to find a lost device again; true if it is there and is to be set up anew.
        mutating func reconnect() throws(IxyError) -> Bool
    }
}
