/// Bits of a descriptor's flags. (VirtIO 1.2 §2.7.5, §2.8.13)
enum DescriptorFlags {
    static let next: UInt16 = 1
    /// The device writes.
    static let write: UInt16 = 2
    static let indirect: UInt16 = 4
    /// Packed rings only.
    static let available: UInt16 = 1 << 7
    static let used: UInt16 = 1 << 15
}

/// A stretch of memory in a buffer.
struct Segment: Equatable {
    var address: UInt64 = 0
    var count = 0
}

/// A buffer that the driver has made available: memory that the device reads, followed by memory that it writes.
///
/// A value without references, as nearly all buffers have one or two segments. The queue keeps the segments behind the
/// second one.
struct DeviceChain {
    /// The number by which the driver knows it: the head's in a split queue, the buffer id in a packed one.
    var id: UInt16
    /// Descriptors of the ring that it takes.
    var slots = 1
    /// Segments, and how many of them the device reads.
    private(set) var count = 0
    private(set) var readableCount = 0
    /// Bytes to read and to write.
    private(set) var readable = 0
    private(set) var writable = 0
    private(set) var first = Segment()
    private(set) var second = Segment()

    init(id: UInt16) {
        self.id = id
    }

    /// A buffer of one segment.
    @inline(__always)
    init(id: UInt16, address: UInt64, count bytes: Int, isWritable: Bool) {
        self.id = id
        count = 1
        first = Segment(address: address, count: bytes)
        if isWritable {
            writable = bytes
        } else {
            readableCount = 1
            readable = bytes
        }
    }

    /// Adds a segment; from the third one on to `rest`. False if the device would read after it has begun to write.
    mutating func append(_ segment: Segment, isWritable: Bool, rest: inout [Segment]) -> Bool {
        switch count {
        case 0: first = segment
        case 1: second = segment
        default: rest.append(segment)
        }
        count += 1
        if isWritable {
            writable += segment.count
            return true
        }
        readable += segment.count
        readableCount += 1
        return readableCount == count
    }
}
