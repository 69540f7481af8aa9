public import IxyHardware

extension VirtIO {
    /// A transmit queue in the packed layout. (VirtIO 1.2 §2.8)
    @frozen
    public struct PackedTransmitRing: TransmitRing, ~Copyable {
        @usableFromInline var ring: PackedRing
        /// The device's address of a header of zeros, for packets that have no room for their own.
        @usableFromInline let zeros: UInt64
        /// The slot that is written next, and the wrap counter there.
        @usableFromInline var next = 0
        @usableFromInline var wrap = true
        /// The slot where the device reports next, and the wrap counter there.
        @usableFromInline var nextUsed = 0
        @usableFromInline var usedWrap = true
        /// Descriptors that were given since the last look at whether to notify.
        @usableFromInline var fresh = 0
        public var bytes = 0

        /// - Parameter zeros: the device's address of 12 bytes that are zero.
        public init(_ ring: consuming PackedRing, zeros: UInt64) {
            self.ring = ring
            self.zeros = zeros
        }

        @inlinable public static var headerCount: Int { LongHeader.count }
        public var count: Int { ring.count }
        public var keeper: any AnyObject & Sendable { ring.keeper }
        public var layout: QueueLayout { QueueLayout(ring) }

        @inlinable @inline(__always)
        public mutating func describe(_ loan: LentBuffers.Loan) -> Bool {
            guard TransmitLimits.lengths.contains(loan.count) else { return false }
            if loan.isApart { return describeApart(loan) }
            let length = UInt32(truncatingIfNeeded: loan.count &+ LongHeader.count)
            ring.setAddress(loan.address &- UInt64(LongHeader.count), of: next)
            ring.setExtent(length, id: loan.id, flags: PackedDescriptor.available(wrap), of: next)
            advance()
            bytes &+= loan.count
            return true
        }

        /// Header and frame in a slot each. The first one is given last. (VirtIO 1.2 §2.8.6)
        @inline(never) @usableFromInline
        mutating func describeApart(_ loan: LentBuffers.Loan) -> Bool {
            let first = next, firstFlags = PackedDescriptor.available(wrap) | PackedDescriptor.next
            advance()
            ring.setAddress(loan.address, of: next)
            ring.setExtent(
                UInt32(truncatingIfNeeded: loan.count), id: loan.id, flags: PackedDescriptor.available(wrap), of: next)
            advance()
            ring.setAddress(zeros, of: first)
            ring.setExtent(UInt32(LongHeader.count), id: loan.id, flags: firstFlags, of: first)
            bytes &+= loan.count
            return true
        }

        @inlinable @inline(__always)
        mutating func advance() {
            next &+= 1
            fresh &+= 1
            if next > ring.mask {
                next = 0
                wrap.toggle()
            }
        }

        @inlinable
        public mutating func finish() { bytes = 0 }

        @inlinable
        public mutating func takeBack(into buffers: inout LentBuffers) -> Int? {
            var packets = 0
            // The record of what is lent bounds this: each turn takes something back.
            while buffers.count > 0 {
                let extent = ring.extent(of: nextUsed)
                guard PackedDescriptor.isUsed(extent, wrap: usedWrap) else { break }
                let slots = buffers.takeBack(UInt32(truncatingIfNeeded: PackedDescriptor.id(extent)))
                guard slots > 0 else { return nil }
                nextUsed &+= slots
                if nextUsed > ring.mask {
                    nextUsed &-= ring.mask &+ 1
                    usedWrap.toggle()
                }
                packets &+= 1
            }
            return packets
        }

        public mutating func clear() {
            ring.clear()
            ring.setInterrupts(false)
            next = 0
            wrap = true
            nextUsed = 0
            usedWrap = true
            fresh = 0
        }

        public mutating func wantsNotification() -> Bool {
            defer { fresh = 0 }
            return ring.wantsNotification(after: fresh, next: next, wrap: wrap)
        }

        public mutating func setInterrupts(_ areOn: Bool) { ring.setInterrupts(areOn) }
    }
}
