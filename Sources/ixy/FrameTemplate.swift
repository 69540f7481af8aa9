import Ixy
import IxyHardware

/// UDP frames that differ in their sequence number and their flow only, with correct checksums.
///
/// The payload starts with a 64-bit big-endian sequence number; the rest of it counts up byte by byte. The flows
/// differ in the source port.
struct FrameTemplate: Sendable {
    /// The fields of the frames.
    struct Fields: Sendable {
        /// Bytes without the frame check sequence.
        var count = 60
        var source = MACAddress(2, 0, 0, 0, 0, 1)
        var target = MACAddress(2, 0, 0, 0, 0, 2)
        /// 4 bytes each for IPv4, 16 bytes each for IPv6.
        var sourceIP: [UInt8] = [10, 0, 0, 1]
        var targetIP: [UInt8] = [10, 0, 0, 2]
        var sourcePort: UInt16 = 1024
        var targetPort: UInt16 = 9
        var flows = 1
    }

    /// Number of bytes, without the frame check sequence.
    let count: Int
    private let bytes: [UInt8]
    private let udpOffset: Int
    private let sourcePort: UInt16
    private let flows: UInt64
    /// The sum of all that the UDP checksum covers, with the source port and the sequence number as zero.
    private let sum: UInt64

    /// The fewest bytes that frames of this kind have.
    static func minimumCount(isIPv6: Bool) -> Int { isIPv6 ? 14 + 40 + 8 + 8 : 60 }

    /// Traps unless the count is at least `minimumCount`, and both addresses are of the same kind.
    init(_ fields: Fields) {
        let isIPv6 = fields.sourceIP.count == 16
        precondition(fields.sourceIP.count == fields.targetIP.count, "the addresses are of different kinds")
        precondition(fields.count >= Self.minimumCount(isIPv6: isIPv6), "the frame is too short")
        let udpOffset = isIPv6 ? 54 : 34
        let udpCount = fields.count - udpOffset
        var frame: [UInt8] = []
        for address in [fields.target, fields.source] { frame += Self.bigEndian(address.value).suffix(6) }
        frame += isIPv6 ? [0x86, 0xDD] : [0x08, 0x00]
        if isIPv6 {
            frame += [0x60, 0, 0, 0] + Self.bigEndian(UInt16(udpCount)) + [17, 64]
            frame += fields.sourceIP + fields.targetIP
        } else {
            // No options, don't fragment, 64 hops, UDP.
            var header: [UInt8] = [0x45, 0] + Self.bigEndian(UInt16(20 + udpCount)) + [0, 0, 0x40, 0, 64, 17, 0, 0]
            header += fields.sourceIP + fields.targetIP
            let checksum = InternetChecksum.finish(InternetChecksum.sum(header.span.rawBytes))
            header.replaceSubrange(10..<12, with: Self.bigEndian(checksum))
            frame += header
        }
        var udp = [0, 0] + Self.bigEndian(fields.targetPort) + Self.bigEndian(UInt16(udpCount)) + [0, 0]
        udp += [UInt8](repeating: 0, count: 8)
        for index in 16..<udpCount { udp.append(UInt8(truncatingIfNeeded: index)) }
        let pseudoHeader = fields.sourceIP + fields.targetIP + [0, 17] + Self.bigEndian(UInt16(udpCount))
        sum = InternetChecksum.sum(pseudoHeader.span.rawBytes) + InternetChecksum.sum(udp.span.rawBytes)
        bytes = frame + udp
        count = fields.count
        self.udpOffset = udpOffset
        sourcePort = fields.sourcePort
        flows = UInt64(max(1, fields.flows))
    }

    /// Writes the frame with number `sequence` to `target`, which is `count` bytes long.
    func write(to target: inout Packet, sequence: UInt64) {
        target.copy(bytes.span.rawBytes)
        let port = sourcePort &+ UInt16(truncatingIfNeeded: sequence % flows)
        target.storeBigEndian(port, at: udpOffset)
        target.storeBigEndian(sequence, at: udpOffset + 8)
        var total = sum &+ UInt64(port)
        total &+= sequence >> 48 &+ sequence >> 32 & 0xFFFF &+ sequence >> 16 & 0xFFFF &+ sequence & 0xFFFF
        let checksum = InternetChecksum.finish(total)
        // A checksum of zero says that there is none (RFC 768), so the other zero of ones' complement is sent.
        target.storeBigEndian(checksum == 0 ? 0xFFFF : checksum, at: udpOffset + 6)
    }

    private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        stride(from: value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
