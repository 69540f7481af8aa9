public import BasicContainers
public import IxyHardware

extension VirtIO {
    /// A receive queue in the packed layout. Every slot is a buffer, so what is used in a slot is replaced in that slot.
    /// (VirtIO 1.2 §2.8)
    ///
    /// Slots are counted on and on. As long as the device uses buffers in the order in which they were given, the id of a
    /// buffer is the low half of the number of the slot in which the device will report it; so an id never means what it
    /// meant a round ago, and a device that says it twice is caught.
    @frozen @usableFromInline
    package struct PackedReceiveRing: ReceiveRing, ~Copyable {
        @usableFromInline var queue: PackedVirtqueue
        /// The slot that is looked at next.
        @usableFromInline var next = 0
        /// Descriptors that were given since the last look at whether to notify.
        @usableFromInline var fresh = 0
        /// See `PackedDescriptor`. As a constant it would be made again for each packet.
        @usableFromInline let telling = PackedDescriptor.telling
        @usableFromInline let isMergeable: Bool
        @usableFromInline var readsHeader: Bool { false }
        /// The device has promised to use buffers in order. (VirtIO 1.2 §2.8.8)
        let isInOrder: Bool
        /// The next used buffer has the id that it had at the start, and can be taken in a loop.
        @usableFromInline var isPlain = true
        /// The last slot of a batch for which there is one used descriptor, and the bytes in it.
        @usableFromInline var batch: (last: Int, count: Int)?
        /// The id of each buffer once the device has changed their order.
        private var ids: UniqueArray<UInt16>
        private var keepsOrder = true

        init(_ queue: consuming PackedVirtqueue, isMergeable: Bool, isInOrder: Bool) {
            ids = UniqueArray(repeating: 0, count: queue.count)
            self.queue = queue
            self.isMergeable = isMergeable
            self.isInOrder = isInOrder
        }

        @inlinable static var headerCount: Int { LongHeader.count }
        @usableFromInline var bufferCount: Int { queue.count }
        @usableFromInline
        var layout: QueueAddresses { queue.layout }
        @usableFromInline var slots: PacketRing {
            _read { yield queue.slots }
            _modify { yield &queue.slots }
        }

        /// The length of every descriptor, with the header.
        @inlinable
        var longest: Int { queue.slots.bufferSize &+ LongHeader.count }

        // One round at most, so that a device which goes on and on cannot hold us.
        @inlinable
        mutating func waiting() -> Int? { hasMore ? queue.count : 0 }

        // Each slot tells for itself.
        @inlinable
        mutating func expected() -> Int { queue.count }

        @inlinable @inline(__always)
        var hasMore: Bool {
            !isPlain && batch != nil || PackedDescriptor.isUsed(queue.slots.load(next), wrap: queue.wrap(at: next))
        }

        @inlinable @inline(__always)
        mutating func takeInOrder(_ limit: Int, isPlain: Bool, into batch: inout PacketBatch) -> (packets: Int, bytes: Int) {
            guard self.isPlain else { return (0, 0) }
            // A buffer that is filled to its end may be the first one of several.
            let span = UInt64(truncatingIfNeeded: queue.slots.bufferSize &- (isMergeable ? 1 : 0) &- FrameLengths.shortest)
            let telling = self.telling, nextID = queue.nextID, wrap = queue.wrap(at: next)
            // The word of a descriptor that is used in order, with the shortest frame, and the one that it is given again with, one
            // round later.
            let used = PackedDescriptor.used(next, wrap: wrap) | UInt64(truncatingIfNeeded: FrameLengths.shortest &+ LongHeader.count)
            let given = PackedDescriptor.given(next &+ queue.count, wrap: !wrap, PackedDescriptor.write)
            var slots = queue.slots.run(
                from: next, count: min(limit, batch.spareCount), isPlain: isPlain, .virtqueue(header: LongHeader.count),
                leavesRoom: isMergeable)
            let count = slots.count
            var spares = batch.spares(count)
            // How much was added to the ids.
            var ahead: UInt64 = 0
            var index = 0
            // In the lower half, as even a whole ring of the longest frames has less than 4 GiB.
            var bytes: UInt64 = 0
            while isPlain, slots.hasFour(index) {
                let words = slots.loadFour(index).map { word, place in
                    (word &- used &- UInt64(truncatingIfNeeded: place) &* nextID) & telling
                }
                // How long each is, above by how much its id and flags differ from the next ones.
                guard slots.receiveFour(
                    index, rest: words.map { word, _ in word &- ahead }, into: &spares, command: given &+ ahead, step: nextID)
                else { break }
                bytes &+= words.sum
                ahead &+= 4 &* nextID
                index &+= 4
            }
            while index < count {
                let ahead = PackedDescriptor.id(index)
                let rest = (slots.load(index) & telling) &- used &- ahead
                guard rest <= span,
                    slots.receive(index, excess: rest &+ FrameLengths.excess, into: &spares[index], command: given &+ ahead)
                else { break }
                bytes &+= rest
                index &+= 1
            }
            batch.takeSpares(index)
            next &+= index
            fresh &+= index
            return (index, Int(UInt32(truncatingIfNeeded: bytes)) &+ index &* FrameLengths.shortest)
        }

        @usableFromInline
        mutating func claim(_ index: Int) -> ReceiveClaim {
            let place = next + index
            if let batch, place <= batch.last {
                return .filled(slot: place & queue.mask, count: place == batch.last ? batch.count : longest)
            }
            let word = queue.slots.load(place)
            guard PackedDescriptor.isUsed(word, wrap: queue.wrap(at: place)) else { return .none }
            let id = PackedDescriptor.id(of: word), count = Int(word & 0xFFFF_FFFF)
            if keepsOrder {
                // One descriptor may stand for a batch whose last buffer it names; the others are full. (§2.8.8)
                let skipped = Int(id &- UInt16(truncatingIfNeeded: place))
                if skipped == 0 { return .filled(slot: place & queue.mask, count: count) }
                if isInOrder {
                    guard skipped < queue.count - index else { return .lie }
                    batch = (place + skipped, count)
                    isPlain = false
                    return .filled(slot: place & queue.mask, count: longest)
                }
                changeOrder(from: place)
            }
            let slot = Int(id) & queue.mask
            guard ids[slot] == id else { return .lie }
            return .filled(slot: slot, count: count)
        }

        /// The device goes its own ways: from here on the id of each buffer is kept. All buffers are the device's, in the
        /// slots from `place` on for one round.
        private mutating func changeOrder(from place: Int) {
            keepsOrder = false
            isPlain = false
            for number in place..<place + queue.count { ids[number & queue.mask] = UInt16(truncatingIfNeeded: number) }
        }

        @usableFromInline
        mutating func arm(_ slot: Int, _ index: Int) {
            let place = next + index + queue.count
            var id = UInt16(truncatingIfNeeded: place)
            if !keepsOrder {
                id = ids[slot] &+ UInt16(truncatingIfNeeded: queue.count)
                ids[slot] = id
            }
            queue.slots.describe(
                place, slot, from: -LongHeader.count, count: longest,
                PackedDescriptor.given(Int(id), wrap: queue.wrap(at: place), PackedDescriptor.write))
        }

        @usableFromInline
        mutating func finish(_ taken: Int) {
            next += taken
            fresh += taken
            if let last = batch?.last, last < next {
                batch = nil
                isPlain = true
            }
        }

        @usableFromInline
        mutating func layOut() {
            queue.slots.clear()
            queue.setInterrupts(false)
            batch = nil
            keepsOrder = true
            isPlain = true
            // `arm` gives for the round after the current one.
            next = -queue.count
            for slot in 0..<queue.count { arm(slot, slot) }
            next = 0
            fresh = queue.count
        }

        @inlinable @inline(__always)
        mutating func wantsNotification() -> Bool {
            defer { fresh = 0 }
            // The available buffers end where we look next, one round later.
            return queue.wantsNotification(after: fresh, next: next & queue.mask, wrap: !queue.wrap(at: next))
        }

        @usableFromInline
        mutating func setInterrupts(_ areOn: Bool) { queue.setInterrupts(areOn) }
    }
}
