import IxyHardware

/// The changes to a frame on its way to the wire: checksums, a tag, or segmentation. (82599 §7.2.4, §7.2.5, §7.4.5)
struct TransmitOffload {
    let command: TransmitCommand
    /// The context to which it refers; nil if it refers to none.
    let context: TransmitContext?

    /// Hands `send` the frames that a buffer becomes, one after the other. Returns what is wrong with the request, if anything.
    func makeFrames(
        of bytes: [UInt8], _ flags: SegmentFlags, tagType: UInt16, send: ([UInt8]) -> Void
    ) -> Refusal? {
        if let refusal = refusal(bytes.count) { return refusal }
        func finish(_ frame: [UInt8]) {
            var frame = frame
            if let tag { frame.insertTag(tag, type: tagType) }
            send(frame)
        }
        if command.segments, let context {
            let segmentation = TransmitSegmentation(
                bytes, context, insertsNetworkChecksum: command.insertsNetworkChecksum, flags)
            for number in 0..<segmentation.count { finish(segmentation.segment(number)) }
        } else {
            var frame = bytes
            if command.isAdvanced { insertChecksums(&frame) } else { insertLegacyChecksum(&frame) }
            finish(frame)
        }
        return nil
    }

    struct Refusal: Error {
        let violation: Violation
        init(_ text: String, _ section: String) { violation = Violation(text: text, section: section) }
    }

    /// The tag to insert, if there is one. In a legacy descriptor it stands itself.
    private var tag: UInt16? {
        guard command.insertsTag else { return nil }
        return command.isAdvanced ? context?.tag : UInt16(truncatingIfNeeded: command.word >> 48)
    }

    /// The first thing that is wrong with the request for a frame of `count` bytes.
    private func refusal(_ count: Int) -> Refusal? {
        guard command.addsCheck else { return Refusal("IFCS is clear in a frame with offloads", "7.2.3.2.4") }
        guard command.isAdvanced else { return nil }
        guard let context else {
            return Refusal("IDX names a context that the driver has not described", "7.2.3.2.4")
        }
        if command.segments { return segmentationRefusal(context, count) }
        // The first descriptor has the length of the whole frame.
        guard command.payload == count else {
            return Refusal("PAYLEN is \(command.payload), the frame has \(count) bytes", "7.2.3.2.4")
        }
        guard command.insertsNetworkChecksum || command.insertsTransportChecksum else { return nil }
        if let refusal = lengthRefusal(context, count) { return refusal }
        if command.insertsNetworkChecksum, !context.isIPv4 {
            return Refusal("IXSM set for IPv6, which has no header checksum", "7.2.3.2.4")
        }
        guard command.insertsTransportChecksum else { return nil }
        if context.transport == .reserved { return Refusal("TXSM with a reserved L4T", "7.2.3.2.3") }
        guard context.transportStart + context.transport.shortestHeader <= count else {
            return Refusal("TXSM of a frame that ends before its transport header does", "7.2.3.2.4")
        }
        return nil
    }

    private func segmentationRefusal(_ context: TransmitContext, _ count: Int) -> Refusal? {
        if let refusal = lengthRefusal(context, count) { return refusal }
        guard context.transport == .tcp || context.transport == .udp else {
            return Refusal("TSE for a transport that is neither TCP nor UDP", "7.2.4")
        }
        guard command.insertsTransportChecksum else { return Refusal("TSE without TXSM", "7.2.3.2.4") }
        guard !context.isIPv4 || command.insertsNetworkChecksum else {
            return Refusal("TSE of IPv4 without IXSM", "7.2.3.2.4")
        }
        guard context.isIPv4 || !command.insertsNetworkChecksum else {
            return Refusal("IXSM set for IPv6, which has no header checksum", "7.2.3.2.4")
        }
        guard context.transportLength >= context.transport.shortestHeader else {
            return Refusal("L4LEN of \(context.transportLength) bytes", "7.2.3.2.3")
        }
        guard context.segmentSize > 0 else { return Refusal("TSE with an MSS of 0", "7.2.3.2.3") }
        guard context.headerLength + context.segmentSize <= FrameStore.longest else {
            return Refusal("segments of more than \(FrameStore.longest) bytes", "1.3")
        }
        // In segmentation it is the length of the data without the headers.
        guard context.headerLength + command.payload == count else {
            return Refusal(
                "PAYLEN is \(command.payload), behind the headers are \(count - context.headerLength) bytes", "7.2.3.2.4")
        }
        return nil
    }

    private func lengthRefusal(_ context: TransmitContext, _ count: Int) -> Refusal? {
        guard context.linkLength >= 14 else { return Refusal("MACLEN of \(context.linkLength) bytes", "7.2.3.2.3") }
        // For a transport's checksum alone nobody has to say which version of IP it is; Linux's driver does not.
        let isIPv6 = !context.isIPv4 && command.segments
        guard context.networkLength >= (isIPv6 ? 40 : 20) else {
            return Refusal("IPLEN of \(context.networkLength) bytes", "7.2.3.2.3")
        }
        guard context.transportStart <= count else {
            return Refusal("MACLEN and IPLEN reach beyond the frame's \(count) bytes", "7.2.3.2.3")
        }
        return nil
    }

    private func insertChecksums(_ frame: inout [UInt8]) {
        guard let context else { return }
        if command.insertsNetworkChecksum {
            frame.insertNetworkChecksum(context.linkLength..<context.transportStart)
        }
        guard command.insertsTransportChecksum else { return }
        frame.insertTransportChecksum(context.transport, from: context.transportStart)
    }

    /// From the byte CSS on, to be stored at CSO; none if either is out of range. (82599 §7.2.3.2.2)
    private func insertLegacyChecksum(_ frame: inout [UInt8]) {
        guard command.insertsLegacyChecksum else { return }
        let (start, place) = (Int(command.word >> 40 & 0xFF), Int(command.word >> 16 & 0xFF))
        guard start <= frame.count, place + 2 <= frame.count else { return }
        frame.put(~UInt16(truncatingIfNeeded: Checksum.sum(frame[start...])), at: place)
    }
}

extension [UInt8] {
    /// Stores the checksum of an IPv4 header. The sum includes the number that the driver left in its place, by which
    /// Linux takes tunnel headers out of the sum.
    mutating func insertNetworkChecksum(_ header: Range<Int>) {
        put(~UInt16(truncatingIfNeeded: Checksum.sum(self[header])), at: header.lowerBound + 10)
    }

    /// Stores the checksum of a transport header and its data. The driver has put the sum of the pseudo header in its
    /// place. (82599 §7.2.5.2)
    ///
    /// - Parameter length: what is to be added to that sum.
    mutating func insertTransportChecksum(_ transport: TransmitContext.Transport, from start: Int, adding length: Int = 0) {
        let place = start + transport.checksumOffset
        guard transport != .sctp else {
            put(UInt32(0), at: place)
            put(Castagnoli.check(self[start...]).byteSwapped, at: place)
            return
        }
        let sum = ~UInt16(truncatingIfNeeded: Checksum.sum(self[start...], UInt32(length)))
        // A checksum of 0 means none in UDP. (RFC 768)
        put(transport == .udp && sum == 0 ? .max : sum, at: place)
    }

    /// Puts a tag behind the addresses.
    mutating func insertTag(_ tag: UInt16, type: UInt16) {
        guard count >= 12 else { return }
        insert(
            contentsOf: [UInt8(type >> 8), UInt8(type & 255), UInt8(tag >> 8), UInt8(tag & 255)], at: startIndex + 12)
    }
}

/// The check of SCTP: CRC-32 with Castagnoli's polynomial. (RFC 9260 §6.8)
enum Castagnoli {
    static func check(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var remainder: UInt32 = .max
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0x82F6_3B78 : remainder >> 1 }
        }
        return ~remainder
    }
}
