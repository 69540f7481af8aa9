import Ixy
import IxyHardware

/// Turns a frame into its answer, in place. It knows nothing of devices.
struct EchoResponder: Sendable {
    /// The address that answers come from.
    let own: MACAddress
    /// The IPv4 address that ARP requests and pings are answered for.
    let ip: [UInt8]?
    /// The IPv6 address that neighbour solicitations and pings are answered for.
    let ip6: [UInt8]?

    /// Makes `frame` its own answer.
    ///
    /// Requests to the addresses given are answered. Other frames are sent back with their MAC addresses swapped;
    /// but when there are addresses, only those that were sent to this device alone: others are not for us.
    /// - Returns: whether there is an answer; if not, the frame is as it was.
    func answer(_ frame: inout some PacketContents & ~Copyable & ~Escapable) -> Bool {
        guard frame.count >= 14 else { return false }
        switch frame.bigEndian(UInt16.self, at: 12) {
        case 0x0806: if answerARP(&frame) { return true }
        case 0x0800: if answerPing(&frame) { return true }
        case 0x86DD: if answerIPv6(&frame) { return true }
        default: break
        }
        let isMeant = ip == nil && ip6 == nil || Self.address(frame, at: 0) == own
        if isMeant { swapAddresses(&frame) }
        return isMeant
    }

    /// Back to the sender; from us, if it was sent to a group, which cannot be a source.
    private func swapAddresses(_ frame: inout some PacketContents & ~Copyable & ~Escapable) {
        let target = Self.address(frame, at: 0)
        Self.store(Self.address(frame, at: 6), to: &frame, at: 0)
        Self.store(target.isMulticast ? own : target, to: &frame, at: 6)
    }

    /// Whether it is a frame of somebody else's that this device takes: for itself, or for a group.
    private func isForUs(_ frame: borrowing some PacketContents & ~Copyable & ~Escapable) -> Bool {
        let (target, source) = (Self.address(frame, at: 0), Self.address(frame, at: 6))
        return (target == own || target.isMulticast) && source != own && !source.isMulticast
    }

    // MARK: IPv4

    /// A request for our address (RFC 826) becomes the reply. One that comes from that very address is an announcement.
    private func answerARP(_ frame: inout some PacketContents & ~Copyable & ~Escapable) -> Bool {
        // Ethernet, IPv4, lengths 6 and 4, a request.
        guard let ip, frame.count >= 42, isForUs(frame), frame.bigEndian(UInt64.self, at: 14) >> 16 == 0x0001_0800_0604,
            frame.bigEndian(UInt16.self, at: 20) == 1, Self.holds(frame, ip, at: 38), !Self.holds(frame, ip, at: 28)
        else { return false }
        let sender = Self.address(frame, at: 22)
        frame.storeBigEndian(UInt16(2), at: 20)
        Self.store(sender, to: &frame, at: 32)
        Self.swap(&frame, 28, 38, count: 4)
        Self.store(own, to: &frame, at: 22)
        Self.store(Self.address(frame, at: 6), to: &frame, at: 0)
        Self.store(own, to: &frame, at: 6)
        return true
    }

    /// An echo request to our address (RFC 792) becomes the reply.
    private func answerPing(_ frame: inout some PacketContents & ~Copyable & ~Escapable) -> Bool {
        guard let ip, frame.count >= 14 + 20 + 8, isForUs(frame), frame[14] >> 4 == 4 else { return false }
        let header = Int(frame[14] & 0x0F) * 4
        let total = Int(frame.bigEndian(UInt16.self, at: 16))
        // Whole, not a fragment (neither "more" nor an offset), ICMP, for us, an echo request.
        guard header >= 20, total >= header + 8, frame.count >= 14 + total,
            frame.bigEndian(UInt16.self, at: 20) & 0x3FFF == 0, frame[23] == 1, Self.holds(frame, ip, at: 30),
            frame[14 + header] == 8, frame[14 + header + 1] == 0,
            Self.checksum(frame, 14..<14 + header) == 0, Self.checksum(frame, 14 + header..<14 + total) == 0
        else { return false }
        // The sum does not change when addresses swap places, but the hop limit starts anew.
        Self.swap(&frame, 26, 30, count: 4)
        frame[22] = 64
        frame.storeBigEndian(UInt16(0), at: 24)
        frame.storeBigEndian(Self.checksum(frame, 14..<14 + header), at: 24)
        frame[14 + header] = 0
        frame.storeBigEndian(UInt16(0), at: 14 + header + 2)
        frame.storeBigEndian(Self.checksum(frame, 14 + header..<14 + total), at: 14 + header + 2)
        Self.store(Self.address(frame, at: 6), to: &frame, at: 0)
        Self.store(own, to: &frame, at: 6)
        return true
    }

    // MARK: IPv6

    private func answerIPv6(_ frame: inout some PacketContents & ~Copyable & ~Escapable) -> Bool {
        guard let ip6, frame.count >= 14 + 40 + 8, isForUs(frame), frame[14] >> 4 == 6, frame[20] == 58 else {
            return false
        }
        let count = Int(frame.bigEndian(UInt16.self, at: 18))
        guard count >= 8, frame.count >= 54 + count, Self.checksumICMPv6(frame, count) == 0 else { return false }
        let isAnswered =
            switch frame[54] {
            case 128: answerPing6(&frame, ip6, count)
            case 135: answerSolicitation(&frame, ip6, count)
            default: false
            }
        guard isAnswered else { return false }
        frame.storeBigEndian(UInt16(0), at: 56)
        frame.storeBigEndian(Self.checksumICMPv6(frame, count), at: 56)
        Self.store(Self.address(frame, at: 6), to: &frame, at: 0)
        Self.store(own, to: &frame, at: 6)
        return true
    }

    /// RFC 4443 §4.
    private func answerPing6(_ frame: inout some PacketContents & ~Copyable & ~Escapable, _ ip6: [UInt8], _ count: Int) -> Bool {
        guard frame[55] == 0, Self.holds(frame, ip6, at: 38) else { return false }
        Self.swap(&frame, 22, 38, count: 16)
        frame[21] = 64
        frame[54] = 129
        return true
    }

    /// RFC 4861 §7.2. Duplicate address detection, whose source is `::`, is not answered; nor is a solicitation
    /// without the sender's link-layer address, since the answer has the same length.
    private func answerSolicitation(_ frame: inout some PacketContents & ~Copyable & ~Escapable, _ ip6: [UInt8], _ count: Int) -> Bool {
        guard frame[55] == 0, count == 32, frame[21] == 255, Self.holds(frame, ip6, at: 62), frame[78] == 1,
            frame[79] == 1, !Self.holds(frame, [UInt8](repeating: 0, count: 16), at: 22)
        else { return false }
        for index in 0..<16 {
            frame[38 + index] = frame[22 + index]
            frame[22 + index] = ip6[index]
        }
        frame[54] = 136
        // Solicited, and overrides what the other one knew; our address as the target's link-layer address.
        frame.storeBigEndian(UInt32(0x6000_0000), at: 58)
        frame[78] = 2
        Self.store(own, to: &frame, at: 80)
        return true
    }

    private static func checksumICMPv6(_ frame: borrowing some PacketContents & ~Copyable & ~Escapable, _ count: Int) -> UInt16 {
        let addresses = InternetChecksum.sum(frame.bytes.extracting(22..<54))
        let message = InternetChecksum.sum(frame.bytes.extracting(54..<54 + count))
        return InternetChecksum.finish(addresses + UInt64(count) + 58 + message)
    }
}

/// Access to the fields of a frame.
extension EchoResponder {
    private static func checksum(_ frame: borrowing some PacketContents & ~Copyable & ~Escapable, _ range: Range<Int>) -> UInt16 {
        InternetChecksum.finish(InternetChecksum.sum(frame.bytes.extracting(range)))
    }

    private static func address(_ frame: borrowing some PacketContents & ~Copyable & ~Escapable, at offset: Int) -> MACAddress {
        MACAddress(
            frame[offset], frame[offset + 1], frame[offset + 2], frame[offset + 3], frame[offset + 4],
            frame[offset + 5])
    }

    private static func store(_ address: MACAddress, to frame: inout some PacketContents & ~Copyable & ~Escapable, at offset: Int) {
        frame.storeBigEndian(UInt16(truncatingIfNeeded: address.value >> 32), at: offset)
        frame.storeBigEndian(UInt32(truncatingIfNeeded: address.value), at: offset + 2)
    }

    private static func holds(_ frame: borrowing some PacketContents & ~Copyable & ~Escapable, _ bytes: [UInt8], at offset: Int) -> Bool {
        for index in bytes.indices where frame[offset + index] != bytes[index] { return false }
        return true
    }

    private static func swap(_ frame: inout some PacketContents & ~Copyable & ~Escapable, _ left: Int, _ right: Int, count: Int) {
        for index in 0..<count {
            let byte = frame[left + index]
            frame[left + index] = frame[right + index]
            frame[right + index] = byte
        }
    }
}
