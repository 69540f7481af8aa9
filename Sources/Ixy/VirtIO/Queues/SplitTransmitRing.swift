public import IxyHardware

extension VirtIO {
    /// A transmit queue in the split layout. (VirtIO 1.2 §2.7)
    ///
    /// A packet's number is its descriptor's, and the available ring always says the same, as long as each packet takes
    /// one descriptor.
    @frozen
    public struct SplitTransmitRing<Header: FrameHeader>: TransmitRing, ~Copyable {
        @usableFromInline var ring: SplitRing
        /// The device's address of a header of zeros, for packets that have no room for their own.
        let zeros: UInt64
        /// The device has promised to use buffers in order. (VirtIO 1.2 §2.7.9)
        @usableFromInline let isInOrder: Bool
        /// The used element that is looked at next.
        @usableFromInline var nextUsed: UInt16 = 0
        /// The available index, with what was described and not yet published.
        @usableFromInline var nextAvailable: UInt16 = 0
        /// Places of the available ring may say something else than their own number.
        @usableFromInline var isSkewed = false
        @usableFromInline let usesEvents: Bool
        @usableFromInline var notified: UInt16 = 0

        /// - Parameter zeros: the device's address of 12 bytes that are zero.
        public init(_ ring: consuming SplitRing, zeros: UInt64, isInOrder: Bool, usesEvents: Bool) {
            self.ring = ring
            self.zeros = zeros
            self.isInOrder = isInOrder
            self.usesEvents = usesEvents
        }

        @inlinable public static var headerCount: Int { Header.count }
        public var count: Int { ring.count }
        public var keeper: any AnyObject & Sendable { ring.keeper }
        public var layout: QueueLayout { QueueLayout(ring) }

        @inlinable @inline(__always)
        public mutating func send(
            _ batch: inout PacketBatch, _ buffers: inout LentBuffers
        ) -> (packets: Int, bytes: Int) {
            var sent = 0
            var bytes = 0
            while !batch.isEmpty {
                let first = buffers.end
                let done = buffers.lend(
                    from: &batch, headerCount: Header.count,
                    along: ring.cursor(from: first & ring.mask, count: buffers.run)
                ) { cursor, address, count in
                    cursor.setAddress(address)
                    cursor.setLength(count &+ Header.count)
                }
                guard done.packets > 0 else { break }
                if isSkewed { offer(done.packets, from: first) }
                nextAvailable &+= UInt16(truncatingIfNeeded: done.packets)
                sent &+= done.packets
                bytes &+= done.bytes
            }
            return (sent, bytes)
        }

        /// Says which descriptors are available next.
        @inline(never) @usableFromInline
        mutating func offer(_ count: Int, from number: Int) {
            for index in 0..<count {
                ring.offer(
                    UInt16((number + index) & ring.mask), at: nextAvailable &+ UInt16(truncatingIfNeeded: index))
            }
        }

        public mutating func describe(_ loan: LentBuffers.Loan) {
            if loan.isApart {
                isSkewed = true
                let second = (loan.number + 1) & ring.mask
                ring.setAddress(zeros, of: loan.number)
                ring.setExtent(UInt32(Header.count), flags: SplitDescriptor.next, next: UInt16(second), of: loan.number)
                ring.setAddress(loan.address, of: second)
                ring.setExtent(UInt32(loan.count), flags: 0, next: 0, of: second)
            } else {
                ring.setAddress(loan.address &- UInt64(Header.count), of: loan.number)
                ring.setExtent(UInt32(loan.count + Header.count), flags: 0, next: 0, of: loan.number)
            }
            offer(1, from: loan.number)
            nextAvailable &+= 1
        }

        @inlinable
        public mutating func finish() { ring.publish(nextAvailable) }

        @inlinable
        public mutating func takeBack(into buffers: inout LentBuffers) -> Int? {
            let claimed = Int(ring.usedIndex() &- nextUsed)
            guard claimed > 0 else { return 0 }
            guard claimed <= Int(nextAvailable &- nextUsed) else { return nil }
            var done = 0
            if buffers.isPlain {
                if isInOrder {
                    // The index tells all; elements may be missing. (VirtIO 1.2 §2.7.9)
                    done = claimed
                } else {
                    done = countUsed(claimed, from: buffers.first)
                }
                buffers.release(done)
            }
            if done < claimed, !takeBackOneByOne(done, claimed, &buffers) { return nil }
            nextUsed &+= UInt16(truncatingIfNeeded: claimed)
            return claimed
        }

        /// How many of the next `limit` used elements name one number after the other.
        @inlinable @inline(__always)
        func countUsed(_ limit: Int, from number: Int) -> Int {
            let mask = UInt32(truncatingIfNeeded: ring.mask)
            var id = UInt32(truncatingIfNeeded: number)
            var done = 0
            while done < limit {
                let first = (Int(nextUsed) &+ done) & ring.mask
                var cursor = ring.cursor(from: first, count: min(limit &- done, ring.mask &+ 1 &- first))
                while cursor.left > 0, cursor.usedID == id & mask {
                    id &+= 1
                    done &+= 1
                    cursor.advance()
                }
                guard cursor.left == 0 else { break }
            }
            return done
        }

        /// Takes back what was used in another order, or with its header elsewhere. False if it was not lent.
        @inline(never) @usableFromInline
        mutating func takeBackOneByOne(_ done: Int, _ claimed: Int, _ buffers: inout LentBuffers) -> Bool {
            for index in done..<claimed {
                var offset = 0
                if !isInOrder {
                    let id = ring.usedID(at: nextUsed &+ UInt16(truncatingIfNeeded: index))
                    guard id <= UInt32(ring.mask) else { return false }
                    offset = (Int(id) - buffers.first) & ring.mask
                }
                guard buffers.takeBack(offset: offset) > 0 else { return false }
            }
            return true
        }

        public mutating func clear() {
            ring.clear()
            ring.setInterrupts(false, nextUsed: 0, usesEvents: usesEvents)
            nextUsed = 0
            nextAvailable = 0
            notified = 0
            offer(ring.count, from: 0)
            isSkewed = false
        }

        public mutating func wantsNotification() -> Bool {
            ring.wantsNotification(since: &notified, until: nextAvailable, usesEvents: usesEvents)
        }

        public mutating func setInterrupts(_ areOn: Bool) {
            ring.setInterrupts(areOn, nextUsed: nextUsed, usesEvents: usesEvents)
        }
    }
}
