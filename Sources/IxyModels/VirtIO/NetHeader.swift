import Ixy
import IxyHardware

/// The header before each frame. (VirtIO 1.2 §5.1.6)
struct NetHeader {
    var flags: UInt8 = 0
    var segmentation: UInt8 = 0
    var headerLength: UInt16 = 0
    var segmentSize: UInt16 = 0
    var checksumStart: UInt16 = 0
    var checksumOffset: UInt16 = 0
    /// Zero where the header is the short one, which ends before it.
    var bufferCount: UInt16 = 0

    static let needsChecksum: UInt8 = 1
    /// The bit for explicit congestion notification in `segmentation`.
    static let congestion: UInt8 = 0x80

    /// Bytes that the header has with these features: legacy devices know no number of buffers unless they merge.
    static func size(_ features: VirtIO.Features) -> Int {
        features.isDisjoint(with: [.version1, .mergeableBuffers]) ? 10 : 12
    }

    /// From 10 or 12 bytes.
    init(_ bytes: borrowing RawSpan) {
        flags = bytes[0]
        segmentation = bytes[1]
        headerLength = bytes.littleEndian(UInt16.self, at: 2)
        segmentSize = bytes.littleEndian(UInt16.self, at: 4)
        checksumStart = bytes.littleEndian(UInt16.self, at: 6)
        checksumOffset = bytes.littleEndian(UInt16.self, at: 8)
        if bytes.byteCount >= 12 { bufferCount = bytes.littleEndian(UInt16.self, at: 10) }
    }

    /// The header of a received frame without offloads.
    static func received(buffers: Int) -> [UInt8] {
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, UInt8(truncatingIfNeeded: buffers), UInt8(truncatingIfNeeded: buffers >> 8)]
    }
}

/// The rules for the frames that the driver sends, under the negotiated features.
struct TransmitRules {
    let headerSize: Int
    /// The header has to have a descriptor of its own. (VirtIO 1.2 §5.1.6.6)
    let splitsHeader: Bool
    /// Bytes of the longest frame.
    let longest: Int
    let features: VirtIO.Features

    /// Whether frames of a line behind a long header need no further look.
    var allowsRuns: Bool { headerSize == PlainReception.header && !splitsHeader && longest >= FrameStore.lineSize }

    init(_ features: VirtIO.Features, mtu: Int) {
        headerSize = NetHeader.size(features)
        splitsHeader = features.isDisjoint(with: [.version1, .anyLayout])
        // With an Ethernet header and a VLAN tag.
        longest = features.contains(.mtu) ? mtu + 18 : .max
        self.features = features
    }

    /// Records what is wrong with the header of a frame of `count` bytes. True if its offloads can be done.
    func check(_ header: NetHeader, count: Int, queue: Int, _ memory: inout DeviceMemory) -> Bool {
        let section = "5.1.6.2.1"
        func note(_ text: String, _ memory: inout DeviceMemory) { memory.violate("queue \(queue): \(text)", section) }
        if header.bufferCount != 0 { note("num_buffers of a frame to send is \(header.bufferCount)", &memory) }
        if header.flags & ~NetHeader.needsChecksum != 0 {
            note("flags of a frame to send are \(hex(Int(header.flags)))", &memory)
        }
        let kind = header.segmentation & ~NetHeader.congestion
        let needsChecksum = header.flags & NetHeader.needsChecksum != 0
        guard needsChecksum else {
            if header.segmentation != 0 { note("segmentation without a checksum to finish", &memory) }
            return header.segmentation == 0
        }
        guard features.contains(.checksum) else {
            note("a checksum to finish, which was not negotiated", &memory)
            return false
        }
        guard Int(header.checksumStart) + Int(header.checksumOffset) + 2 <= count else {
            note("the checksum to finish lies beyond the frame's \(count) bytes", &memory)
            return false
        }
        guard kind == 0 || kind == 1 && features.contains(.hostTSO4) || kind == 4 && features.contains(.hostTSO6) else {
            note("segmentation of type \(kind), which was not negotiated", &memory)
            return false
        }
        guard kind != 0 || header.segmentation == 0 else {
            note("explicit congestion notification without segmentation", &memory)
            return false
        }
        if header.segmentation & NetHeader.congestion != 0 {
            note("explicit congestion notification, which was not negotiated", &memory)
        }
        guard kind == 0 || header.segmentSize > 0 else {
            note("segments of no bytes", &memory)
            return false
        }
        return true
    }
}
