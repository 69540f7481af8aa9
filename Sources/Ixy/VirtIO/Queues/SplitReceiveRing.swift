public import BasicContainers
public import IxyHardware

extension VirtIO {
    /// A receive queue in the split layout. (VirtIO 1.2 §2.7)
    ///
    /// As long as the device uses buffers in the order in which they were given, buffer n lies at place n of the available
    /// ring, which need not be written again then.
    @frozen @usableFromInline
    package struct SplitReceiveRing<Header: FrameHeader>: ReceiveRing, ~Copyable {
        @usableFromInline var queue: SplitVirtqueue
        /// The used element that is looked at next. All buffers are always the device's, so that the available index is
        /// this one and so many more.
        @usableFromInline var nextUsed: UInt16 = 0
        /// Where the device's used elements end.
        @usableFromInline var usedEnd: UInt16 = 0
        @usableFromInline let usesEvents: Bool
        /// The available index of the last look at whether to notify.
        @usableFromInline var notified: UInt16 = 0
        @usableFromInline let isMergeable: Bool
        /// The device has promised to use buffers in order. (VirtIO 1.2 §2.7.9)
        let isInOrder: Bool
        /// Each header has a descriptor of its own, before the one with its buffer's number and so many more.
        let splitsHeader: Bool
        @usableFromInline let readsHeader: Bool
        @usableFromInline let bufferCount: Int
        /// The next used buffer lies where it lay at the start, and can be taken in a loop.
        @usableFromInline var isPlain = false
        /// The last buffer of a batch for which there is one used element, and the bytes in it.
        private var batch: (last: UInt16, count: Int)?
        /// How often buffers were given to the device, and at which time each was: since then it cannot have come back.
        @usableFromInline var times: UInt32 = 1
        private var givenAt: UniqueArray<UInt32>

        /// - Parameters:
        ///   - usesEvents: each side tells the other when to notify it next.
        ///   - splitsHeader: the device wants each header in a descriptor of its own.
        ///   - fillsBuffers: of a frame in several buffers, the device fills all but the last one. (VirtIO 1.2 §5.1.6.4.1)
        init(
            _ queue: consuming SplitVirtqueue, isMergeable: Bool, isInOrder: Bool, usesEvents: Bool, splitsHeader: Bool,
            fillsBuffers: Bool
        ) {
            bufferCount = splitsHeader ? queue.count / 2 : queue.count
            self.splitsHeader = splitsHeader
            self.isInOrder = isInOrder
            readsHeader = isMergeable && !fillsBuffers
            givenAt = UniqueArray(repeating: 0, count: queue.count)
            self.queue = queue
            self.isMergeable = isMergeable
            self.usesEvents = usesEvents
        }

        @inlinable static var headerCount: Int { Header.count }
        @usableFromInline
        var layout: QueueAddresses { queue.layout }
        @usableFromInline var slots: PacketRing {
            _read { yield queue.slots }
            _modify { yield &queue.slots }
        }

        /// Bytes of a buffer with its header.
        private var longest: Int { queue.slots.bufferSize + Header.count }

        @inlinable
        var nextAvailable: UInt16 { nextUsed &+ UInt16(truncatingIfNeeded: bufferCount) }

        @inlinable @inline(__always)
        mutating func waiting() -> Int? {
            usedEnd = queue.usedIndex()
            let claimed = Int(usedEnd &- nextUsed)
            // All buffers are the device's; more it cannot have used.
            return claimed <= bufferCount ? claimed : nil
        }

        @inlinable @inline(__always)
        mutating func expected() -> Int { waiting() ?? 0 }

        @inlinable
        var hasMore: Bool { usedEnd != nextUsed }

        @inlinable @inline(__always)
        mutating func takeInOrder(_ limit: Int, isPlain: Bool, into batch: inout PacketBatch) -> (packets: Int, bytes: Int) {
            guard self.isPlain else { return (0, 0) }
            // A buffer that is filled to its end may be the first one of several.
            let span = UInt64(truncatingIfNeeded: queue.slots.bufferSize &- (isMergeable ? 1 : 0) &- FrameLengths.shortest)
            let shortest = UInt64(truncatingIfNeeded: FrameLengths.shortest &+ Header.count)
            let command = SplitDescriptor.word(SplitDescriptor.write)
            let elements = queue.used &+ 4, first = Int(nextUsed) & queue.mask
            var index = 0
            var bytes: UInt64 = 0
            do {
                var slots = queue.slots.run(
                    from: first, count: min(limit, batch.spareCount), isPlain: isPlain, .virtqueue(header: Header.count),
                    leavesRoom: isMergeable)
                let count = slots.count
                let used = slots.pairs(from: elements &+ first &* 8, count: count)
                var spares = batch.spares(count)
                // Added to the number of the next buffer, this gives 0.
                var before = 0 &- UInt64(truncatingIfNeeded: first)
                while isPlain, slots.hasFour(index) {
                    let wrong = used.loadFour(index, 0).map { used, place in used &+ before &- UInt64(truncatingIfNeeded: place) }
                    let rest = used.loadFour(index, 1).map { count, _ in count &- shortest }
                    guard wrong.union == 0,
                        slots.receiveFour(index, rest: rest, into: &spares, command: command, step: 0)
                    else { break }
                    bytes &+= rest.sum
                    before &-= 4
                    index &+= 4
                }
                while index < count, used.load(index, 0) &+ before == 0 {
                    let rest = used.load(index, 1) &- shortest
                    guard rest <= span,
                        slots.receive(index, excess: rest &+ FrameLengths.excess, into: &spares[index], command: command)
                    else { break }
                    bytes &+= rest
                    before &-= 1
                    index &+= 1
                }
                batch.takeSpares(index)
            }
            if index > 0 { finish(index) }
            return (index, Int(truncatingIfNeeded: bytes) &+ index &* FrameLengths.shortest)
        }

        @usableFromInline
        mutating func claim(_ index: Int) -> ReceiveClaim {
            let position = nextUsed &+ UInt16(truncatingIfNeeded: index)
            if let batch, batch.last &- position < UInt16(truncatingIfNeeded: bufferCount) {
                return .filled(
                    slot: Int(position) & queue.mask, count: position == batch.last ? batch.count : longest)
            }
            let id = queue.usedID(at: position), count = Int(queue.usedLength(at: position))
            guard id < UInt32(bufferCount) else { return .lie }
            let slot = Int(id)
            if isInOrder {
                // One element may stand for a batch whose last buffer it names; the others are full. (VirtIO 1.2 §2.7.9)
                let skipped = (slot - Int(position)) & queue.mask
                guard skipped < Int(usedEnd &- position) else { return .lie }
                guard skipped > 0 else { return .filled(slot: slot, count: count) }
                batch = (position &+ UInt16(skipped), count)
                isPlain = false
                return .filled(slot: Int(position) & queue.mask, count: longest)
            }
            guard givenAt[slot] != times else { return .lie }
            if slot != Int(position) & queue.mask { isPlain = false }
            return .filled(slot: slot, count: count)
        }

        @usableFromInline
        mutating func arm(_ slot: Int, _ index: Int) {
            let write = SplitDescriptor.word(SplitDescriptor.write)
            if splitsHeader {
                let data = slot + bufferCount
                queue.slots.describe(
                    slot, slot, from: -Header.count, count: Header.count,
                    SplitDescriptor.word(SplitDescriptor.write | SplitDescriptor.next, next: data))
                queue.slots.describe(data, slot, from: 0, count: queue.slots.bufferSize, write)
            } else {
                queue.slots.describe(slot, slot, from: -Header.count, count: longest, write)
            }
            queue.offer(UInt16(truncatingIfNeeded: slot), at: nextAvailable &+ UInt16(truncatingIfNeeded: index))
            givenAt[slot] = times
        }

        @inlinable @inline(__always)
        mutating func finish(_ taken: Int) {
            nextUsed &+= UInt16(truncatingIfNeeded: taken)
            queue.publish(nextAvailable)
            times &+= 1
            if !isPlain { finishBatch() }
        }

        @inline(never) @usableFromInline
        mutating func finishBatch() {
            if let last = batch?.last, last &+ 1 == nextUsed {
                batch = nil
                isPlain = !splitsHeader && !readsHeader
            }
        }

        @usableFromInline
        mutating func layOut() {
            queue.slots.clear()
            batch = nil
            notified = 0
            // `arm` gives buffers behind those that are used next: none yet.
            nextUsed = 0 &- UInt16(truncatingIfNeeded: bufferCount)
            for slot in 0..<bufferCount { arm(slot, slot) }
            queue.setInterrupts(false, nextUsed: 0, usesEvents: usesEvents)
            finish(bufferCount)
            isPlain = !splitsHeader && !readsHeader
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
