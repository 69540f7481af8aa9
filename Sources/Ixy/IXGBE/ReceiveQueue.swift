public import IxyHardware

extension IXGBE {
    /// A receive queue: a ring of descriptors that the device fills from its head on, and that we refill up to
    /// the tail. (82599 §7.1.9)
    ///
    /// It reads no register. All it learns from the device is the second word of each descriptor, read once and
    /// validated; addresses and buffers are in the queue's own record.
    @frozen
    public struct ReceiveQueue: PacketReceiver, ~Copyable {
        @usableFromInline var ring: ArmedRing
        @usableFromInline let tail: TailRegister
        /// Where the device interrupts; nil if it is only polled.
        let interrupt: EventFile?
        @usableFromInline var seat: QueueSeat
        /// The slot that the device fills next.
        @usableFromInline var next = 0
        /// Slots that are armed, which the device was not told of, and of how many it is told at once: it has others.
        @usableFromInline var untold = 0
        @usableFromInline let portion: Int
        /// See `ReceiveDescriptor.excess`.
        @usableFromInline let told: UInt64
        @usableFromInline let least: UInt64
        /// A frame of several segments is being thrown away, up to its end-of-packet.
        @usableFromInline var isSkipping = false
        @usableFromInline var counted = ReceiveCounters()
        public var counters: ReceiveCounters { counted }

        init(
            ring: consuming DescriptorRing, buffers: consuming ArmedBuffers, tail: consuming TailRegister,
            interrupt: EventFile?, seat: consuming QueueSeat
        ) {
            // Each time that it is told it takes the line of the tail register, and fills what it was told of while we work
            // on what comes next. Three quarters of the ring are always left to it.
            portion = min(128, ring.count / 4)
            told = ReceiveDescriptor.status | ReceiveDescriptor.length
            least = ReceiveDescriptor.whole | 1 << 32
            let lengths = FrameLengths(shortest: 1, longest: buffers.bufferSize)
            self.ring = ArmedRing(ring, buffers, lengths: lengths)
            self.tail = tail
            self.interrupt = interrupt
            self.seat = seat
            // The second word is the header buffer's address, whose bit 0 is the done bit: zero, as we have none.
            // (82599 §7.1.6.1, read format)
            for slot in 0..<self.ring.descriptors.count { self.ring.arm(slot) }
        }

        @inlinable
        @discardableResult
        public mutating func receive(into batch: inout PacketBatch) -> Int {
            guard !seat.isCalled || rejoin() else { return 0 }
            guard !isSkipping else { return receiveSlowly(into: &batch) }
            let told = told, least = least
            let arrivals = ring.exchange(
                from: next, into: &batch, excess: { ReceiveDescriptor.excess($0, told: told, least: least) })
            let count = arrivals.count
            settle(count, packets: count, bytes: arrivals.bytes)
            // Nearly always that is all there is, or all that there is room for.
            let isDone = arrivals.isEnded
                ? ReceiveDescriptor.word(arrivals.ending, least: least) & ReceiveDescriptor.done == 0 : batch.room == 0
            guard isDone else { return count &+ receiveSlowly(into: &batch) }
            tell()
            // Whoever takes few packets at a time waits for each of them, unless it is asked for before.
            if !arrivals.isEnded, ring.descriptors.load(1, of: next) & ReceiveDescriptor.done != 0 {
                ring.expectPacket(in: next)
            }
            return count
        }

        /// The next slots are done with.
        @inlinable @inline(__always)
        mutating func settle(_ passed: Int, packets: Int, bytes: Int) {
            next = (next &+ passed) & ring.descriptors.mask
            untold &+= passed
            counted.packets &+= UInt64(truncatingIfNeeded: packets)
            counted.bytes &+= UInt64(truncatingIfNeeded: bytes)
        }

        /// Tells the device of armed slots, if there are many.
        @inlinable @inline(__always)
        mutating func tell() {
            guard untold >= portion else { return }
            untold = 0
            // The tail is the last descriptor that the device may fill, and stays one behind our next: a tail that
            // reached the head would mean an empty ring. (82599 §7.1.9)
            tail.write(UInt32(truncatingIfNeeded: (next &- 1) & ring.descriptors.mask))
        }

        /// The same in the less common cases: at the ring's end, without buffers at hand, after a bad descriptor, and where
        /// a pool's pages are not in one piece for the device.
        @inline(never) @usableFromInline
        mutating func receiveSlowly(into batch: inout PacketBatch) -> Int {
            let told = told, least = least
            var received = 0
            var passed = 0
            // At most one round of the ring a call, so that a device which marks all as done cannot hold us.
            while passed < ring.descriptors.mask, batch.room > 0 {
                var ending: UInt64?
                // While a frame is skipped, no packet is taken.
                if !isSkipping {
                    ring.expect(min(batch.room, 64), from: next)
                    let arrivals = ring.exchangeSlowly(
                        from: next, into: &batch, excess: { ReceiveDescriptor.excess($0, told: told, least: least) })
                    settle(arrivals.count, packets: arrivals.count, bytes: arrivals.bytes)
                    received += arrivals.count
                    passed += arrivals.count
                    // A run that was taken as a whole may end where the ring does.
                    if arrivals.count > 0, !arrivals.isEnded { continue }
                    if arrivals.isEnded { ending = ReceiveDescriptor.word(arrivals.ending, least: least) }
                }
                guard skip(next, ending ?? ring.descriptors.load(1, of: next)) else { break }
                settle(1, packets: 0, bytes: 0)
                passed += 1
            }
            tell()
            return received
        }

        @inline(never)
        @discardableResult
        public mutating func rejoin() -> Bool {
            var isPrepared = false
            let runs = seat.follow { isPrepared = true }
            if isPrepared {
                ring.descriptors.clear()
                for slot in 0..<ring.descriptors.count { ring.arm(slot) }
                next = 0
                untold = 0
                isSkipping = false
            }
            return runs
        }

        public mutating func wait(milliseconds: Int) {
            IXGBE.wait(for: seat.isCalled ? nil : interrupt, milliseconds: milliseconds) {
                ring.descriptors.load(1, of: next) & ReceiveDescriptor.done != 0
            }
        }

        /// Skips the descriptor in `slot` if it is done but yields no packet. Its buffer stays there and is armed anew:
        /// nothing is lost.
        ///
        /// - Parameter writeBack: the descriptor's second word.
        private mutating func skip(_ slot: Int, _ writeBack: UInt64) -> Bool {
            guard writeBack & ReceiveDescriptor.done != 0 else { return false }
            let length = ReceiveDescriptor.length(writeBack)
            let isWhole = writeBack & ReceiveDescriptor.status == ReceiveDescriptor.whole
            if isWhole, !isSkipping, length > 0, length <= ring.bufferSize {
                // A good frame was left where it is, as there is no fresh buffer.
                counted.poolEmpty &+= 1
                return false
            }
            discard(writeBack, length: length)
            ring.arm(slot)
            return true
        }

        /// Counts a descriptor that yields no packet.
        private mutating func discard(_ writeBack: UInt64, length: Int) {
            let isEnd = writeBack & ReceiveDescriptor.endOfPacket != 0
            if length == 0 || length > ring.bufferSize {
                counted.deviceLies += 1
                seat.reportLie()
            } else if isSkipping || !isEnd {
                if isEnd { counted.multiSegment += 1 }
            } else {
                counted.errors += 1
            }
            isSkipping = !isEnd
        }
    }
}
