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
    }

    /// The receiving side of a virtqueue: buffers that the device fills.
    public protocol ReceiveRing: VirtqueueRing, UnorderedRing, ~Copyable {
        /// Buffers that lie in it: each has a number from 0 on.
        var bufferCount: Int { get }
        /// How many buffers may have been filled: an upper bound. Nil if the device claims more than it has.
        mutating func waiting() -> Int?
        /// The buffer that was filled as the given one of this call, and the bytes in it with the header; nil if there is
        /// none, or if the device lies, which is noted in `sawLie`.
        mutating func claim(_ index: Int) -> (slot: Int, count: Int)?
        /// Ends a call in which the first `taken` filled buffers were replaced, and gives these to the device.
        mutating func finish(_ taken: Int)
        /// Gives all buffers to a device that has just been reset.
        mutating func layOut(_ buffers: borrowing ArmedBuffers)
        /// The device said something impossible in this call.
        var sawLie: Bool { get set }
        /// The next filled buffer begins a frame of several.
        var sawMerged: Bool { get set }
        /// Bytes of the packets of this call.
        var bytes: Int { get set }
        /// Frames may arrive in several buffers.
        var isMergeable: Bool { get }
        /// Bytes of the header.
        static var headerCount: Int { get }
    }

    /// The sending side of a virtqueue.
    public protocol TransmitRing: VirtqueueRing, LendingRing, ~Copyable {
        /// Takes back what the device has sent. Nil if it returns what it does not have.
        mutating func takeBack(into buffers: inout LentBuffers) -> Int?
        /// Gives what was described since the last call to the device.
        mutating func finish()
        /// Empty, for a device that has just been reset.
        mutating func clear()
        /// Bytes of the packets that were described since the last call of `finish`.
        var bytes: Int { get set }
        /// Bytes of the header.
        static var headerCount: Int { get }
    }
}

extension VirtIO.ReceiveRing where Self: ~Copyable {
    /// A frame in one buffer, as `exchange` wants it.
    @inlinable @inline(__always)
    public mutating func filled(_ index: Int, _ buffers: borrowing ArmedBuffers) -> Int {
        guard let found = claim(index) else { return -1 }
        let count = found.count &- Self.headerCount
        // The whole header, and at least an Ethernet header. (VirtIO 1.2 §5.1.6.4)
        guard count >= 14, count <= buffers.bufferSize else {
            sawLie = true
            return -1
        }
        if isMergeable, buffers.wordBefore(found.slot) != 1 {
            sawMerged = true
            return -1
        }
        bytes &+= count
        return found.slot &<< 32 | count
    }
}
