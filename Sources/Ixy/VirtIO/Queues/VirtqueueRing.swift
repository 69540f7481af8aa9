public import IxyHardware

extension VirtIO {
    /// What the layouts of a virtqueue have in common. (VirtIO 1.2 §2.6)
    public protocol VirtqueueRing: ~Copyable, Sendable {
        /// Descriptors; a power of two.
        var count: Int { get }
        /// Where its parts are.
        var layout: QueueLayout { get }
        /// Keeps its memory mapped.
        var keeper: any AnyObject & Sendable { get }
        /// Whether the device asks to be notified now. All that was published before is visible to it first.
        mutating func wantsNotification() -> Bool
        /// Asks the device for interrupts, or for none. With interrupts on, look once more for what came meanwhile.
        mutating func setInterrupts(_ areOn: Bool)
        /// Bytes of the header.
        static var headerCount: Int { get }
    }

    /// The receiving side of a virtqueue: buffers that the device fills.
    ///
    /// Nearly always it fills them in the order in which they were given, one for each frame: `takeInOrder` takes these,
    /// and ends at whatever is not like that, which is judged buffer by buffer with `claim`.
    public protocol ReceiveRing: VirtqueueRing, ~Copyable {
        /// Buffers that lie in it: each has a number from 0 on.
        var bufferCount: Int { get }
        /// How many buffers may have been filled: an upper bound. Nil if the device claims more than it has.
        mutating func waiting() -> Int?
        /// Takes filled buffers into `batch`, up to `limit`, puts fresh ones in their places and gives these to the device.
        ///
        /// - Returns: how many packets came, and their bytes.
        mutating func takeInOrder(
            _ limit: Int, _ buffers: inout ArmedBuffers, into batch: inout PacketBatch
        ) -> (packets: Int, bytes: Int)
        /// The buffer that was filled as the given one of those that are not finished.
        mutating func claim(_ index: Int) -> ReceiveClaim
        /// Gives a buffer at this address to the device, as the given one of those that are not finished.
        mutating func arm(_ slot: Int, _ index: Int, _ address: UInt64)
        /// Ends with the first `taken` filled buffers, which were replaced, and gives these to the device.
        mutating func finish(_ taken: Int)
        /// Gives all buffers to a device that has just been reset.
        mutating func layOut(_ buffers: borrowing ArmedBuffers)
        /// Frames may arrive in several buffers.
        var isMergeable: Bool { get }
        /// Only the header says whether a frame goes on in the next buffer: the device need not fill the first one.
        var readsHeader: Bool { get }
    }

    /// What the device says of a buffer.
    public enum ReceiveClaim: Sendable {
        /// It is not filled.
        case none
        /// What no honest device says.
        case lie
        /// It has filled the buffer in this slot with so many bytes, the header among them, which may be a lie.
        case filled(slot: Int, count: Int)
    }

    /// The sending side of a virtqueue.
    public protocol TransmitRing: VirtqueueRing, ~Copyable {
        /// Lends packets from the front of `batch` to the device, as long as each is nothing special.
        ///
        /// - Returns: how many packets were lent, and their bytes.
        mutating func send(_ batch: inout PacketBatch, _ buffers: inout LentBuffers) -> (packets: Int, bytes: Int)
        /// Describes one packet that was lent.
        mutating func describe(_ loan: LentBuffers.Loan)
        /// Takes back what the device has sent. Nil if it returns what it does not have.
        mutating func takeBack(into buffers: inout LentBuffers) -> Int?
        /// Gives what was lent since the last call to the device.
        mutating func finish()
        /// Empty, for a device that has just been reset.
        mutating func clear()
    }

    /// The lengths that frames can have.
    @usableFromInline
    enum FrameLengths {
        /// An Ethernet header.
        @inlinable static var shortest: Int { 14 }
        /// What a packet can hold.
        @inlinable static var longest: Int { 65535 }
    }
}
