public import BasicContainers
public import IxyHardware

extension VirtIO {
    /// A receive queue in the packed layout. Every slot is a buffer, so what is used in a slot is replaced in that slot.
    /// (VirtIO 1.2 §2.8)
    ///
    /// Slots are counted on and on. As long as the device uses buffers in the order in which they were given, the id of a
    /// buffer is the low half of the number of the slot in which the device will report it; so an id never means what it
    /// meant a round ago, and a device that says it twice is caught.
    @frozen
    public struct PackedReceiveRing: ReceiveRing, ~Copyable {
        @usableFromInline var ring: PackedRing
        /// The slot that is looked at next.
        @usableFromInline var next = 0
        /// Descriptors that were given since the last look at whether to notify.
        @usableFromInline var fresh = 0
        /// The length of every descriptor, with the header.
        @usableFromInline var length: UInt32 = 0
        public let isMergeable: Bool
        public var readsHeader: Bool { false }
        /// The device has promised to use buffers in order. (VirtIO 1.2 §2.8.8)
        let isInOrder: Bool
        @usableFromInline let constants = PackedConstants()
        /// What is used next has the id that it had at the start, and can be taken in a loop.
        @usableFromInline var isPlain = true
        /// The last slot of a batch for which there is one used descriptor, and the bytes in it.
        @usableFromInline var batch: (last: Int, count: Int)?
        /// The id of each buffer once the device has changed their order.
        private var ids: UniqueArray<UInt16>
        private var keepsOrder = true

        public init(_ ring: consuming PackedRing, isMergeable: Bool, isInOrder: Bool) {
            ids = UniqueArray(repeating: 0, count: ring.count)
            self.ring = ring
            self.isMergeable = isMergeable
            self.isInOrder = isInOrder
        }

        @inlinable public static var headerCount: Int { LongHeader.count }
        public var count: Int { ring.count }
        public var bufferCount: Int { ring.count }
        public var keeper: any AnyObject & Sendable { ring.keeper }
        public var layout: QueueLayout { QueueLayout(ring) }

        @inlinable @inline(__always)
        public mutating func waiting() -> Int? {
            // Each slot tells for itself. One round at most, so that a device which goes on and on cannot hold us.
            guard isPlain || batch == nil else { return ring.count }
            return PackedDescriptor.isUsed(ring.extent(of: next), wrap: ring.wrap(at: next)) ? ring.count : 0
        }

        @inlinable @inline(__always)
        public mutating func takeInOrder(
            _ limit: Int, _ buffers: inout ArmedBuffers, into batch: inout PacketBatch
        ) -> (packets: Int, bytes: Int) {
            guard isPlain else { return (0, 0) }
            // A buffer that is filled to its end may be the first one of several.
            let longest = min(buffers.bufferSize &- (isMergeable ? 1 : 0), FrameLengths.longest)
            var taken = 0
            var bytes = 0
            while taken < limit {
                let first = next & ring.mask
                // What a descriptor that is used in order looks like, with the shortest frame, and by how much what it is to
                // be next is more than that.
                var used = PackedDescriptor.used(next, wrap: ring.wrap(at: next))
                    | UInt64(FrameLengths.shortest &+ LongHeader.count)
                let given = PackedDescriptor.given(ring.wrap(at: next &+ ring.count), PackedDescriptor.write)
                    | PackedDescriptor.id(next &+ ring.count) | UInt64(length)
                let step = given &- used, telling = constants.telling, nextID = constants.nextID
                let done = buffers.exchange(
                    from: first, along: ring.cursor(from: first, count: min(limit &- taken, ring.mask &+ 1 &- first)),
                    into: &batch, lengths: FrameLengths.shortest...longest,
                    excess: { cursor in (cursor.extent & telling) &- used },
                    arm: { cursor, address in
                        cursor.setAddress(address &- UInt64(LongHeader.count))
                        cursor.setExtent(used &+ step)
                        used &+= nextID
                    })
                taken &+= done.packets
                bytes &+= done.bytes
                next &+= done.packets
                guard done.goesOn else { break }
            }
            fresh &+= taken
            return (taken, bytes)
        }

        public mutating func claim(_ index: Int) -> ReceiveClaim {
            let place = next + index
            if let batch, place <= batch.last {
                let count = place == batch.last ? batch.count : Int(length)
                return .filled(slot: place & ring.mask, count: count)
            }
            let extent = ring.extent(of: place)
            guard PackedDescriptor.isUsed(extent, wrap: ring.wrap(at: place)) else { return .none }
            let id = UInt16(truncatingIfNeeded: extent >> 32), count = Int(extent & 0xFFFF_FFFF)
            if keepsOrder {
                // One descriptor may stand for a batch whose last buffer it names; the others are full. (§2.8.8)
                let skipped = Int(id &- UInt16(truncatingIfNeeded: place))
                if skipped == 0 { return .filled(slot: place & ring.mask, count: count) }
                if isInOrder {
                    guard skipped < ring.count - index else { return .lie }
                    batch = (place + skipped, count)
                    isPlain = false
                    return .filled(slot: place & ring.mask, count: Int(length))
                }
                changeOrder(from: place)
            }
            let slot = Int(id) & ring.mask
            guard ids[slot] == id else { return .lie }
            return .filled(slot: slot, count: count)
        }

        /// The device goes its own ways: from here on the id of each buffer is kept. All buffers are the device's, in the
        /// slots from `place` on for one round.
        private mutating func changeOrder(from place: Int) {
            keepsOrder = false
            isPlain = false
            for number in place..<place + ring.count { ids[number & ring.mask] = UInt16(truncatingIfNeeded: number) }
        }

        public mutating func arm(_ slot: Int, _ index: Int, _ address: UInt64) {
            let place = next + index + ring.count
            ring.setAddress(address &- UInt64(LongHeader.count), of: place)
            var id = UInt16(truncatingIfNeeded: place)
            if !keepsOrder {
                id = ids[slot] &+ UInt16(truncatingIfNeeded: ring.count)
                ids[slot] = id
            }
            ring.setExtent(
                length, id: id, flags: PackedDescriptor.available(ring.wrap(at: place)) | PackedDescriptor.write, of: place)
        }

        public mutating func finish(_ taken: Int) {
            next += taken
            fresh += taken
            if let last = batch?.last, last < next {
                batch = nil
                isPlain = true
            }
        }

        public mutating func layOut(_ buffers: borrowing ArmedBuffers) {
            ring.clear()
            ring.setInterrupts(false)
            length = UInt32(buffers.bufferSize + LongHeader.count)
            batch = nil
            keepsOrder = true
            isPlain = true
            // `arm` gives for the round after the current one.
            next = -ring.count
            for slot in 0..<ring.count { arm(slot, slot, buffers.deviceAddress(at: slot)) }
            next = 0
            fresh = ring.count
        }

        public mutating func wantsNotification() -> Bool {
            defer { fresh = 0 }
            // What is available ends where we look next, one round later.
            return ring.wantsNotification(
                after: fresh, next: next & ring.mask, wrap: ring.wrap(at: next + ring.count))
        }

        public mutating func setInterrupts(_ areOn: Bool) { ring.setInterrupts(areOn) }
    }
}

/// The second word of a packed descriptor. (VirtIO 1.2 §2.8.1, §2.8.5)
@usableFromInline
enum PackedDescriptor {
    @inlinable static var next: UInt16 { 1 }
    @inlinable static var write: UInt16 { 2 }

    /// The flags of a descriptor that is given to the device: available is the wrap counter, used is not.
    @inlinable @inline(__always)
    static func available(_ wrap: Bool) -> UInt16 { wrap ? 1 << 7 : 1 << 15 }

    /// All of the word but what tells nothing of whose it is, nor how long: the other flags.
    @inlinable static var telling: UInt64 { 0x8080_FFFF_FFFF_FFFF }
    @inlinable static var flags: UInt64 { 0x8080 &<< 48 }

    /// What tells that the device has used it, for the buffer with this number: both flags are as the wrap counter.
    @inlinable @inline(__always)
    static func used(_ number: Int, wrap: Bool) -> UInt64 { id(number) | (wrap ? flags : 0) }

    /// The flags of a descriptor that is given to the device, in their places.
    @inlinable @inline(__always)
    static func given(_ wrap: Bool, _ flags: UInt16) -> UInt64 { UInt64(available(wrap) | flags) &<< 48 }

    /// The id of a buffer with this number, in its place.
    @inlinable @inline(__always)
    static func id(_ number: Int) -> UInt64 { UInt64(UInt16(truncatingIfNeeded: number)) &<< 32 }

    /// What the next id adds. Ids of one round do not carry.
    @inlinable static var nextID: UInt64 { 1 << 32 }

    /// Goes past a descriptor that the device has used as `used` says, whatever its length.
    @inlinable @inline(__always)
    @_lifetime(cursor: copy cursor)
    static func pass(_ cursor: inout PackedRing.Cursor, _ used: inout UInt64) -> Bool {
        guard cursor.extent & (telling &- 0xFFFF_FFFF) == used else { return false }
        used &+= nextID
        cursor.advance()
        return true
    }

    /// Whether the device has used it.
    @inlinable @inline(__always)
    static func isUsed(_ extent: UInt64, wrap: Bool) -> Bool { extent & flags == used(0, wrap: wrap) }
}

/// Constants of descriptors that a queue keeps as values: a loop takes those from memory, in the same instruction, but would
/// make a constant of 64 bits anew each time.
@frozen @usableFromInline
struct PackedConstants: Sendable {
    @usableFromInline let telling = PackedDescriptor.telling
    @usableFromInline let nextID = PackedDescriptor.nextID

    @usableFromInline
    init() {}
}

extension PackedRing {
    /// The wrap counter at a slot, where slots are counted on and on: it begins with one.
    @inlinable @inline(__always)
    func wrap(at number: Int) -> Bool { number & count == 0 }
}
