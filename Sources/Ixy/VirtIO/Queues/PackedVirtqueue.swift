public import IxyHardware
public import Synchronization

extension VirtIO {
    /// A packed virtqueue: one ring of descriptors that both sides write, and the two event suppression structures.
    /// (VirtIO 1.2 §2.8)
    ///
    /// A descriptor's length, id and flags are one word, so that they change together.
    @frozen @usableFromInline
    struct PackedVirtqueue: ~Copyable, Sendable {
        @usableFromInline var slots: PacketRing
        /// Its lower half is known to be zero where it is used, but not the rest: as a constant it would be made again each time.
        @usableFromInline let idStep: UInt32 = 1

        /// The driver's event suppression structure, then, on a cache line of its own, the device's, then zeros.
        private static let driverEvent = 64, zeros = 192, areaSize = 256
        @inlinable static var deviceEvent: Int { 128 }

        /// The bytes that a ring of `count` descriptors takes.
        static func byteCount(descriptors count: Int) -> Int { count * 16 + areaSize }

        /// A ring of `count` descriptors, all zero, in memory from `arena`. See `SplitVirtqueue`.
        init(count: Int, bufferSize: Int, in arena: inout DMAArena) throws(HardwareError) {
            slots = try PacketRing(
                count: count, format: .virtqueue(header: LongHeader.count), area: PackedVirtqueue.areaSize, bufferSize: bufferSize,
                in: &arena)
        }

        /// Number of descriptors minus one.
        @inlinable var mask: Int { slots.mask }
        @inlinable var count: Int { slots.count }

        var layout: QueueAddresses {
            QueueAddresses(
                size: count, descriptors: slots.deviceAddress,
                driverArea: slots.area.deviceAddress(PackedVirtqueue.driverEvent),
                deviceArea: slots.area.deviceAddress(PackedVirtqueue.deviceEvent))
        }

        /// How much the next id adds to a word. Ids of one round do not carry.
        @inlinable @inline(__always)
        var nextID: UInt64 { UInt64(idStep) &<< 32 }

        /// The wrap counter at a slot, where slots are counted on and on: it begins with one.
        @inlinable @inline(__always)
        func wrap(at number: Int) -> Bool { number & count == 0 }

        /// Tells the device of a header of zeros in the descriptor at `place`.
        mutating func describeZeros(_ place: Int, _ header: Int, _ word: UInt64) {
            slots.describeArea(place, from: PackedVirtqueue.zeros, count: header, word)
        }

        /// Flags of the event suppression structures, in the high half; a position with its wrap counter is in the low half.
        /// (VirtIO 1.2 §2.8.14)
        @usableFromInline
        enum EventFlags {
            static let enable: UInt32 = 0
            @inlinable static var disable: UInt32 { 1 }
            static let atDescriptor: UInt32 = 2
        }

        /// (Mutating, or Swift 6.3 would copy all of the queue for the call.)
        ///
        /// - Parameters:
        ///   - count: descriptors that were made available since the last call.
        ///   - next: the slot after them, and its wrap counter.
        @inlinable @inline(__always)
        mutating func wantsNotification(after count: Int, next: Int, wrap: Bool) -> Bool {
            atomicMemoryFence(ordering: .sequentiallyConsistent)
            // Whatever it says here can at most cost a notification.
            let event = slots.area.load32(PackedVirtqueue.deviceEvent)
            return event &>> 16 & 3 != EventFlags.disable && isDue(event, after: count, next: next, wrap: wrap)
        }

        @inline(never) @usableFromInline
        mutating func isDue(_ event: UInt32, after count: Int, next: Int, wrap: Bool) -> Bool {
            switch event >> 16 & 3 {
            case EventFlags.enable: return true
            case EventFlags.atDescriptor:
                let slot = Int(event & 0x7FFF)
                let eventWrap = event & 0x8000 != 0
                // How far the event lies behind `next`, in slots; one that is more than a ring behind is one ahead of it.
                //
                // An event that was passed earlier counts, too: QEMU (7.2) goes on after a send that had to wait without
                // asking for a new one, and would sleep for ever.
                let distance = eventWrap == wrap ? next - slot : next + self.count - slot
                return count > 0 && distance > 0 && distance <= self.count
            default: return false
            }
        }

        func setInterrupts(_ areOn: Bool) {
            slots.area.store32((areOn ? EventFlags.enable : EventFlags.disable) << 16, PackedVirtqueue.driverEvent)
            atomicMemoryFence(ordering: .sequentiallyConsistent)
        }
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

    /// All of the word but the flags that do not tell whose it is.
    ///
    /// It may be applied to a difference of two words: from a right one nothing is borrowed, and if one of the two flags that tell is
    /// wrong, the seven below it, which make up a difference of 127 at most, cannot hide it.
    @inlinable static var telling: UInt64 { 0x8080_FFFF_FFFF_FFFF }
    @inlinable static var flags: UInt64 { 0x8080 &<< 48 }

    /// The word without its length that tells that the device has used the buffer with this number: both flags are as the wrap
    /// counter.
    @inlinable @inline(__always)
    static func used(_ number: Int, wrap: Bool) -> UInt64 { id(number) | (wrap ? flags : 0) }

    /// The word without its length of a descriptor that is given to the device, for the buffer with this number.
    @inlinable @inline(__always)
    static func given(_ number: Int, wrap: Bool, _ flags: UInt16 = 0) -> UInt64 {
        UInt64(available(wrap) | flags) &<< 48 | id(number)
    }

    /// The id of a buffer with this number, in its place.
    @inlinable @inline(__always)
    static func id(_ number: Int) -> UInt64 { UInt64(UInt16(truncatingIfNeeded: number)) &<< 32 }

    /// The id that a word names.
    @inlinable static func id(of word: UInt64) -> UInt16 { UInt16(truncatingIfNeeded: word &>> 32) }

    /// Whether the device has used it.
    @inlinable @inline(__always)
    static func isUsed(_ word: UInt64, wrap: Bool) -> Bool { word & flags == used(0, wrap: wrap) }
}
