public import IxyHardware

extension VirtIO {
    /// A transmit queue in the split layout. (VirtIO 1.2 §2.7)
    ///
    /// A packet's number is its descriptor's, and the available ring always says the same, as long as each packet takes
    /// one descriptor.
    @frozen @usableFromInline
    package struct SplitTransmitRing<Header: FrameHeader>: TransmitRing, ~Copyable {
        @usableFromInline var queue: SplitVirtqueue
        /// The device has promised to use buffers in order. (VirtIO 1.2 §2.7.9)
        @usableFromInline let isInOrder: Bool
        /// The used element that is looked at next.
        @usableFromInline var nextUsed: UInt16 = 0
        /// The available index, with those that were described and not yet published.
        @usableFromInline var nextAvailable: UInt16 = 0
        /// Places of the available ring may say something else than their own number.
        @usableFromInline var isSkewed = false
        @usableFromInline let usesEvents: Bool
        @usableFromInline var notified: UInt16 = 0

        init(_ queue: consuming SplitVirtqueue, isInOrder: Bool, usesEvents: Bool) {
            self.queue = queue
            self.isInOrder = isInOrder
            self.usesEvents = usesEvents
        }

        @inlinable static var headerCount: Int { Header.count }
        @usableFromInline
        var layout: QueueAddresses { queue.layout }
        @usableFromInline var slots: PacketRing {
            _read { yield queue.slots }
            _modify { yield &queue.slots }
        }

        @inlinable @inline(__always)
        mutating func send(_ batch: inout PacketBatch, _ lent: inout LentNumbers, isPlain: Bool) -> (packets: Int, bytes: Int) {
            let sent = VirtIO.send(
                &batch, &queue.slots, &lent, .virtqueue(header: Header.count), isPlain: isPlain, command: 0, step: 0)
            if isSkewed { offer(sent.packets, from: lent.end &- sent.packets) }
            nextAvailable &+= UInt16(truncatingIfNeeded: sent.packets)
            return sent
        }

        /// Says which descriptors are available next.
        @inline(never) @usableFromInline
        mutating func offer(_ count: Int, from number: Int) {
            for index in 0..<count {
                queue.offer(
                    UInt16((number + index) & queue.mask), at: nextAvailable &+ UInt16(truncatingIfNeeded: index))
            }
        }

        @usableFromInline
        mutating func describe(_ number: Int, count: Int, isApart: Bool) {
            let slot = number & queue.mask
            if isApart {
                isSkewed = true
                queue.describeZeros(slot, Header.count)
                queue.slots.describe(slot + 1, slot, from: 0, count: count, 0)
            } else {
                queue.slots.describe(slot, slot, from: -Header.count, count: count + Header.count, 0)
            }
            offer(1, from: slot)
            nextAvailable &+= 1
        }

        @inlinable
        mutating func finish() { queue.publish(nextAvailable) }

        @inlinable
        mutating func takeBack(_ lent: inout LentNumbers) -> Int? {
            let claimed = Int(queue.usedIndex() &- nextUsed)
            guard claimed > 0 else { return 0 }
            // After a lie fewer are lent than the index allows, and a reset still asks.
            guard claimed <= Int(nextAvailable &- nextUsed), claimed <= lent.count else { return nil }
            var done = 0
            if lent.isPlain {
                // In order the index tells all; elements may be missing. (VirtIO 1.2 §2.7.9)
                done = isInOrder ? claimed : countUsed(claimed, from: lent.first)
                lent.release(done)
            }
            if done < claimed, !takeBackOneByOne(done, claimed, &lent) { return nil }
            nextUsed &+= UInt16(truncatingIfNeeded: claimed)
            return claimed
        }

        /// How many of the next `limit` used elements name one number after the other.
        @inlinable @inline(__always)
        mutating func countUsed(_ limit: Int, from number: Int) -> Int {
            let elements = queue.used &+ 4
            var done = 0
            while done < limit {
                // Up to the end of the used ring, and to that of the numbers.
                let first = (Int(nextUsed) &+ done) & queue.mask, firstID = (number &+ done) & queue.mask
                let count = min(limit &- done, queue.count &- max(first, firstID))
                let slots = queue.slots.run(from: first, count: count, .virtqueue(header: Header.count))
                let used = slots.pairs(from: elements &+ first &* 8, count: count)
                // Added to the next number, this gives 0.
                var before = 0 &- UInt64(truncatingIfNeeded: firstID)
                var index = 0
                while slots.hasFour(index) {
                    let wrong = used.loadFour(index, 0).map { used, place in used &+ before &- UInt64(truncatingIfNeeded: place) }
                    guard wrong.union == 0 else { break }
                    before &-= 4
                    index &+= 4
                }
                while index < count, used.load(index, 0) &+ before == 0 {
                    before &-= 1
                    index &+= 1
                }
                done &+= index
                guard index == count else { break }
            }
            return done
        }

        /// Takes back what was used in another order, or with its header elsewhere. False if it was not lent.
        @inline(never) @usableFromInline
        mutating func takeBackOneByOne(_ done: Int, _ claimed: Int, _ lent: inout LentNumbers) -> Bool {
            for index in done..<claimed {
                var offset = 0
                if !isInOrder {
                    let id = queue.usedID(at: nextUsed &+ UInt16(truncatingIfNeeded: index))
                    guard id <= UInt32(queue.mask) else { return false }
                    offset = (Int(id) - lent.first) & queue.mask
                }
                guard lent.takeBack(offset: offset) > 0 else { return false }
            }
            return true
        }

        @usableFromInline
        mutating func clear() {
            queue.slots.clear()
            queue.setInterrupts(false, nextUsed: 0, usesEvents: usesEvents)
            nextUsed = 0
            nextAvailable = 0
            notified = 0
            offer(queue.count, from: 0)
            isSkewed = false
        }

        @inlinable @inline(__always)
        mutating func wantsNotification() -> Bool {
            queue.wantsNotification(since: &notified, until: nextAvailable, usesEvents: usesEvents)
        }

        @usableFromInline
        mutating func setInterrupts(_ areOn: Bool) {
            queue.setInterrupts(areOn, nextUsed: nextUsed, usesEvents: usesEvents)
        }
    }
}
