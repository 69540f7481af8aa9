import Ixy
import IxyHardware

/// Work on a frame that a device may leave to its driver, as a virtual machine's host does if the frame never was on a wire.
struct LeftWork: Sendable {
    /// The driver takes frames whose checksum is not finished.
    let features: VirtIO.Features
    /// TCP segments with more data are not cut into frames of so much data.
    let segmentSize: Int?

    /// Nil if nothing is left.
    init?(_ features: VirtIO.Features, _ options: ModelVirtIO.Options) {
        guard options.leavesWork, features.contains(.guestChecksum) else { return nil }
        self.features = features
        segmentSize = options.segmentSize
    }

    /// A frame whose checksum is taken back to the sum of its pseudo header, and its header of 10 bytes; nil if the frame has
    /// no checksum that could be left. (VirtIO 1.2 §5.1.6.4)
    func leave(_ frame: borrowing RawSpan) -> (header: [UInt8], frame: [UInt8])? {
        let count = frame.byteCount
        guard count >= 14 + 20 + 20 else { return nil }
        let isIPv6 = frame.bigEndian(UInt16.self, at: 12) == 0x86DD
        guard isIPv6 || frame.bigEndian(UInt16.self, at: 12) == 0x0800 else { return nil }
        let kind = isIPv6 ? frame[20] : frame[23]
        // A header of IPv4 has at least five words. (RFC 791 §3.1)
        guard frame[14] >> 4 == (isIPv6 ? 6 : 4), isIPv6 || frame[14] & 15 >= 5 else { return nil }
        let start = isIPv6 ? 54 : 14 + Int(frame[14] & 15) * 4
        // As long as the network header says, without what pads a short frame.
        let end = 14 + (isIPv6 ? 40 + Int(frame.bigEndian(UInt16.self, at: 18)) : Int(frame.bigEndian(UInt16.self, at: 16)))
        guard kind == 6 || kind == 17, end <= count, start + (kind == 6 ? 20 : 8) <= end else { return nil }
        let offset = kind == 6 ? 16 : 6
        var bytes = (0..<end).map { frame[$0] }
        guard bytes.number(UInt16.self, at: start + offset) != 0 else { return nil }
        let addresses = isIPv6 ? bytes[22..<54] : bytes[26..<34]
        bytes.put(UInt16(Checksum.sum(addresses, UInt32(kind) + UInt32(end - start))), at: start + offset)
        var header: [UInt8] = [NetHeader.needsChecksum, 0, 0, 0, 0, 0, UInt8(start), 0, UInt8(offset), 0]
        let data = kind == 6 ? start + Int(bytes[start + 12] >> 4) * 4 : end
        if let segmentSize, kind == 6, end - data > segmentSize, features.contains(isIPv6 ? .guestTSO6 : .guestTSO4) {
            header[1] = isIPv6 ? 4 : 1
            header[2] = UInt8(data)
            header[4] = UInt8(truncatingIfNeeded: segmentSize)
            header[5] = UInt8(truncatingIfNeeded: segmentSize >> 8)
        }
        return (header, bytes)
    }
}
