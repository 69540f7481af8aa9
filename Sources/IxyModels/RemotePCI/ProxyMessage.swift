/// QEMU's requests to a device in another process: the messages of its x-pci-proxy-dev.
///
/// QEMU speaks first and waits for the answer, but to two of them there is none. All numbers are little-endian.
enum ProxyMessage: Equatable {
    /// A piece of the guest's memory, of which the file comes with the message.
    struct Region: Equatable {
        let address: UInt64
        let count: UInt64
        let fileOffset: UInt64
    }

    /// An access to what a BAR covers, by its absolute address.
    struct Access: Equatable {
        let address: UInt64
        let value: UInt64
        /// 1, 2, 4 or 8 bytes.
        let count: Int
        /// Memory, not an I/O port.
        let isMemory: Bool
    }

    case memory([Region])
    case interruptFiles
    case configurationWrite(offset: Int, value: UInt32, count: Int)
    case configurationRead(offset: Int, count: Int)
    case write(Access)
    case read(Access)
    case reset

    /// Bytes before the payload: the command, four bytes that mean nothing, and the payload's length.
    static let headerCount = 16
    /// No message has more.
    static let longestPayload = 192

    /// The answer to all that have one.
    static func answer(_ value: UInt64) -> [UInt8] { bytes(1, 4) + bytes(0, 4) + bytes(8, 8) + bytes(value, 8) }

    private static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    }

    /// The command and the payload's length.
    static func header(_ bytes: [UInt8]) throws(RemotePCIError) -> (command: Int, count: Int) {
        let (command, count) = (number(bytes, 0, 4), number(bytes, 8, 8))
        guard count <= longestPayload else { throw .malformed("a message of \(count) bytes") }
        return (Int(command), Int(count))
    }

    init(command: Int, payload: [UInt8]) throws(RemotePCIError) {
        let lengths = [0: 192, 2: 12, 3: 12, 4: 24, 5: 24, 6: 0, 7: 0]
        guard let length = lengths[command], payload.count == length else {
            throw .malformed("a message \(command) with \(payload.count) bytes")
        }
        func number(_ offset: Int, _ count: Int) -> UInt64 { ProxyMessage.number(payload, offset, count) }
        switch command {
        case 0:
            // The used ones come first.
            var regions: [Region] = []
            for index in 0..<8 where number(64 + 8 * index, 8) != 0 {
                regions.append(Region(
                    address: number(8 * index, 8), count: number(64 + 8 * index, 8),
                    fileOffset: number(128 + 8 * index, 8)))
            }
            self = .memory(regions)
        case 2, 3:
            let (offset, count) = (Int(number(0, 4)), Int(number(8, 4)))
            guard [1, 2, 4].contains(count), offset % count == 0, offset < 1 << 16 else {
                throw .malformed("an access of \(count) bytes to configuration space at \(offset)")
            }
            self = command == 3
                ? .configurationRead(offset: offset, count: count)
                : .configurationWrite(offset: offset, value: UInt32(number(4, 4)), count: count)
        case 4, 5:
            let count = Int(number(16, 4))
            guard [1, 2, 4, 8].contains(count) else { throw .malformed("an access of \(count) bytes to a BAR") }
            let access = Access(
                address: number(0, 8), value: number(8, 8), count: count, isMemory: payload[20] != 0)
            self = command == 5 ? .read(access) : .write(access)
        case 6: self = .interruptFiles
        default: self = .reset
        }
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
        (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64($1 * 8) }
    }
}
