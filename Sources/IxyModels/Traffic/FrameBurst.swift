import IxyHardware

/// Frames on their way between a model and its other end, up to 64 at a time. Made once and used again.
///
/// Lengths do not include the frame check sequence.
public struct FrameBurst: ~Copyable, Sendable {
    /// The most frames in a burst.
    public static let limit = 64

    var bytes: [UInt8] = []
    var ends: [Int] = []

    public init() {
        bytes.reserveCapacity(FrameBurst.limit * 1600)
        ends.reserveCapacity(FrameBurst.limit)
    }

    /// Number of frames.
    public var count: Int { ends.count }
    public var isFull: Bool { ends.count >= FrameBurst.limit }

    /// Bytes of frame `index`, as a range of `storage`.
    public func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

    /// All frames, one behind the other.
    public var storage: RawSpan {
        @_lifetime(borrow self)
        get { bytes.span.rawBytes }
    }

    /// Adds a frame as it is on a wire: with zeros up to 60 bytes, if it is shorter. (IEEE 802.3 §4.2.3.3)
    public mutating func append(_ frame: some Sequence<UInt8>) {
        bytes.append(contentsOf: frame)
        endFrame(minimum: 60)
    }

    /// Adds `template` with `number` in place of the eight bytes from `offset` on, most significant first.
    mutating func append(_ template: [UInt8], number: UInt64, at offset: Int) {
        let start = bytes.count
        bytes.append(contentsOf: template)
        ends.append(bytes.count)
        var span = bytes.mutableSpan
        var raw = span.mutableRawBytes
        raw.storeBigEndian(number, at: start + offset)
    }

    /// Adds a frame as it is on a wire.
    public mutating func append(_ frame: borrowing RawSpan) {
        for index in 0..<frame.byteCount { bytes.append(frame[index]) }
        endFrame(minimum: 60)
    }

    /// Bytes behind the last frame's end.
    var unfinished: Int { bytes.count - (ends.last ?? 0) }

    /// Ends a frame whose bytes were appended to `bytes`, with zeros up to `minimum` bytes.
    mutating func endFrame(minimum: Int) {
        let start = ends.last ?? 0
        while bytes.count - start < minimum { bytes.append(0) }
        ends.append(bytes.count)
    }

    /// Writes a part of `storage` to memory. False for a DMA fault.
    func copy(_ range: Range<Int>, to address: UInt64, through port: inout DMAPort) -> Bool {
        port.copyIn(bytes.span.rawBytes.extracting(range), to: address)
    }

    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// Frame `index` as an array.
    public func copy(_ index: Int) -> [UInt8] { Array(bytes[range(index)]) }
}

/// Where frames come from that a model receives.
public protocol FrameSource: AnyObject, Sendable {
    /// Appends up to `limit` frames to `burst`. None means that there is none now.
    func pull(_ limit: Int, into burst: inout FrameBurst)
    /// No more frames will ever come.
    var isExhausted: Bool { get }
}

/// Where frames go that a model sends.
public protocol FrameSink: AnyObject, Sendable {
    /// Takes all frames of `burst`, in order.
    func accept(_ burst: borrowing FrameBurst)
}
