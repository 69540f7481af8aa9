package import IxySystem

/// Work on a packet that its sender has left to whoever takes it off the last memory and puts it on a wire: a checksum
/// to finish, and a TCP segment to cut into frames.
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

/// The work left to do with the packet in each buffer of a pool.
@safe
package final class OffloadNotes: BufferCompanion {
    private nonisolated(unsafe) let notes: UnsafeMutablePointer<PacketOffload>
    private let stride: Int
    package var carriesOffloads: Bool { true }

    package init(_: MappedMemory, stride: Int, offsets: [UInt32]) {
        // Sound: an entry for each buffer, initialised.
        unsafe notes = .allocate(capacity: offsets.count)
        unsafe notes.initialize(repeating: PacketOffload(), count: offsets.count)
        self.stride = stride
    }

    deinit {
        // Sound: allocated by `init`; nobody holds this object any more.
        unsafe notes.deallocate()
    }

    package func open(_ offset: UInt32) {
        self[offset] = PacketOffload()
    }

    package func close(_: UInt32) {}

    /// The note beside the buffer at `offset`.
    fileprivate subscript(offset: UInt32) -> PacketOffload {
        // Sound: there is an entry for each buffer of the pool, and the caller owns this one.
        get { unsafe notes[Int(offset) / stride] }
        set { unsafe notes[Int(offset) / stride] = newValue }
    }
}

extension Packet {
    /// The work left to do with the packet; none if its pool has no room to say so.
    public var offload: PacketOffload { (pool.companion as? OffloadNotes)?[offset] ?? PacketOffload() }

    /// Says what is left to do with the packet.
    ///
    /// - Returns: whether that could be noted: only pools of devices with offloads have room for it.
    @discardableResult
    public mutating func setOffload(_ offload: PacketOffload) -> Bool {
        guard let notes = pool.companion as? OffloadNotes else { return false }
        notes[offset] = offload
        return true
    }
}
