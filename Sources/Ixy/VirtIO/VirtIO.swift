import IxyHardware

/// The driver for VirtIO network devices.
public enum VirtIO {}

extension VirtIO {
    /// Feature bits of a network device and of its queues. (VirtIO 1.2 §5.1.3, §6)
    public struct Features: OptionSet, Sendable, Hashable {
        public let rawValue: UInt64
        public init(rawValue: UInt64) { self.rawValue = rawValue }

        /// The device can finish checksums on transmit.
        public static let checksum = Features(rawValue: 1 << 0)
        /// The driver takes frames whose checksum is not finished.
        public static let guestChecksum = Features(rawValue: 1 << 1)
        /// The device says which MTU it wants.
        public static let mtu = Features(rawValue: 1 << 3)
        /// The device has a MAC address.
        public static let macAddress = Features(rawValue: 1 << 5)
        /// The driver takes TCP segments over IPv4 that are larger than a frame.
        public static let guestTSO4 = Features(rawValue: 1 << 7)
        public static let guestTSO6 = Features(rawValue: 1 << 8)
        /// The device cuts TCP segments over IPv4 into frames.
        public static let hostTSO4 = Features(rawValue: 1 << 11)
        public static let hostTSO6 = Features(rawValue: 1 << 12)
        /// A frame may arrive in several buffers.
        public static let mergeableBuffers = Features(rawValue: 1 << 15)
        /// The configuration has a status word: the link.
        public static let status = Features(rawValue: 1 << 16)
        public static let controlQueue = Features(rawValue: 1 << 17)
        /// The control queue takes receive filters.
        public static let controlReceive = Features(rawValue: 1 << 18)
        /// Several queue pairs.
        public static let multiqueue = Features(rawValue: 1 << 22)
        /// The control queue takes a MAC address.
        public static let controlMACAddress = Features(rawValue: 1 << 23)
        /// A frame may lie in its buffers in any way. Devices with `version1` always have it.
        public static let anyLayout = Features(rawValue: 1 << 27)
        public static let indirectDescriptors = Features(rawValue: 1 << 28)
        /// Each side tells the other when to notify it next.
        public static let eventIndex = Features(rawValue: 1 << 29)
        /// The device is as VirtIO 1.0 and later describe it.
        public static let version1 = Features(rawValue: 1 << 32)
        /// The device reaches memory through an IOMMU.
        public static let accessPlatform = Features(rawValue: 1 << 33)
        public static let packedRing = Features(rawValue: 1 << 34)
        /// The device uses buffers in the order in which they were made available.
        public static let inOrder = Features(rawValue: 1 << 35)
        /// The device and the driver need memory barriers as hardware does.
        public static let orderPlatform = Features(rawValue: 1 << 36)
    }

    /// How far the driver has come. (VirtIO 1.2 §2.1)
    package struct Status: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let acknowledge = Status(rawValue: 1)
        package static let driver = Status(rawValue: 2)
        package static let driverOK = Status(rawValue: 4)
        package static let featuresOK = Status(rawValue: 8)
        /// The device is broken until it is reset.
        package static let needsReset = Status(rawValue: 64)
        package static let failed = Status(rawValue: 128)
    }

    /// Where a virtqueue's parts are, as the driver tells the device: addresses that only a ring gives. (VirtIO 1.2 §2.6)
    @usableFromInline
    package struct QueueAddresses: Sendable, Equatable {
        /// Descriptors; a power of two.
        package let size: Int
        /// The descriptor table, or the packed ring.
        package let descriptors: RingAddress
        /// The available ring, or the packed ring's driver event suppression.
        package let driverArea: WordAddress
        /// The used ring, or the packed ring's device event suppression.
        package let deviceArea: WordAddress

        package init(size: Int, descriptors: RingAddress, driverArea: WordAddress, deviceArea: WordAddress) {
            self.size = size
            self.descriptors = descriptors
            self.driverArea = driverArea
            self.deviceArea = deviceArea
        }

        /// The same as a device has it.
        package var layout: QueueLayout {
            QueueLayout(
                size: size, descriptors: descriptors.value, driverArea: driverArea.value, deviceArea: deviceArea.value)
        }
    }

    /// Where a virtqueue's parts are, as a device has been told, by whomever. (VirtIO 1.2 §2.6)
    package struct QueueLayout: Sendable, Hashable {
        /// Descriptors; a power of two.
        package var size: Int
        /// The descriptor table, or the packed ring.
        package var descriptors: UInt64
        /// The available ring, or the packed ring's driver event suppression.
        package var driverArea: UInt64
        /// The used ring, or the packed ring's device event suppression.
        package var deviceArea: UInt64

        package init(size: Int, descriptors: UInt64, driverArea: UInt64, deviceArea: UInt64) {
            self.size = size
            self.descriptors = descriptors
            self.driverArea = driverArea
            self.deviceArea = deviceArea
        }
    }
}
