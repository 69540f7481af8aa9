/// What the sender of a packet has left to whoever takes it off the last memory and puts it on a wire: a checksum to
/// finish, and a TCP segment to cut into frames.
///
/// It lies beside the packet, in memory that no device reaches, and only pools of devices that were asked for it have room
/// for it.
@frozen
public struct PacketOffload: Sendable, Equatable {
    /// How a packet is to be cut. The numbers are those of VirtIO. (VirtIO 1.2 §5.1.6)
    @frozen
    public enum Segmentation: UInt8, Sendable {
        case none = 0
        /// A TCP segment over IPv4, larger than a frame.
        case tcp4 = 1
        /// A TCP segment over IPv6, larger than a frame.
        case tcp6 = 4
    }

    /// The checksum at `checksumStart + checksumOffset` is to be finished: it goes over all bytes from `checksumStart` on, and
    /// the sum of the pseudo header is there already.
    public var needsChecksum = false
    public var checksumStart: UInt16 = 0
    public var checksumOffset: UInt16 = 0
    /// The device has checked the packet's checksum, and it is right. Says nothing if it is to be finished.
    public var isChecksumGood = false
    public var segmentation = Segmentation.none
    /// Bytes of data in each segment, if it is to be cut.
    public var segmentSize: UInt16 = 0
    /// Bytes of all headers, if it is to be cut: a hint.
    public var headerLength: UInt16 = 0

    public init() {}

    /// Nothing is left to do.
    public var isFinished: Bool { !needsChecksum && segmentation == .none }
}

extension Packet {
    /// What is left to do with the packet; nothing if its pool has no room to say so.
    public var offload: PacketOffload { pool.offload(of: offset) ?? PacketOffload() }

    /// Whether its pool has room to say so: then it may be unfinished.
    package var canCarryOffload: Bool { pool.carriesOffloads }

    /// Says what is left to do with the packet.
    ///
    /// - Returns: whether that could be noted: only pools of devices with offloads have room for it.
    @discardableResult
    public mutating func setOffload(_ offload: PacketOffload) -> Bool { pool.setOffload(offload, of: offset) }
}
