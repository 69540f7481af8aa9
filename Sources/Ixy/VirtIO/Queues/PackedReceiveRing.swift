public import BasicContainers
public import IxyHardware

extension VirtIO {
    /// A receive queue in the packed layout. Every slot is a buffer, so what is used in a slot is replaced in that slot.
    /// (VirtIO 1.2 §2.8)
    @frozen
    public struct PackedReceiveRing: ReceiveRing, ~Copyable {
        @usableFromInline var ring: PackedRing
        /// The call in which each buffer was last given to the device. If it is back in the same one it has to wait for the
        /// next, in which it cannot be the same claim again.
        @usableFromInline var givenIn: UniqueArray<UInt32>
        @usableFromInline var call: UInt32 = 0
        /// The slot that is looked at next, and the wrap counter there.
        @usableFromInline var next = 0
        @usableFromInline var wrap = true
        /// Descriptors that were given since the last look at whether to notify.
        @usableFromInline var fresh = 0
        /// The length of every descriptor, with the header.
        @usableFromInline var length: UInt32 = 0
        public var sawLie = false
        public var sawMerged = false
        public var bytes = 0
        public let isMergeable: Bool

        public init(_ ring: consuming PackedRing, isMergeable: Bool) {
            givenIn = UniqueArray(repeating: 0, count: ring.count)
            self.ring = ring
            self.isMergeable = isMergeable
        }

        @inlinable public static var headerCount: Int { LongHeader.count }
        public var count: Int { ring.count }
        public var bufferCount: Int { ring.count }
        public var keeper: any AnyObject & Sendable { ring.keeper }
        public var layout: QueueLayout { QueueLayout(ring) }

        @inlinable @inline(__always)
        public mutating func waiting() -> Int? {
            call &+= 1
            // Each slot tells for itself. One round at most, so that a device which goes on and on cannot hold us.
            return PackedDescriptor.isUsed(ring.extent(of: next), wrap: wrap) ? ring.count : 0
        }

        /// The wrap counter at `next &+ index`.
        @inlinable @inline(__always)
        func wrap(at index: Int) -> Bool { (next &+ index > ring.mask) != wrap }

        @inlinable @inline(__always)
        public mutating func claim(_ index: Int) -> (slot: Int, count: Int)? {
            let extent = ring.extent(of: next &+ index)
            guard PackedDescriptor.isUsed(extent, wrap: wrap(at: index)) else { return nil }
            let slot = PackedDescriptor.id(extent)
            guard slot <= ring.mask else {
                sawLie = true
                return nil
            }
            guard givenIn[slot] != call else { return nil }
            return (slot, Int(truncatingIfNeeded: extent & 0xFFFF_FFFF))
        }

        @inlinable @inline(__always)
        public mutating func arm(_ slot: Int, _ index: Int, _ address: UInt64) {
            let place = next &+ index
            ring.setAddress(address &- UInt64(LongHeader.count), of: place)
            // The slot is given for the next round, in which the wrap counter is the other one.
            let flags = PackedDescriptor.available(!wrap(at: index)) | PackedDescriptor.write
            ring.setExtent(length, id: UInt16(truncatingIfNeeded: slot), flags: flags, of: place)
            givenIn[slot] = call
        }

        @inlinable
        public mutating func finish(_ taken: Int) {
            next &+= taken
            fresh &+= taken
            if next > ring.mask {
                next &-= ring.mask &+ 1
                wrap.toggle()
            }
        }

        public mutating func layOut(_ buffers: borrowing ArmedBuffers) {
            ring.clear()
            ring.setInterrupts(false)
            length = UInt32(buffers.bufferSize + LongHeader.count)
            call = 0
            next = 0
            // The first round is given with a wrap counter of one; `arm` gives for the round after the current one.
            wrap = false
            for slot in 0..<ring.count { arm(slot, slot, buffers.deviceAddress(at: slot)) }
            wrap = true
            fresh = ring.count
        }

        public mutating func wantsNotification() -> Bool {
            defer { fresh = 0 }
            // What is available ends where we look next, one round later.
            return ring.wantsNotification(after: fresh, next: next, wrap: !wrap)
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

    /// Whether the device has used it: both bits are the wrap counter.
    @inlinable @inline(__always)
    static func isUsed(_ extent: UInt64, wrap: Bool) -> Bool {
        let both: UInt64 = 1 << 63 | 1 << 55
        return extent & both == (wrap ? both : 0)
    }

    @inlinable @inline(__always)
    static func id(_ extent: UInt64) -> Int { Int(truncatingIfNeeded: extent &>> 32) & 0xFFFF }
}
