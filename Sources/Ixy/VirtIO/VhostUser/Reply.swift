extension VhostUser {
    /// A message from the back-end, which answers one of the front-end's.
    package enum Reply: Equatable, Sendable {
        /// A number. As an acknowledgement, 0 says that all is well.
        case word(UInt64)
        /// Where a vring stands.
        case vringBase(vring: Int, base: UInt32)
        /// Bytes of the device configuration.
        case configuration(offset: Int, bytes: [UInt8])
        /// The back-end cannot tell the configuration.
        case noConfiguration

        /// The bytes that follow the header.
        var payload: [UInt8] {
            var writer = MessageWriter()
            switch self {
            case .word(let value): writer.append(value)
            case .vringBase(let vring, let base): writer.append(vring: vring, base)
            case .configuration(let offset, let bytes): writer.append(configuration: bytes, at: offset)
            case .noConfiguration: break
            }
            return writer.bytes
        }

        /// How long the answer to `request` may be.
        static func sizes(for request: Request) -> ClosedRange<Int> {
            switch request {
            case .getConfiguration(_, let count): 0...12 + count
            default: 8...8
            }
        }

        /// The answer to `request`.
        ///
        /// - Throws: `.malformed` if it is about something else.
        init(to request: Request, payload: [UInt8]) throws(VhostUserError) {
            var reader = MessageReader(payload, of: "a reply to \(request.code.name)")
            switch request {
            case .getVringBase(let vring):
                self = .vringBase(vring: try reader.vring(), base: try reader.word32())
                guard case .vringBase(vring, _) = self else { throw reader.malformed("another vring") }
            case .getConfiguration(let offset, let count):
                if payload.isEmpty {
                    self = .noConfiguration
                } else {
                    let (start, bytes) = try reader.configuration()
                    guard start == offset, bytes.count == count else { throw reader.malformed("other bytes") }
                    self = .configuration(offset: offset, bytes: bytes)
                }
            default:
                self = .word(try reader.word64())
            }
            try reader.end()
        }
    }
}
