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
    public var offload: PacketOffload {
        get { unsafe PoolCore.offload(of: granule, core)?.pointee ?? PacketOffload() }
    }

    /// Says what is left to do with the packet.
    ///
    /// - Returns: whether that could be noted: only pools of devices with offloads have room for it.
    @discardableResult
    public mutating func setOffload(_ offload: PacketOffload) -> Bool {
        guard let place = unsafe PoolCore.offload(of: granule, core) else { return false }
        // Sound: the entry is this packet's buffer's, which the packet owns.
        unsafe place.pointee = offload
        return true
    }
}

extension PacketBatch {
    /// Takes the headers that a device has written right before the packets from `first` on, and notes beside each packet
    /// what they say. Each header is read once. Packets whose headers `parse` refuses are dropped.
    ///
    /// - Parameter parse: makes sense of a header's first 8 bytes, of the two after them, in the machine's order, and of the
    ///   packet's length; nil if it makes none.
    /// - Returns: how many were dropped.
    public mutating func takeHeaders(
        from first: Int, headerCount: Int, _ parse: (UInt64, UInt16, Int) -> PacketOffload?
    ) -> Int {
        precondition(first >= 0 && first <= count && headerCount >= 10)
        var kept = first
        for index in first..<count {
            // Sound: the first `count` places are initialised; `kept <= index`, and the place at `kept` was moved from, or is
            // the same one.
            var packet = unsafe (packets + index).move()
            var offload: PacketOffload?
            if unsafe packet.core.pointee.headroom + Int(packet.start) >= headerCount {
                // Sound: there are so many bytes of headroom before the packet, as was just checked.
                let header = unsafe packet.address - headerCount
                offload = unsafe parse(
                    header.loadUnaligned(as: UInt64.self), (header + 8).loadUnaligned(as: UInt16.self), packet.count)
            }
            guard let offload else {
                _ = consume packet
                continue
            }
            packet.setOffload(offload)
            unsafe (packets + kept).initialize(to: packet)
            kept += 1
        }
        defer { filled = kept }
        return count - kept
    }
}

extension ArmedBuffers {
    /// Copies the `count` bytes before the filled buffer in `slot` to before `packet`, where it has room for them.
    public func copyHeader(_ count: Int, of slot: Int, to packet: inout Packet) {
        guard count >= 0, unsafe core.pointee.headroom >= count,
            unsafe packet.core.pointee.headroom + Int(packet.start) >= count
        else { return }
        // Sound: both ranges are headroom, as was just checked, of different buffers, of which one is the packet's own.
        unsafe (packet.address - count).copyMemory(
            from: core.pointee.base + (Int(granules[slot & mask]) << 6 - count), byteCount: count)
    }
}

extension PoolCore {
    /// Where what is left to do with the packet in a buffer is noted; nil if the pool has no room for it.
    @inlinable
    static func offload(
        of granule: UInt32, _ core: UnsafeMutablePointer<PoolCore>
    ) -> UnsafeMutablePointer<PacketOffload>? {
        // Sound: granules come from this pool's own layout, and there is an entry for each buffer.
        guard let offloads = unsafe core.pointee.offloads else { return nil }
        return unsafe offloads + Int(granule) / core.pointee.granulesPerBuffer
    }
}
