/// The layout of a classic file: a header, then records, each with a header of its own.
enum PcapLayout {
    /// Bytes of the file header: magic, version (2 × 16 bits), two reserved words, snapshot length, link type.
    /// draft-ietf-opsawg-pcap §4.
    static let fileHeader = 24
    /// Bytes of a record's header: seconds, fraction, captured length, original length. §5.
    static let recordHeader = 16
    static let majorVersion: UInt16 = 2
    static let minorVersion: UInt16 = 4
}

extension CaptureReader {
    /// Reads the file header, draft-ietf-opsawg-pcap §4.
    mutating func readPcapHeader(_ precision: PcapPrecision, _ order: ByteOrder) throws(CaptureError) {
        try require(PcapLayout.fileHeader, of: "file header", at: 0)
        source.order = order
        let (major, minor) = (source.uint16(4), source.uint16(6))
        guard major == PcapLayout.majorVersion, minor == PcapLayout.minorVersion else {
            throw corrupt("version \(major).\(minor) instead of 2.4", at: 4)
        }
        // The upper half of the last word tells of check sequences; only the lower half is the link type.
        let linkType = LinkType(rawValue: UInt16(truncatingIfNeeded: source.uint32(20)))
        interfaces = [
            CaptureInterface(name: "", linkType: linkType, snapshotLength: source.uint32(16), clock: .nanoseconds)
        ]
        format = .pcap(precision)
        source.consume(PcapLayout.fileHeader)
    }

    /// Reads one record, draft-ietf-opsawg-pcap §5; nil where the file ends between two.
    mutating func nextPcapRecord(_ precision: PcapPrecision) throws(CaptureError) -> Found? {
        guard try source.fill(1) > 0 else { return nil }
        let start = source.offset
        try require(PcapLayout.recordHeader, of: "record", at: start)
        let captured = source.uint32(8)
        guard captured <= CaptureLimits.frameLength else {
            throw corrupt("a frame of \(captured) bytes, more than \(CaptureLimits.frameLength)", at: start + 8)
        }
        // Some writers put a whole second or more into the fraction. The sum cannot overflow: both words are 32 bits,
        // so it stays below 2^32 × (10^9 + 1000).
        let stamp = UInt64(source.uint32(0)) * 1_000_000_000 + UInt64(source.uint32(4)) * precision.nanoseconds
        let record = CaptureRecord(
            stamp: stamp, originalLength: Int(source.uint32(12)), capturedLength: Int(captured), interface: 0)
        let length = PcapLayout.recordHeader + Int(captured)
        try require(length, of: "record", at: start)
        let place = source.place(PcapLayout.recordHeader)
        source.consume(length)
        return Found(record: record, place: place)
    }
}
