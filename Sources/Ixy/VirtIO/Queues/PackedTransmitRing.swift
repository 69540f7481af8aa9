public import IxyHardware

extension VirtIO {
    /// A transmit queue in the packed layout. (VirtIO 1.2 §2.8)
    ///
    /// The number under which a packet is lent is that of its slot, and its low half the packet's id.
    @frozen @usableFromInline
    package struct PackedTransmitRing: TransmitRing, ~Copyable {
        @usableFromInline var queue: PackedVirtqueue
        /// The device has promised to use buffers in order. (VirtIO 1.2 §2.8.8)
        @usableFromInline let isInOrder: Bool
        /// The slot where the device reports next, counted on and on.
        @usableFromInline var nextUsed = 0
        /// Where the next packet goes.
        @usableFromInline var next = 0
        /// Descriptors that were given since the last look at whether to notify.
        @usableFromInline var fresh = 0

        init(_ queue: consuming PackedVirtqueue, isInOrder: Bool) {
            self.queue = queue
            self.isInOrder = isInOrder
        }

        @inlinable static var headerCount: Int { LongHeader.count }
        @usableFromInline
        var layout: QueueAddresses { queue.layout }
        @usableFromInline var slots: PacketRing {
            _read { yield queue.slots }
            _modify { yield &queue.slots }
        }

        @inlinable @inline(__always)
        mutating func send(_ batch: inout PacketBatch, _ lent: inout LentNumbers, isPlain: Bool) -> (packets: Int, bytes: Int) {
            // The wrap counter changes at the ring's end.
            let sent = VirtIO.send(
                &batch, &queue.slots, &lent, .virtqueue(header: LongHeader.count), isPlain: isPlain,
                command: PackedDescriptor.given(lent.end, wrap: queue.wrap(at: lent.end)), step: queue.nextID)
            fresh &+= sent.packets
            next = lent.end
            return sent
        }

        /// Header and frame in a slot each, if they must be: then the first one is given last. (VirtIO 1.2 §2.8.6)
        @usableFromInline
        mutating func describe(_ number: Int, count: Int, isApart: Bool) {
            let last = isApart ? number + 1 : number
            let header = isApart ? 0 : LongHeader.count
            queue.slots.describe(
                last, number, from: -header, count: count + header, PackedDescriptor.given(number, wrap: queue.wrap(at: last)))
            if isApart {
                queue.describeZeros(
                    number, LongHeader.count,
                    PackedDescriptor.given(number, wrap: queue.wrap(at: number), PackedDescriptor.next))
            }
            next = last + 1
            fresh += next - number
        }

        @inlinable
        mutating func finish() {}

        @inlinable
        mutating func takeBack(_ lent: inout LentNumbers) -> Int? {
            var packets = 0
            // The record of what is lent bounds this: each turn takes something back.
            while lent.count > 0 {
                if lent.isPlain {
                    let limit = min(lent.count, queue.count &- nextUsed & queue.mask)
                    let done = countUsed(limit)
                    lent.release(done)
                    nextUsed &+= done
                    packets &+= done
                    if done == limit { continue }
                }
                guard let more = takeBackOne(&lent) else { return nil }
                guard more > 0 else { break }
                packets &+= more
            }
            return packets
        }

        /// How many of the next `limit` slots up to the ring's end the device has used, in order.
        @inlinable @inline(__always)
        mutating func countUsed(_ limit: Int) -> Int {
            let used = PackedDescriptor.used(nextUsed, wrap: queue.wrap(at: nextUsed))
            let telling = PackedDescriptor.telling &- 0xFFFF_FFFF, nextID = queue.nextID
            let slots = queue.slots.run(from: nextUsed & queue.mask, count: limit, .virtqueue(header: LongHeader.count))
            let count = slots.count
            // How much was added to the id.
            var ahead: UInt64 = 0
            var index = 0
            while slots.hasFour(index) {
                let wrong = slots.loadFour(index).map { word, place in
                    (word &- used &- UInt64(truncatingIfNeeded: place) &* nextID) ^ ahead
                }
                guard wrong.union & telling == 0 else { break }
                ahead &+= 4 &* nextID
                index &+= 4
            }
            while index < count, (slots.load(index) &- used) & telling == PackedDescriptor.id(index) { index &+= 1 }
            return index
        }

        /// Takes back what the next used descriptor tells, of whatever kind. Returns how many packets; nil for a lie.
        @inline(never) @usableFromInline
        mutating func takeBackOne(_ lent: inout LentNumbers) -> Int? {
            let word = queue.slots.load(nextUsed)
            guard PackedDescriptor.isUsed(word, wrap: queue.wrap(at: nextUsed)) else { return 0 }
            let offset = Int(PackedDescriptor.id(of: word) &- UInt16(truncatingIfNeeded: lent.first))
            guard isInOrder else {
                let slots = lent.takeBack(offset: offset)
                nextUsed += slots
                return slots > 0 ? 1 : nil
            }
            // It may stand for all up to this one. (VirtIO 1.2 §2.8.8)
            guard offset < lent.count else { return nil }
            if lent.isPlain {
                lent.release(offset + 1)
                nextUsed += offset + 1
                return offset + 1
            }
            let last = lent.first + offset
            var packets = 0
            while lent.first <= last {
                nextUsed += lent.takeBack(offset: 0)
                packets += 1
            }
            return packets
        }

        @usableFromInline
        mutating func clear() {
            queue.slots.clear()
            queue.setInterrupts(false)
            next = 0
            nextUsed = 0
            fresh = 0
        }

        @inlinable @inline(__always)
        mutating func wantsNotification() -> Bool {
            defer { fresh = 0 }
            return queue.wantsNotification(after: fresh, next: next & queue.mask, wrap: queue.wrap(at: next))
        }

        @usableFromInline
        mutating func setInterrupts(_ areOn: Bool) { queue.setInterrupts(areOn) }
    }
}
