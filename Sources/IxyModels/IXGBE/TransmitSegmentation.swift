/// How TCP's flags are passed on to the first segment, those in the middle and the last. (82599 §8.2.3.9.3, §8.2.3.9.4)
struct SegmentFlags {
    var first: UInt16 = 0xFF6
    var middle: UInt16 = 0xFF6
    var last: UInt16 = 0xF7F

    /// The flags that segment `number` of `count` may have. A single one has all of them.
    func mask(_ number: Int, of count: Int) -> UInt8 {
        guard count > 1 else { return .max }
        let mask = number == 0 ? first : number == count - 1 ? last : middle
        return UInt8(truncatingIfNeeded: mask)
    }
}

/// A buffer that is larger than a frame, and how it is cut. (82599 §7.2.4)
///
/// The hardware believes the lengths of the context, and adds to the checksums that the driver has prepared: a driver
/// that has prepared them wrongly sends frames that nobody takes.
struct TransmitSegmentation {
    private let bytes: [UInt8]
    private let context: TransmitContext
    private let insertsNetworkChecksum: Bool
    private let flags: SegmentFlags
    /// How many frames it becomes: one, if there are no data.
    let count: Int

    /// - Parameter bytes: headers and data, at least as long as the context says.
    init(_ bytes: [UInt8], _ context: TransmitContext, insertsNetworkChecksum: Bool, _ flags: SegmentFlags) {
        self.bytes = bytes
        self.context = context
        self.insertsNetworkChecksum = insertsNetworkChecksum
        self.flags = flags
        count = max(1, (bytes.count - context.headerLength + context.segmentSize - 1) / context.segmentSize)
    }

    /// Frame `number`, made when it is sent: a driver may ask for one for each of 2^18 bytes.
    func segment(_ number: Int) -> [UInt8] {
        let header = context.headerLength
        let start = header + number * context.segmentSize
        var segment = Array(bytes[..<header] + bytes[start..<min(start + context.segmentSize, bytes.count)])
        fixNetwork(&segment, number)
        fixTransport(&segment, number)
        return segment
    }

    /// Length and identification, and their checksum. (82599 §7.2.4.7)
    private func fixNetwork(_ segment: inout [UInt8], _ number: Int) {
        let network = context.linkLength
        guard context.isIPv4 else {
            segment.put(UInt16(truncatingIfNeeded: segment.count - network - 40), at: network + 4)
            return
        }
        segment.put(UInt16(truncatingIfNeeded: segment.count - network), at: network + 2)
        let identification = bytes.number(UInt16.self, at: network + 4) &+ UInt16(truncatingIfNeeded: number)
        segment.put(identification, at: network + 4)
        if insertsNetworkChecksum { segment.insertNetworkChecksum(network..<context.transportStart) }
    }

    /// Sequence number and flags, or the length, and the checksum, whose pseudo header lacks the length.
    private func fixTransport(_ segment: inout [UInt8], _ number: Int) {
        let start = context.transportStart
        let length = segment.count - start
        if context.transport == .tcp {
            let offset = UInt32(truncatingIfNeeded: number * context.segmentSize)
            segment.put(bytes.number(UInt32.self, at: start + 4) &+ offset, at: start + 4)
            segment[start + 13] &= flags.mask(number, of: count)
        } else {
            segment.put(UInt16(truncatingIfNeeded: length), at: start + 4)
        }
        segment.insertTransportChecksum(context.transport, from: start, adding: length)
    }
}
