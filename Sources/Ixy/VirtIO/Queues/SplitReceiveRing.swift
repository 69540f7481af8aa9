public import BasicContainers
public import IxyHardware

extension VirtIO {
    /// A receive queue in the split layout. (VirtIO 1.2 §2.7)
    ///
    /// As long as the device uses buffers in the order in which they were given, buffer n lies at place n of the available
    /// ring, which need not be written again then.
    @frozen
    public struct SplitReceiveRing<Header: FrameHeader>: ReceiveRing, ~Copyable {
        @usableFromInline var ring: SplitRing
        /// The used element that is looked at next. All buffers are always the device's, so that the available index is
        /// this one and so many more.
        @usableFromInline var nextUsed: UInt16 = 0
        /// Where the device's used elements end.
        @usableFromInline var usedEnd: UInt16 = 0
        @usableFromInline let usesEvents: Bool
        /// The available index of the last look at whether to notify.
        @usableFromInline var notified: UInt16 = 0
        public let isMergeable: Bool
        /// The device has promised to use buffers in order. (VirtIO 1.2 §2.7.9)
        let isInOrder: Bool
        /// Each header has a descriptor of its own, before the one with its buffer's number and so many more.
        let splitsHeader: Bool
        public let readsHeader: Bool
        public let bufferCount: Int
        /// What is used next lies where it lay at the start, and can be taken in a loop.
        @usableFromInline var isPlain = false
        /// The bytes of a buffer, with the header.
        private var longest = 0
        /// The last buffer of a batch for which there is one used element, and the bytes in it.
        private var batch: (last: UInt16, count: Int)?
        /// How often buffers were given to the device, and at which time each was: since then it cannot have come back.
        private var times: UInt32 = 1
        private var givenAt: UniqueArray<UInt32>

        /// - Parameters:
        ///   - usesEvents: each side tells the other when to notify it next.
        ///   - splitsHeader: the device wants each header in a descriptor of its own.
        ///   - fillsBuffers: of a frame in several buffers, the device fills all but the last one. (VirtIO 1.2 §5.1.6.4.1)
        public init(
            _ ring: consuming SplitRing, isMergeable: Bool, isInOrder: Bool, usesEvents: Bool, splitsHeader: Bool,
            fillsBuffers: Bool
        ) {
            bufferCount = splitsHeader ? ring.count / 2 : ring.count
            self.splitsHeader = splitsHeader
            self.isInOrder = isInOrder
            readsHeader = isMergeable && !fillsBuffers
            givenAt = UniqueArray(repeating: 0, count: ring.count)
            self.ring = ring
            self.isMergeable = isMergeable
            self.usesEvents = usesEvents
        }

        @inlinable public static var headerCount: Int { Header.count }
        public var count: Int { ring.count }
        public var keeper: any AnyObject & Sendable { ring.keeper }
        public var layout: QueueLayout { QueueLayout(ring) }

        @inlinable
        var nextAvailable: UInt16 { nextUsed &+ UInt16(truncatingIfNeeded: bufferCount) }

        @inlinable @inline(__always)
        public mutating func waiting() -> Int? {
            usedEnd = ring.usedIndex()
            let claimed = Int(usedEnd &- nextUsed)
            // All buffers are the device's; more it cannot have used.
            return claimed <= bufferCount ? claimed : nil
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
                let first = Int(nextUsed &+ UInt16(truncatingIfNeeded: taken)) & ring.mask
                let done = buffers.exchange(
                    from: first, along: ring.cursor(from: first, count: min(limit &- taken, ring.mask &+ 1 &- first)),
                    into: &batch, lengths: FrameLengths.shortest...longest,
                    excess: { cursor in
                        cursor.usedID == UInt32(truncatingIfNeeded: cursor.number)
                            ? UInt64(cursor.usedLength) &- UInt64(FrameLengths.shortest &+ Header.count) : .max
                    },
                    arm: { cursor, address in cursor.setAddress(address &- UInt64(Header.count)) })
                taken &+= done.packets
                bytes &+= done.bytes
                guard done.goesOn else { break }
            }
            if taken > 0 { finish(taken) }
            return (taken, bytes)
        }

        public mutating func claim(_ index: Int) -> ReceiveClaim {
            let position = nextUsed &+ UInt16(truncatingIfNeeded: index)
            if let batch, batch.last &- position < UInt16(truncatingIfNeeded: bufferCount) {
                return .filled(
                    slot: Int(position) & ring.mask, count: position == batch.last ? batch.count : longest)
            }
            let id = ring.usedID(at: position), count = Int(ring.usedLength(at: position))
            guard id < UInt32(bufferCount) else { return .lie }
            let slot = Int(id)
            if isInOrder {
                // One element may stand for a batch whose last buffer it names; the others are full. (VirtIO 1.2 §2.7.9)
                let skipped = (slot - Int(position)) & ring.mask
                guard skipped < Int(usedEnd &- position) else { return .lie }
                guard skipped > 0 else { return .filled(slot: slot, count: count) }
                batch = (position &+ UInt16(skipped), count)
                isPlain = false
                return .filled(slot: Int(position) & ring.mask, count: longest)
            }
            guard givenAt[slot] != times else { return .lie }
            if slot != Int(position) & ring.mask { isPlain = false }
            return .filled(slot: slot, count: count)
        }

        public mutating func arm(_ slot: Int, _ index: Int, _ address: UInt64) {
            ring.setAddress(address &- UInt64(Header.count), of: slot)
            if splitsHeader { ring.setAddress(address, of: slot &+ bufferCount) }
            ring.offer(UInt16(truncatingIfNeeded: slot), at: nextAvailable &+ UInt16(truncatingIfNeeded: index))
            givenAt[slot] = times
        }

        public mutating func finish(_ taken: Int) {
            nextUsed &+= UInt16(truncatingIfNeeded: taken)
            times &+= 1
            ring.publish(nextAvailable)
            if let last = batch?.last, last &+ 1 == nextUsed {
                batch = nil
                isPlain = true
            }
        }

        public mutating func layOut(_ buffers: borrowing ArmedBuffers) {
            ring.clear()
            longest = buffers.bufferSize + Header.count
            batch = nil
            notified = 0
            // `arm` gives buffers behind those that are used next: none yet.
            nextUsed = 0 &- UInt16(truncatingIfNeeded: bufferCount)
            for slot in 0..<bufferCount {
                if splitsHeader {
                    let data = slot + bufferCount
                    ring.setExtent(
                        UInt32(Header.count), flags: SplitDescriptor.write | SplitDescriptor.next, next: UInt16(data),
                        of: slot)
                    ring.setExtent(UInt32(buffers.bufferSize), flags: SplitDescriptor.write, next: 0, of: data)
                } else {
                    ring.setExtent(UInt32(longest), flags: SplitDescriptor.write, next: 0, of: slot)
                }
                arm(slot, slot, buffers.deviceAddress(at: slot))
            }
            ring.setInterrupts(false, nextUsed: 0, usesEvents: usesEvents)
            finish(bufferCount)
            isPlain = !splitsHeader && !readsHeader
        }

        public mutating func wantsNotification() -> Bool {
            ring.wantsNotification(since: &notified, until: nextAvailable, usesEvents: usesEvents)
        }

        public mutating func setInterrupts(_ areOn: Bool) {
            ring.setInterrupts(areOn, nextUsed: nextUsed, usesEvents: usesEvents)
        }
    }
}

/// The flags of a descriptor. (VirtIO 1.2 §2.7.5)
@usableFromInline
enum SplitDescriptor {
    /// The chain goes on with `next`.
    @inlinable static var next: UInt16 { 1 }
    /// The device writes the buffer.
    @inlinable static var write: UInt16 { 2 }
}

extension VirtIO.QueueLayout {
    init(_ ring: borrowing SplitRing) {
        self.init(
            size: ring.count, descriptors: ring.descriptorAddress, driverArea: ring.availableAddress,
            deviceArea: ring.usedAddress)
    }

    init(_ ring: borrowing PackedRing) {
        self.init(
            size: ring.count, descriptors: ring.descriptorAddress, driverArea: ring.driverEventAddress,
            deviceArea: ring.deviceEventAddress)
    }
}
