public import IxyHardware

extension IXGBE {
    /// The receive ring of a pipeline. (82599 §7.1.9)
    ///
    /// A slot that was done with is armed at once, but the device is told only of many: it has plenty of others.
    @frozen
    @usableFromInline
    struct PipelineInput: ~Copyable {
        @usableFromInline var slots: SlotBuffers
        @usableFromInline let tail: TailRegister
        /// Where the device interrupts; nil if it is only polled.
        let interrupt: EventFile?
        @usableFromInline var seat: QueueSeat
        /// The slot that the device fills next.
        @usableFromInline var next: Int
        /// Slots that are armed, which the device was not told of.
        @usableFromInline var untold: Int
        /// Of how many it is told at once.
        @usableFromInline let portion: Int
        /// See `ReceiveDescriptor.excess`.
        @usableFromInline let told: UInt64
        @usableFromInline let least: UInt64
        /// What the descriptors say by which its packets are sent.
        @usableFromInline let command: LinearCommand
        /// A frame of several segments is being thrown away, up to its end-of-packet.
        @usableFromInline var isSkipping: Bool
        @usableFromInline var counted: ReceiveCounters

        /// Takes over the ring of `queue`, and its buffers.
        init(_ queue: consuming ReceiveQueue) {
            next = queue.next
            isSkipping = queue.isSkipping
            counted = queue.counted
            untold = queue.untold
            portion = queue.portion
            told = ReceiveDescriptor.status | ReceiveDescriptor.length
            least = ReceiveDescriptor.whole | UInt64(TransmitDescriptor.lengths.lowerBound) << 32
            // A frame that is shown must have a length that can be sent, too.
            let lengths = TransmitDescriptor.lengths(in: queue.ring.bufferSize)
            command = TransmitDescriptor.linear(lengths)
            slots = queue.ring.keepInSlots(lengths: lengths)
            tail = queue.tail
            interrupt = queue.interrupt
            seat = queue.seat
        }

        /// `taken` more slots are done with.
        @inlinable @inline(__always)
        mutating func advance(_ taken: Int, packets: Int, bytes: Int) {
            next = (next &+ taken) & slots.ring.mask
            counted.packets &+= UInt64(truncatingIfNeeded: packets)
            counted.bytes &+= UInt64(truncatingIfNeeded: bytes)
            untold &+= taken
        }

        /// Whether the device is done with the next descriptor.
        @inlinable
        var isReady: Bool { slots.ring.load(1, of: next) & ReceiveDescriptor.done != 0 }

        /// Tells the device of armed slots, if there are many.
        @inlinable @inline(__always)
        mutating func tell() {
            guard untold >= portion else { return }
            untold = 0
            // The tail stays one behind our next: a tail that reached the head would mean an empty ring. (82599 §7.1.9)
            tail.write(UInt32(truncatingIfNeeded: (next &- 1) & slots.ring.mask))
        }

        /// Skips descriptors that are done but yield no packet, up to the end of a frame of which one was skipped.
        ///
        /// - Parameter writeBack: the second word of the first of them.
        /// - Returns: how many.
        @inline(never) @usableFromInline
        mutating func skip(_ writeBack: UInt64) -> Int {
            var skipped = 0
            var writeBack = writeBack
            repeat {
                guard writeBack & ReceiveDescriptor.done != 0 else { break }
                skipOne(writeBack)
                skipped += 1
                guard isSkipping, skipped < slots.ring.mask else { break }
                writeBack = slots.ring.load(1, of: next)
            } while true
            return skipped
        }

        private mutating func skipOne(_ writeBack: UInt64) {
            let length = ReceiveDescriptor.length(writeBack)
            let isEnd = writeBack & ReceiveDescriptor.endOfPacket != 0
            if length == 0 || length > slots.bufferSize {
                counted.deviceLies += 1
                seat.reportLie()
            } else if isSkipping || !isEnd {
                if isEnd { counted.multiSegment += 1 }
            } else {
                counted.errors += 1
            }
            isSkipping = !isEnd
            arm(next)
            advance(1, packets: 0, bytes: 0)
        }

        /// Gives `slot`, with the buffer that lies in it, to the device.
        func arm(_ slot: Int) {
            slots.ring.store(slots.deviceAddress(at: slot), 0, of: slot)
            slots.ring.store(0, 1, of: slot)
        }

        /// See `PacketReceiver.wait`.
        func wait(milliseconds: Int) {
            IXGBE.wait(for: seat.isCalled ? nil : interrupt, milliseconds: milliseconds) { isReady }
        }

        /// Takes part in a reset of the device. See `PacketReceiver.rejoin`.
        mutating func rejoin() -> Bool {
            var isPrepared = false
            let runs = seat.follow { isPrepared = true }
            if isPrepared {
                slots.ring.clear()
                for slot in 0..<slots.ring.count { arm(slot) }
                next = 0
                untold = 0
                isSkipping = false
            }
            return runs
        }
    }
}
