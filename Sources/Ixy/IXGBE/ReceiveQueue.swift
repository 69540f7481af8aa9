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
        /// The slot that the device fills next.
        @usableFromInline var next = 0
        /// A frame of several segments is being thrown away, up to its end-of-packet.
        @usableFromInline var isSkipping = false
        @usableFromInline var counted = ReceiveCounters()
        public var counters: ReceiveCounters { counted }

        init(ring: consuming DescriptorRing, buffers: consuming ArmedBuffers, tail: consuming TailRegister) {
            self.ring = ring
            self.buffers = buffers
            self.tail = tail
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
            let first = next
            var slot = next
            var received = 0
            var bytes = 0
            // At most one round of the ring a call, so that a device which marks all as done cannot hold us.
            let limit = min(batch.room, ring.mask)
            while received < limit {
                let writeBack = ring.load(1, of: slot)
                guard writeBack & ReceiveDescriptor.done != 0 else { break }
                let length = ReceiveDescriptor.length(writeBack)
                let isWhole = writeBack & (ReceiveDescriptor.endOfPacket | ReceiveDescriptor.receiveError)
                    == ReceiveDescriptor.endOfPacket
                guard isWhole, !isSkipping, length > 0, length <= buffers.bufferSize else {
                    // The buffer stays in its slot and is armed anew: nothing is lost.
                    discard(writeBack, length: length)
                    arm(slot)
                    slot = (slot &+ 1) & ring.mask
                    if slot == first { break }
                    continue
                }
                guard let packet = buffers.exchange(at: slot, count: length) else {
                    counted.poolEmpty &+= 1
                    break
                }
                arm(slot)
                batch.append(packet)
                bytes &+= length
                received &+= 1
                slot = (slot &+ 1) & ring.mask
            }
            guard slot != first else { return 0 }
            next = slot
            counted.packets &+= UInt64(truncatingIfNeeded: received)
            counted.bytes &+= UInt64(truncatingIfNeeded: bytes)
            // The tail is the last descriptor that the device may fill, and stays one behind our next: a tail that
            // reached the head would mean an empty ring. (82599 §7.1.9)
            tail.write(UInt32(truncatingIfNeeded: (slot &- 1) & ring.mask))
            return received
        }

        /// Counts a descriptor that yields no packet.
        @inline(never) @usableFromInline
        mutating func discard(_ writeBack: UInt64, length: Int) {
            let isEnd = writeBack & ReceiveDescriptor.endOfPacket != 0
            if length == 0 || length > buffers.bufferSize {
                counted.deviceLies += 1
            } else if isSkipping || !isEnd {
                if isEnd { counted.multiSegment += 1 }
            } else {
                counted.errors += 1
            }
            isSkipping = !isEnd
        }
    }
}
