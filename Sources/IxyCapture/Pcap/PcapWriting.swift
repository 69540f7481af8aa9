internal import IxyHardware

extension CaptureWriter {
    /// Appends the file header, draft-ietf-opsawg-pcap §4. Never fails: the buffer is empty and larger.
    mutating func appendPcapHeader(_ precision: PcapPrecision) {
        sink.append(precision.magic)
        sink.append(PcapLayout.majorVersion)
        sink.append(PcapLayout.minorVersion)
        // Two reserved words, once a time zone and an accuracy.
        sink.appendZeros(8)
        let limit = interfaces[0].snapshotLength
        // "No limit" is a pcapng notion; here 0 would make some readers cut all frames to nothing.
        sink.append(limit == 0 ? UInt32(CaptureLimits.frameLength) : limit)
        sink.append(UInt32(interfaces[0].linkType.rawValue))
    }

    /// Appends a record, draft-ietf-opsawg-pcap §5.
    mutating func appendPcapRecord(
        _ bytes: borrowing RawSpan, stamp: UInt64, original: UInt32, _ precision: PcapPrecision
    ) throws(CaptureError) {
        let (seconds, nanoseconds) = stamp.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard let seconds = UInt32(exactly: seconds) else {
            throw .invalid(
                what: "the pcap format cannot hold a stamp \(seconds) seconds after 1970", remedy: "use pcapng")
        }
        try sink.reserve(PcapLayout.recordHeader + bytes.byteCount)
        sink.append(seconds)
        sink.append(UInt32(nanoseconds / precision.nanoseconds))
        sink.append(UInt32(bytes.byteCount))
        sink.append(original)
        sink.append(bytes)
        sink.endPiece()
    }
}
