public import IxyHardware

extension VirtIO {
    /// A transmit queue in the split layout. (VirtIO 1.2 §2.7)
    @frozen
    public struct SplitTransmitRing<Header: FrameHeader>: TransmitRing, ~Copyable {
        @usableFromInline var ring: SplitRing
        /// The device's address of a header of zeros, for packets that have no room for their own.
        @usableFromInline let zeros: UInt64
        /// The used element that is looked at next.
        @usableFromInline var nextUsed: UInt16 = 0
        /// The available index, with what was described and not yet published.
        @usableFromInline var nextAvailable: UInt16 = 0
        @usableFromInline let usesEvents: Bool
        @usableFromInline var notified: UInt16 = 0
        public var bytes = 0

        /// - Parameter zeros: the device's address of 12 bytes that are zero.
        public init(_ ring: consuming SplitRing, zeros: UInt64, usesEvents: Bool) {
            self.ring = ring
            self.zeros = zeros
            self.usesEvents = usesEvents
        }

        @inlinable public static var headerCount: Int { Header.count }
        public var count: Int { ring.count }
        public var keeper: any AnyObject & Sendable { ring.keeper }
        public var layout: QueueLayout { QueueLayout(ring) }

        @inlinable @inline(__always)
        public mutating func describe(_ loan: LentBuffers.Loan) -> Bool {
            guard TransmitLimits.lengths.contains(loan.count) else { return false }
            let id = Int(loan.id)
            if loan.isApart {
                ring.setAddress(zeros, of: id)
                ring.setExtent(UInt32(Header.count), flags: SplitDescriptor.next, next: loan.second, of: id)
                ring.setAddress(loan.address, of: Int(loan.second))
                ring.setExtent(UInt32(truncatingIfNeeded: loan.count), flags: 0, next: 0, of: Int(loan.second))
            } else {
                ring.setAddress(loan.address &- UInt64(Header.count), of: id)
                ring.setExtent(UInt32(truncatingIfNeeded: loan.count &+ Header.count), flags: 0, next: 0, of: id)
            }
            ring.offer(loan.id, at: nextAvailable)
            nextAvailable &+= 1
            bytes &+= loan.count
            return true
        }

        @inlinable
        public mutating func finish() {
            ring.publish(nextAvailable)
            bytes = 0
        }

        @inlinable
        public mutating func takeBack(into buffers: inout LentBuffers) -> Int? {
            let claimed = Int(ring.usedIndex() &- nextUsed)
            guard claimed > 0 else { return 0 }
            guard claimed <= Int(nextAvailable &- nextUsed) else { return nil }
            for index in 0..<claimed {
                let id = ring.usedID(at: nextUsed &+ UInt16(truncatingIfNeeded: index))
                guard buffers.takeBack(id) > 0 else { return nil }
            }
            nextUsed &+= UInt16(truncatingIfNeeded: claimed)
            return claimed
        }

        public mutating func clear() {
            ring.clear()
            ring.setInterrupts(false, nextUsed: 0, usesEvents: usesEvents)
            nextUsed = 0
            nextAvailable = 0
            notified = 0
        }

        public mutating func wantsNotification() -> Bool {
            ring.wantsNotification(since: &notified, until: nextAvailable, usesEvents: usesEvents)
        }

        public mutating func setInterrupts(_ areOn: Bool) {
            ring.setInterrupts(areOn, nextUsed: nextUsed, usesEvents: usesEvents)
        }
    }

    /// What a frame can be.
    @usableFromInline
    enum TransmitLimits {
        /// From an Ethernet header to all that a packet can hold; the device may drop what is longer than its MTU.
        @inlinable static var lengths: ClosedRange<Int> { 14...65535 }
    }
}
