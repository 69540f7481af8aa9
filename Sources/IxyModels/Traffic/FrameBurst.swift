import IxyHardware

/// The faults of a frame on the wire.
public struct FrameFault: OptionSet, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Its frame check sequence does not match.
    public static let wrongCheck = FrameFault(rawValue: 1 << 0)
    /// It is as short as it was given, where a good sender would have padded it to 60 bytes.
    public static let unpadded = FrameFault(rawValue: 1 << 1)
    /// It is longer than what is stored of it.
    static let cut = FrameFault(rawValue: 1 << 2)
}

/// Frames on their way between a model and its other end, up to 64 at a time. Made once and used again.
///
/// Lengths do not include the frame check sequence.
public struct FrameBurst: ~Copyable, Sendable {
    /// The most frames in a burst.
    public static var limit: Int { FrameStore.limit }

    var store = FrameStore()
    /// So many frames are known to be alike in length and in their first 14 bytes.
    private var alike = 0

    public init() {}

    /// Number of frames.
    public var count: Int { store.count }
    /// Whether there is no room for a further frame, whatever its length.
    public var isFull: Bool { store.isFull }

    /// Whether all frames are known to be alike in length and in their first 14 bytes, which need no second look then.
    var isUniform: Bool { alike == count }

    /// The frames that are there now are alike in length and in their first 14 bytes.
    mutating func setUniform() { alike = count }

    /// Bytes of frame `index`.
    @_lifetime(borrow self)
    public func frame(_ index: Int) -> RawSpan {
        store.frames.frame(index)
    }

    /// Adds a frame as it is on a wire: with zeros up to 60 bytes, if it is shorter. (IEEE 802.3 §4.2.3.3)
    ///
    /// - Returns: whether there was room for it.
    @discardableResult
    public mutating func append(_ frame: borrowing RawSpan, fault: FrameFault = []) -> Bool {
        guard !isFull else { return false }
        var fault = fault
        if frame.byteCount > FrameStore.longest {
            // No 82599 takes it, so its end does not matter.
            fault.insert(.cut)
            _ = store.extend(by: frame.extracting(first: FrameStore.longest))
        } else {
            _ = store.extend(by: frame)
        }
        store.finish(minimum: fault.contains(.unpadded) ? 0 : 60, flags: fault.rawValue)
        return true
    }

    /// Adds a frame as it is on a wire.
    @discardableResult
    public mutating func append(_ frame: [UInt8], fault: FrameFault = []) -> Bool {
        append(frame.span.rawBytes, fault: fault)
    }

    public mutating func removeAll() {
        store.removeAll()
        alike = 0
    }

    /// Frame `index` as an array.
    public func copy(_ index: Int) -> [UInt8] {
        let bytes = frame(index)
        return (0..<bytes.byteCount).map { bytes[$0] }
    }
}

/// Where frames come from that a model receives.
public protocol FrameSource: AnyObject, Sendable {
    /// Appends up to `limit` frames to `burst`, as long as it is not full. None means that there is none now.
    func pull(_ limit: Int, into burst: inout FrameBurst)
    /// No more frames will ever come.
    var isExhausted: Bool { get }
}

/// Where frames go that a model sends.
public protocol FrameSink: AnyObject, Sendable {
    /// Takes all frames of `burst`, in order.
    func accept(_ burst: borrowing FrameBurst)
}
