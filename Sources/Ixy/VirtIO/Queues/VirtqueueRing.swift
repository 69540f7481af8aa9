public import IxyHardware

extension VirtIO {
    /// The interface that both layouts of a virtqueue share. (VirtIO 1.2 §2.6)
    @usableFromInline
    protocol VirtqueueRing: ~Copyable, Sendable {
        /// Where its parts are.
        var layout: QueueAddresses { get }
        /// Its slots, which own packets.
        var slots: PacketRing { get set }
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
    @usableFromInline
    protocol ReceiveRing: VirtqueueRing, ~Copyable {
        /// Buffers that lie in it: each has a number from 0 on.
        var bufferCount: Int { get }
        /// How many buffers may have been filled: an upper bound. Nil if the device claims more than it has.
        mutating func waiting() -> Int?
        /// How many buffers `takeInOrder` may find filled, as far as it has to be told: none if the device claims more than it has.
        mutating func expected() -> Int
        /// Whether there may be more than what was taken.
        var hasMore: Bool { get }
        /// Takes filled buffers out, up to `limit` and to the ring's end, in exchange for spare packets of `batch`, which the device
        /// gets.
        ///
        /// - Parameter isPlain: as for `PacketRing.run`.
        /// - Returns: how many packets came, and their bytes.
        mutating func takeInOrder(_ limit: Int, isPlain: Bool, into batch: inout PacketBatch) -> (packets: Int, bytes: Int)
        /// The `index`-th used buffer since `finish`.
        mutating func claim(_ index: Int) -> ReceiveClaim
        /// Gives the packet of `slot` to the device, as the `index`-th since `finish`.
        mutating func arm(_ slot: Int, _ index: Int)
        /// Ends with the first `taken` filled buffers, which were replaced, and gives these to the device.
        mutating func finish(_ taken: Int)
        /// Gives all buffers to a device that has just been reset.
        mutating func layOut()
        /// Frames may arrive in several buffers.
        var isMergeable: Bool { get }
        /// Only the header says whether a frame goes on in the next buffer: the device need not fill the first one.
        var readsHeader: Bool { get }
    }

    /// The device's report on a buffer.
    @usableFromInline
    enum ReceiveClaim: Sendable {
        /// It is not filled.
        case none
        /// No honest device says this.
        case lie
        /// It has filled the buffer in this slot with so many bytes, the header among them, which may be a lie.
        case filled(slot: Int, count: Int)
    }

    /// The sending side of a virtqueue.
    @usableFromInline
    protocol TransmitRing: VirtqueueRing, ~Copyable {
        /// Lends packets from the front of `batch` to the device, up to the ring's end and as long as each is nothing special.
        ///
        /// - Parameter isPlain: as for `PacketRing.run`.
        /// - Returns: how many packets were lent, and their bytes.
        mutating func send(_ batch: inout PacketBatch, _ lent: inout LentNumbers, isPlain: Bool) -> (packets: Int, bytes: Int)
        /// Describes the packet of `count` bytes in the slot of `number`. With its header elsewhere it takes the next one, too.
        mutating func describe(_ number: Int, count: Int, isApart: Bool)
        /// Takes back the packets that the device has sent. Nil if it returns one that it does not have.
        mutating func takeBack(_ lent: inout LentNumbers) -> Int?
        /// Gives what was lent since the last call to the device.
        mutating func finish()
        /// Empty, for a device that has just been reset.
        mutating func clear()
    }

    /// The lengths that frames can have.
    @usableFromInline
    enum FrameLengths {
        /// An Ethernet header.
        @inlinable static var shortest: Int { DescriptorFormat.virtqueue(header: LongHeader.count).shortest }
        /// By how much it is longer than one byte.
        @inlinable static var excess: UInt64 { UInt64(truncatingIfNeeded: shortest &- 1) }
        /// The most bytes that a packet can hold.
        @inlinable static var longest: Int { 65535 }
    }

    /// Moves packets from the front of `batch` into the slots of the next numbers, in exchange for those that were sent from there,
    /// with their headers right before them.
    ///
    /// It ends at the ring's end, where no number is free, and at a packet that is shorter than an Ethernet header, of another pool, or
    /// that finds no packet in its slot.
    ///
    /// - Parameter isPlain: as for `PacketRing.run`.
    @inlinable @inline(__always)
    static func send(
        _ batch: inout PacketBatch, _ ring: inout PacketRing, _ lent: inout LentNumbers, _ format: DescriptorFormat,
        isPlain: Bool, command: UInt64, step: UInt64
    ) -> (packets: Int, bytes: Int) {
        let lengths = LengthRange(FrameLengths.shortest...FrameLengths.longest)
        var slots = ring.run(from: lent.end, count: min(batch.count, lent.room), isPlain: isPlain, format)
        let count = slots.count
        var packets = batch.packets(from: 0, count)
        var command = command
        var bytes: UInt64 = 0
        var index = 0
        while isPlain, slots.hasFour(index),
            let length = slots.sendFour(index, &packets, lengths, command: command, step: step)
        {
            command &+= 4 &* step
            bytes &+= length
            index &+= 4
        }
        while index < count {
            let length = UInt64(truncatingIfNeeded: packets[index].count)
            guard slots.send(index, &packets[index], lengths, command: command) else { break }
            command &+= step
            bytes &+= length
            index &+= 1
        }
        batch.forgetFirst(index)
        lent.lend(index)
        return (index, Int(truncatingIfNeeded: bytes))
    }
}
