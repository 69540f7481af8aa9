public import IxyHardware

extension IXGBE {
    /// A receive queue: a ring of descriptors that the device fills from its head on, and that we refill up to
    /// the tail. (82599 §7.1.9)
    ///
    /// It reads no register. All it learns from the device is the second word of each descriptor, read once and
    /// validated; addresses and buffers are in the queue's own record.
    @frozen
    public struct ReceiveQueue: PacketReceiver, ~Copyable {
        @usableFromInline let ring: DescriptorRing
        @usableFromInline var buffers: ArmedBuffers
        @usableFromInline let tail: TailRegister
        @usableFromInline var seat: QueueSeat
        /// The slot that the device fills next.
        @usableFromInline var next = 0
        /// A frame of several segments is being thrown away, up to its end-of-packet.
        @usableFromInline var isSkipping = false
        @usableFromInline var counted = ReceiveCounters()
        public var counters: ReceiveCounters { counted }

        init(
            ring: consuming DescriptorRing, buffers: consuming ArmedBuffers, tail: consuming TailRegister,
            seat: consuming QueueSeat
        ) {
            self.ring = ring
            self.buffers = buffers
            self.tail = tail
            self.seat = seat
            for slot in 0..<self.ring.count { arm(slot) }
        }

        /// Gives `slot`, with the buffer that lies in it, to the device. (82599 §7.1.6.1, read format)
        @inlinable @inline(__always)
        func arm(_ slot: Int) {
            ring.store(buffers.deviceAddress(at: slot), 0, of: slot)
            // The second word is the header buffer's address, whose bit 0 is the done bit: zero, as we have none.
            ring.store(0, 1, of: slot)
        }

        @inlinable
        @discardableResult
        public mutating func receive(into batch: inout PacketBatch) -> Int {
            guard !seat.isCalled || rejoin() else { return 0 }
            let first = next
            var received = 0
            var passed = 0
            var bytes = 0
            // At most one round of the ring a call, so that a device which marks all as done cannot hold us.
            while passed < ring.mask {
                // What the device said that ended the run; nil if it was not read. While a frame is skipped, no
                // packet is taken.
                var ending: UInt64?
                let bufferSize = buffers.bufferSize
                let taken = buffers.exchange(
                    from: first &+ passed, limit: isSkipping ? 0 : ring.mask &- passed, in: ring, into: &batch,
                    length: { slots, slot in
                        let writeBack = slots.load(1, of: slot)
                        let length = ReceiveDescriptor.length(writeBack)
                        let isWhole = writeBack & ReceiveDescriptor.status == ReceiveDescriptor.whole
                        guard isWhole, length > 0, length <= bufferSize else {
                            ending = writeBack
                            return -1
                        }
                        bytes &+= length
                        return length
                    },
                    arm: { slots, slot, address in
                        slots.store(address, 0, of: slot)
                        slots.store(0, 1, of: slot)
                    })
                received &+= taken
                passed &+= taken
                guard passed < ring.mask, batch.room > 0, skipOne(first &+ passed, ending) else { break }
                passed &+= 1
            }
            guard passed > 0 else { return 0 }
            let slot = (first &+ passed) & ring.mask
            next = slot
            counted.packets &+= UInt64(truncatingIfNeeded: received)
            counted.bytes &+= UInt64(truncatingIfNeeded: bytes)
            // The tail is the last descriptor that the device may fill, and stays one behind our next: a tail that
            // reached the head would mean an empty ring. (82599 §7.1.9)
            tail.write(UInt32(truncatingIfNeeded: (slot &- 1) & ring.mask))
            return received
        }

        @inline(never)
        @discardableResult
        public mutating func rejoin() -> Bool {
            var isPrepared = false
            let runs = seat.follow { isPrepared = true }
            if isPrepared {
                ring.clear()
                for slot in 0..<ring.count { arm(slot) }
                next = 0
                isSkipping = false
            }
            return runs
        }

        /// Skips the descriptor in `slot` if it is done but yields no packet. Its buffer stays there and is armed anew:
        /// nothing is lost.
        ///
        /// - Parameter ending: the descriptor's second word, if it was read already; it is not read again.
        @inlinable @inline(__always)
        mutating func skipOne(_ slot: Int, _ ending: UInt64?) -> Bool {
            let writeBack = ending ?? ring.load(1, of: slot)
            guard writeBack & ReceiveDescriptor.done != 0 else { return false }
            return skip(slot, writeBack)
        }

        @inline(never) @usableFromInline
        mutating func skip(_ slot: Int, _ writeBack: UInt64) -> Bool {
            let length = ReceiveDescriptor.length(writeBack)
            let isWhole = writeBack & ReceiveDescriptor.status == ReceiveDescriptor.whole
            if isWhole, !isSkipping, length > 0, length <= buffers.bufferSize {
                // A good frame was left where it is, as there is no fresh buffer.
                counted.poolEmpty &+= 1
                return false
            }
            discard(writeBack, length: length)
            arm(slot)
            return true
        }

        /// Counts a descriptor that yields no packet.
        private mutating func discard(_ writeBack: UInt64, length: Int) {
            let isEnd = writeBack & ReceiveDescriptor.endOfPacket != 0
            if length == 0 || length > buffers.bufferSize {
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
