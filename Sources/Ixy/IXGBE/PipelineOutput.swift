public import IxyHardware

extension IXGBE {
    /// A transmit ring of a pipeline. (82599 §7.2.3)
    ///
    /// The device reports its head in memory (§7.2.3.5.2), after the last descriptor of each doorbell.
    @frozen
    @usableFromInline
    struct PipelineOutput: ~Copyable {
        @usableFromInline var slots: SlotBuffers
        @usableFromInline let tail: TailRegister
        @usableFromInline var seat: QueueSeat
        /// The head that was last seen, and the slot that is filled next.
        @usableFromInline var head: Int
        @usableFromInline var next: Int
        /// The tail that the device knows.
        @usableFromInline var tailTold: Int
        /// The command of the last descriptor that the device was not told of; 0 if it knows all.
        @usableFromInline var news: UInt64 = 0
        @usableFromInline var counted: TransmitCounters

        /// Takes over the ring of `queue`, for packets that come from `input`.
        init(_ queue: consuming TransmitQueue, input: inout ReceiveQueue) throws(HardwareError) {
            next = queue.buffers.nextSlot
            head = next
            tailTold = next
            counted = queue.counted
            slots = try input.ring.makeSpares(
                for: queue.buffers, of: queue.ring, lengths: TransmitDescriptor.lengths(in: input.ring.bufferSize))
            tail = queue.tail
            seat = queue.seat
        }

        @inlinable
        var inFlight: Int { (next &- head) & slots.ring.mask }

        /// Packets of which the device does not know yet.
        @inlinable
        var untold: Int { (next &- tailTold) & slots.ring.mask }

        /// Free slots; one always stays free. (82599 §7.2.3.3)
        @inlinable
        var room: Int { slots.ring.mask &- inFlight }

        /// Whether it is time to look how far the device is.
        @inlinable
        var isHalfFull: Bool { inFlight > slots.ring.mask &>> 1 }

        /// Looks how far the device is.
        @inlinable @inline(__always)
        mutating func reclaim() {
            let reported = Int(truncatingIfNeeded: slots.ring.loadHeadWriteBack())
            guard reported != head else { return }
            // The device wrote this: it must be a slot, and lie between our oldest packet and our tail.
            guard reported <= slots.ring.mask, (reported &- head) & slots.ring.mask <= inFlight else {
                lie()
                return
            }
            head = reported
        }

        /// `sent` more slots are filled.
        @inlinable @inline(__always)
        mutating func advance(_ sent: Int, bytes: Int, lastCommand: UInt64) {
            next = (next &+ sent) & slots.ring.mask
            news = lastCommand
            counted.packets &+= UInt64(truncatingIfNeeded: sent)
            counted.bytes &+= UInt64(truncatingIfNeeded: bytes)
        }

        /// Tells the device of what is new, and asks it to report the last of it.
        @inlinable @inline(__always)
        mutating func tell() {
            guard news != 0 else { return }
            slots.ring.store(news | TransmitDescriptor.reportStatus, 1, of: next &- 1)
            news = 0
            tailTold = next
            tail.write(UInt32(truncatingIfNeeded: next))
        }

        @inline(never) @usableFromInline
        mutating func lie() {
            counted.deviceLies += 1
            seat.reportLie()
        }

        /// Takes part in a reset of the device. See `PacketTransmitter.rejoin`.
        mutating func rejoin() -> Bool {
            var isPrepared = false
            let runs = seat.follow { isPrepared = true }
            if isPrepared {
                counted.abandoned &+= UInt64(truncatingIfNeeded: inFlight)
                slots.ring.clear()
                head = 0
                next = 0
                news = 0
                tailTold = 0
            }
            return runs
        }
    }
}
