public import IxyHardware
public import Synchronization

extension VirtIO {
    /// A split virtqueue: descriptor table, available ring, used ring, in the layout that suits legacy devices and all others.
    /// (VirtIO 1.2 §2.7, §2.7.2)
    ///
    /// The descriptors are those of slots that own packets. Positions in the two rings are taken modulo the queue's size.
    @frozen @usableFromInline
    struct SplitVirtqueue: ~Copyable, Sendable {
        @usableFromInline var slots: PacketRing
        /// Where the used ring begins behind the descriptors.
        @usableFromInline let used: Int
        /// Where 16 bytes of zeros are, for packets that have no room for a header.
        private let zeros: Int

        /// The used ring begins with the next page of 4096 bytes, and the zeros with the next 16 bytes behind it.
        private static func offsets(_ count: Int) -> (used: Int, zeros: Int) {
            let used = (count * 16 + 6 + count * 2 + 4095) & ~4095
            return (used - count * 16, (used + 6 + count * 8 + 15) & ~15 - count * 16)
        }

        /// The bytes that a queue of `count` descriptors takes.
        static func byteCount(descriptors count: Int) -> Int { count * 16 + offsets(count).zeros + 16 }

        /// A queue of `count` descriptors, all zero, in memory from `arena`, whose slots own no packets yet.
        ///
        /// - Parameters:
        ///   - header: bytes of a frame's header.
        ///   - bufferSize: bytes that the device may write into a packet; 0 if it only reads.
        /// - Throws: what `PacketRing` throws.
        init(count: Int, header: Int, bufferSize: Int, in arena: inout DMAArena) throws(HardwareError) {
            (used, zeros) = SplitVirtqueue.offsets(count)
            slots = try PacketRing(
                count: count, format: .virtqueue(header: header), area: zeros + 16, bufferSize: bufferSize, in: &arena)
        }

        /// Number of descriptors minus one.
        @inlinable var mask: Int { slots.mask }
        @inlinable var count: Int { slots.count }

        var layout: QueueAddresses {
            QueueAddresses(
                size: count, descriptors: slots.deviceAddress, driverArea: slots.area.deviceAddress(0),
                deviceArea: slots.area.deviceAddress(used))
        }

        /// Puts a chain's first descriptor into the available ring. The device sees it after `publish`. (§2.7.6)
        @inlinable @inline(__always)
        func offer(_ descriptor: UInt16, at position: UInt16) {
            slots.area.store16(descriptor, 4 &+ (Int(position) & mask) &* 2)
        }

        /// Makes everything that was offered before `position` available.
        @inlinable @inline(__always)
        func publish(_ position: UInt16) { slots.area.store16(position, 2) }

        /// How far the device has come; everything that it wrote before is visible afterwards. (§2.7.8)
        @inlinable @inline(__always)
        func usedIndex() -> UInt16 { slots.area.load16(used &+ 2) }

        /// The descriptor number that the device claims to have used at `position`: not checked.
        @inlinable @inline(__always)
        func usedID(at position: UInt16) -> UInt32 { slots.area.load32(used &+ 4 &+ (Int(position) & mask) &* 8) }

        /// How many bytes the device claims to have written at `position`: not checked.
        func usedLength(at position: UInt16) -> UInt32 { slots.area.load32(used &+ 8 &+ (Int(position) & mask) &* 8) }

        /// Tells the device of a header of zeros in the descriptor at `place`, which goes on with the next one.
        mutating func describeZeros(_ place: Int, _ header: Int) {
            slots.describeArea(place, from: zeros, count: header, SplitDescriptor.word(SplitDescriptor.next, next: (place + 1) & mask))
        }

        /// (Mutating, or Swift 6.3 would copy all of the queue for the call.)
        ///
        /// - Parameter last: the available index of the last call.
        @inlinable @inline(__always)
        mutating func wantsNotification(since last: inout UInt16, until next: UInt16, usesEvents: Bool) -> Bool {
            // The device must see the index before we look whether it sleeps. (VirtIO 1.2 §2.7.13.4.1)
            atomicMemoryFence(ordering: .sequentiallyConsistent)
            let old = last
            last = next
            // Whatever it says here can at most cost a notification. (§2.7.10)
            guard usesEvents else { return slots.area.load16(used) & 1 == 0 }
            // Whether the event, which stands behind the used elements, lies in old ..< next.
            return next &- slots.area.load16(used &+ 4 &+ count &* 8) &- 1 < next &- old
        }

        func setInterrupts(_ areOn: Bool, nextUsed: UInt16, usesEvents: Bool) {
            if usesEvents {
                // An event that was just passed does not come for 65536 buffers. It stands behind the available ring. (§2.7.7.1)
                slots.area.store16(areOn ? nextUsed : nextUsed &- 1, 4 + count * 2)
            } else {
                slots.area.store16(areOn ? 0 : 1, 0)
            }
            atomicMemoryFence(ordering: .sequentiallyConsistent)
        }
    }
}

/// The second word of a split descriptor, beside the length. (VirtIO 1.2 §2.7.5)
@usableFromInline
enum SplitDescriptor {
    /// The chain goes on with `next`.
    @inlinable static var next: UInt16 { 1 }
    /// The device writes the buffer.
    @inlinable static var write: UInt16 { 2 }

    @inlinable @inline(__always)
    static func word(_ flags: UInt16, next: Int = 0) -> UInt64 {
        UInt64(flags) &<< 32 | UInt64(UInt16(truncatingIfNeeded: next)) &<< 48
    }
}
