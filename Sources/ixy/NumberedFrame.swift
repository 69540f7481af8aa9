import IxyHardware

/// The numbers in a frame of `FrameTemplate`.
struct NumberedFrame: Equatable, Sendable {
    let sequence: UInt64
    /// The source port, in which the flows differ.
    let flow: UInt16
    /// Its checksum is right.
    let isIntact: Bool

    /// Reads `frame`; nil if it is no UDP datagram with room for a number.
    init?(_ frame: borrowing RawSpan) {
        let count = frame.byteCount
        guard count >= 14 else { return nil }
        let udp: Int, addresses: Range<Int>
        switch frame.bigEndian(UInt16.self, at: 12) {
        case 0x0800:
            // No options, no fragment, UDP: as the template makes them.
            guard count >= 34, frame[14] == 0x45, frame.bigEndian(UInt16.self, at: 20) & 0x3FFF == 0, frame[23] == 17 else {
                return nil
            }
            (udp, addresses) = (34, 26..<34)
        case 0x86DD:
            guard count >= 54, frame[14] >> 4 == 6, frame[20] == 17 else { return nil }
            (udp, addresses) = (54, 22..<54)
        default: return nil
        }
        guard count - udp >= 16 else { return nil }
        // The frame may be padded behind the datagram.
        let length = Int(frame.bigEndian(UInt16.self, at: udp + 4))
        guard (16...count - udp).contains(length) else { return nil }
        sequence = frame.bigEndian(UInt64.self, at: udp + 8)
        flow = frame.bigEndian(UInt16.self, at: udp)
        let sum = InternetChecksum.sum(frame.extracting(addresses)) &+ 17 &+ UInt64(length)
            &+ InternetChecksum.sum(frame.extracting(udp..<udp + length))
        isIntact = InternetChecksum.finish(sum) == 0
    }
}
