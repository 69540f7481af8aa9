/// The protocol by which a driver in one process uses a device in another: the vhost-user protocol.
///
/// Its specification is QEMU's <https://qemu-project.gitlab.io/qemu/interop/vhost-user.html>, whose headings stand
/// here as sections. The *front-end* has the driver, the *back-end* the device. Both halves use these messages. Numbers
/// are in the byte order of the machine, which is little-endian on all that this is built for.
package enum VhostUser {
    /// The most queue pairs: a message names one of 256 vrings by a byte.
    package static let largestQueuePairs = 128
    /// The most regions of memory in one message. (Memory region description)
    package static let largestMemoryTable = 8
    /// The most bytes of a device's configuration. (Virtio device config space)
    package static let largestConfiguration = 256
    /// The feature bit by which either side says that it knows protocol features.
    package static let protocolFeaturesBit: UInt64 = 1 << 30
}

extension VhostUser {
    /// Features that the two sides may use beyond the first version of the protocol. (Protocol features)
    package struct ProtocolFeatures: OptionSet, Sendable, Hashable {
        package let rawValue: UInt64
        package init(rawValue: UInt64) { self.rawValue = rawValue }

        /// More than one queue pair.
        package static let multiqueue = ProtocolFeatures(rawValue: 1 << 0)
        /// Any message may ask for an acknowledgement.
        package static let acknowledgements = ProtocolFeatures(rawValue: 1 << 3)
        /// The front-end can read the device configuration.
        package static let configuration = ProtocolFeatures(rawValue: 1 << 9)
        /// The device status is told and asked.
        package static let status = ProtocolFeatures(rawValue: 1 << 16)
    }

    /// The number of a front-end's message. (Front-end message types)
    package enum Code: UInt32, Sendable {
        case getFeatures = 1
        case setFeatures = 2
        case setOwner = 3
        case resetOwner = 4
        case setMemoryTable = 5
        case setVringSize = 8
        case setVringAddress = 9
        case setVringBase = 10
        case getVringBase = 11
        case setVringKick = 12
        case setVringCall = 13
        case setVringError = 14
        case getProtocolFeatures = 15
        case setProtocolFeatures = 16
        case getQueuePairs = 17
        case enableVring = 18
        case getConfiguration = 24
        case setStatus = 39
        case getStatus = 40

        /// Its name in the specification, less `VHOST_USER_`.
        package var name: String {
            switch self {
            case .getFeatures: "GET_FEATURES"
            case .setFeatures: "SET_FEATURES"
            case .setOwner: "SET_OWNER"
            case .resetOwner: "RESET_OWNER"
            case .setMemoryTable: "SET_MEM_TABLE"
            case .setVringSize: "SET_VRING_NUM"
            case .setVringAddress: "SET_VRING_ADDR"
            case .setVringBase: "SET_VRING_BASE"
            case .getVringBase: "GET_VRING_BASE"
            case .setVringKick: "SET_VRING_KICK"
            case .setVringCall: "SET_VRING_CALL"
            case .setVringError: "SET_VRING_ERR"
            case .getProtocolFeatures: "GET_PROTOCOL_FEATURES"
            case .setProtocolFeatures: "SET_PROTOCOL_FEATURES"
            case .getQueuePairs: "GET_QUEUE_NUM"
            case .enableVring: "SET_VRING_ENABLE"
            case .getConfiguration: "GET_CONFIG"
            case .setStatus: "SET_STATUS"
            case .getStatus: "GET_STATUS"
            }
        }
    }

    /// The header of every message. (Header)
    struct Header: Equatable {
        static let byteCount = 12
        static let version: UInt32 = 1
        static let reply: UInt32 = 4
        static let needsReply: UInt32 = 8

        var code: UInt32
        var flags: UInt32
        /// Bytes that follow.
        var size: UInt32
    }

    /// Memory that the two sides share. (Memory region description)
    package struct Region: Equatable, Sendable {
        /// Where the device finds it, as descriptors say it.
        package var guestAddress: UInt64
        package var count: UInt64
        /// Where the front-end has it, as the messages about vrings say it.
        package var userAddress: UInt64
        /// Where it begins in the file that is passed with it.
        package var fileOffset: UInt64

        package init(guestAddress: UInt64, count: UInt64, userAddress: UInt64, fileOffset: UInt64) {
            self.guestAddress = guestAddress
            self.count = count
            self.userAddress = userAddress
            self.fileOffset = fileOffset
        }
    }

    /// Where a virtqueue is, in the front-end's addresses. (A vring address description)
    package struct VringAddress: Equatable, Sendable {
        package let vring: Int
        package let descriptors: UInt64
        package let deviceArea: UInt64
        package let driverArea: UInt64

        /// Creates the addresses of a ring that our driver has laid out.
        init(vring: Int, _ layout: VirtIO.QueueAddresses) {
            self.init(
                vring: vring, descriptors: layout.descriptors.value, deviceArea: layout.deviceArea.value,
                driverArea: layout.driverArea.value)
        }

        /// Creates the addresses that a front-end has sent, for the side that reads them.
        init(vring: Int, descriptors: UInt64, deviceArea: UInt64, driverArea: UInt64) {
            self.vring = vring
            self.descriptors = descriptors
            self.deviceArea = deviceArea
            self.driverArea = driverArea
        }
    }
}
