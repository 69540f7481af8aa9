extension VhostUser {
    /// A message from the front-end.
    package enum Request: Equatable, Sendable {
        /// Asks for the features that the back-end offers.
        case getFeatures
        /// The features that the front-end has chosen from them.
        case setFeatures(UInt64)
        /// The first message: the session belongs to whoever sends it.
        case setOwner
        /// Ends the session, in old front-ends.
        case resetOwner
        case getProtocolFeatures
        case setProtocolFeatures(ProtocolFeatures)
        /// How many queue pairs the back-end can have. Only with `.multiqueue`.
        case getQueuePairs
        /// All memory that is shared from now on; a file goes with each region.
        case setMemoryTable([Region])
        /// How many descriptors a vring has.
        case setVringSize(vring: Int, count: Int)
        case setVringAddress(VringAddress)
        /// Where the device goes on in the vring.
        case setVringBase(vring: Int, base: UInt32)
        /// Stops the vring and tells where the device would go on.
        case getVringBase(vring: Int)
        /// A file of the vring's, or none: then the two sides poll.
        case setVringFile(VringFile, vring: Int, isPassed: Bool)
        case enableVring(vring: Int, isOn: Bool)
        /// Bytes of the device configuration. Only with `.configuration`.
        case getConfiguration(offset: Int, count: Int)
        /// Only with `.status`.
        case setStatus(VirtIO.Status)
        /// Only with `.status`.
        case getStatus
    }

    /// The purpose of a file that comes with a vring.
    package enum VringFile: Sendable {
        /// The front-end notifies the back-end.
        case kick
        /// The back-end interrupts the front-end.
        case call
        /// The back-end reports an error.
        case error
    }
}

extension VhostUser.Request {
    package var code: VhostUser.Code {
        switch self {
        case .getFeatures: .getFeatures
        case .setFeatures: .setFeatures
        case .setOwner: .setOwner
        case .resetOwner: .resetOwner
        case .getProtocolFeatures: .getProtocolFeatures
        case .setProtocolFeatures: .setProtocolFeatures
        case .getQueuePairs: .getQueuePairs
        case .setMemoryTable: .setMemoryTable
        case .setVringSize: .setVringSize
        case .setVringAddress: .setVringAddress
        case .setVringBase: .setVringBase
        case .getVringBase: .getVringBase
        case .setVringFile(.kick, _, _): .setVringKick
        case .setVringFile(.call, _, _): .setVringCall
        case .setVringFile(.error, _, _): .setVringError
        case .enableVring: .enableVring
        case .getConfiguration: .getConfiguration
        case .setStatus: .setStatus
        case .getStatus: .getStatus
        }
    }

    /// Whether it has an answer of its own, other than an acknowledgement.
    package var hasReply: Bool {
        switch self {
        case .getFeatures, .getProtocolFeatures, .getQueuePairs, .getVringBase, .getConfiguration, .getStatus: true
        default: false
        }
    }

    /// How many files go with it.
    var fileCount: Int {
        switch self {
        case .setMemoryTable(let regions): regions.count
        case .setVringFile(_, _, let isPassed): isPassed ? 1 : 0
        default: 0
        }
    }
}

// As bytes.
extension VhostUser.Request {
    /// In the word that names a vring for a file: there is none. (VHOST_USER_SET_VRING_KICK)
    private static let noFile: UInt64 = 1 << 8

    /// The bytes that follow the header.
    var payload: [UInt8] {
        var writer = MessageWriter()
        switch self {
        case .getFeatures, .setOwner, .resetOwner, .getProtocolFeatures, .getQueuePairs, .getStatus:
            break
        case .setFeatures(let features):
            writer.append(features)
        case .setProtocolFeatures(let features):
            writer.append(features.rawValue)
        case .setStatus(let status):
            writer.append(UInt64(status.rawValue))
        case .setMemoryTable(let regions):
            writer.append(UInt32(regions.count))
            writer.append(UInt32(0))
            for region in regions {
                writer.append(region.guestAddress)
                writer.append(region.count)
                writer.append(region.userAddress)
                writer.append(region.fileOffset)
            }
        case .setVringSize(let vring, let count):
            writer.append(vring: vring, UInt32(count))
        case .setVringBase(let vring, let base):
            writer.append(vring: vring, base)
        case .getVringBase(let vring):
            writer.append(vring: vring, 0)
        case .enableVring(let vring, let isOn):
            writer.append(vring: vring, isOn ? 1 : 0)
        case .setVringAddress(let address):
            // No flags: nothing is logged, so that the last word has no meaning.
            writer.append(vring: address.vring, 0)
            writer.append(address.descriptors)
            writer.append(address.deviceArea)
            writer.append(address.driverArea)
            writer.append(UInt64(0))
        case .setVringFile(_, let vring, let isPassed):
            writer.append(UInt64(vring) | (isPassed ? 0 : Self.noFile))
        case .getConfiguration(let offset, let count):
            writer.append(configuration: [UInt8](repeating: 0, count: count), at: offset)
        }
        return writer.bytes
    }

    /// The message with this number and payload, with which `files` files came.
    ///
    /// - Throws: `.malformed` for everything that is not exactly as the protocol wants it.
    init(code number: UInt32, payload: [UInt8], files: Int) throws(VhostUserError) {
        guard let code = VhostUser.Code(rawValue: number) else {
            throw .malformed("message \(number), which was not negotiated")
        }
        var reader = MessageReader(payload, of: code.name)
        self = try Self.read(code, &reader)
        try reader.end()
        guard files == fileCount else { throw reader.malformed("\(files) files instead of \(fileCount)") }
    }

    private static func read(
        _ code: VhostUser.Code, _ reader: inout MessageReader
    ) throws(VhostUserError) -> VhostUser.Request {
        switch code {
        case .getFeatures: return .getFeatures
        case .setOwner: return .setOwner
        case .resetOwner: return .resetOwner
        case .getProtocolFeatures: return .getProtocolFeatures
        case .getQueuePairs: return .getQueuePairs
        case .getStatus: return .getStatus
        case .setFeatures:
            return .setFeatures(try reader.word64())
        case .setProtocolFeatures:
            return .setProtocolFeatures(VhostUser.ProtocolFeatures(rawValue: try reader.word64()))
        case .setStatus:
            guard let status = UInt8(exactly: try reader.word64()) else { throw reader.malformed("more than 8 bits") }
            return .setStatus(VirtIO.Status(rawValue: status))
        case .setMemoryTable:
            return .setMemoryTable(try regions(&reader))
        case .setVringSize:
            let vring = try reader.vring()
            // A packed ring's size need not be a power of two. (VirtIO 1.2 §2.7, §2.8.10.1)
            let count = try reader.number(below: 32769, "size")
            guard count > 0 else { throw reader.malformed("size 0") }
            return .setVringSize(vring: vring, count: count)
        case .setVringBase:
            return .setVringBase(vring: try reader.vring(), base: try reader.word32())
        case .getVringBase:
            let vring = try reader.vring()
            // The number is of no use here, and front-ends leave in it what they like.
            _ = try reader.word32()
            return .getVringBase(vring: vring)
        case .enableVring:
            return .enableVring(vring: try reader.vring(), isOn: try reader.number(below: 2, "state") == 1)
        case .setVringAddress:
            return .setVringAddress(try address(&reader))
        case .setVringKick: return try file(.kick, &reader)
        case .setVringCall: return try file(.call, &reader)
        case .setVringError: return try file(.error, &reader)
        case .getConfiguration:
            let (offset, bytes) = try reader.configuration()
            return .getConfiguration(offset: offset, count: bytes.count)
        }
    }

    private static func file(
        _ file: VhostUser.VringFile, _ reader: inout MessageReader
    ) throws(VhostUserError) -> VhostUser.Request {
        let word = try reader.word64()
        guard word < noFile << 1 else { throw reader.malformed("reserved bits") }
        return .setVringFile(file, vring: Int(word & 0xFF), isPassed: word & noFile == 0)
    }

    private static func address(_ reader: inout MessageReader) throws(VhostUserError) -> VhostUser.VringAddress {
        let vring = try reader.vring()
        // Bit 0: log what is written, which needs a protocol feature that we do not offer.
        let flags = try reader.word32()
        guard flags == 0 else { throw reader.malformed("flags \(flags)") }
        let descriptors = try reader.word64(), deviceArea = try reader.word64(), driverArea = try reader.word64()
        _ = try reader.word64()
        return VhostUser.VringAddress(
            vring: vring, descriptors: descriptors, deviceArea: deviceArea, driverArea: driverArea)
    }

    private static func regions(_ reader: inout MessageReader) throws(VhostUserError) -> [VhostUser.Region] {
        let count = try reader.number(below: VhostUser.largestMemoryTable + 1, "a number of regions of")
        _ = try reader.word32()
        var regions: [VhostUser.Region] = []
        for _ in 0..<count {
            let guestAddress = try reader.word64(), size = try reader.word64()
            let userAddress = try reader.word64(), fileOffset = try reader.word64()
            // No end beyond what 64 bits can say, nor a file larger than any.
            guard size > 0, size <= UInt64.max - guestAddress, size <= UInt64.max - userAddress,
                fileOffset <= Int.max, size <= UInt64(Int.max) - fileOffset
            else { throw reader.malformed("a region of \(size) bytes that ends nowhere") }
            regions.append(VhostUser.Region(
                guestAddress: guestAddress, count: size, userAddress: userAddress, fileOffset: fileOffset))
        }
        return regions
    }
}
