public import IxyHardware

extension IXGBE {
    /// A transmit queue: a ring of descriptors that we fill up to the tail and the device empties from its head on.
    /// (82599 §7.2.3)
    ///
    /// The device reports progress by writing its head into memory (§7.2.3.5.2), and only for every 32nd
    /// descriptor and the last one of a batch, so that descriptors are never written back and their cache lines stay ours.
    @frozen
    public struct TransmitQueue: PacketTransmitter, ~Copyable {
        @usableFromInline let ring: DescriptorRing
        @usableFromInline var buffers: InFlightBuffers
        @usableFromInline let tail: TailRegister
        @usableFromInline var seat: QueueSeat
        /// The head that was last seen.
        @usableFromInline var head = 0
        @usableFromInline var counted = TransmitCounters()
        public var counters: TransmitCounters { counted }

        /// Every how many descriptors the device reports. At most half of the smallest ring.
        @inlinable static var reportInterval: Int { 32 }

        init(
            ring: consuming DescriptorRing, buffers: consuming InFlightBuffers, tail: consuming TailRegister,
            seat: consuming QueueSeat
        ) {
            self.ring = ring
            self.buffers = buffers
            self.tail = tail
            self.seat = seat
        }

        @inlinable
        public var inFlight: Int { buffers.count }

        @inlinable
        @discardableResult
        public mutating func transmit(_ batch: inout PacketBatch) -> Int {
            guard !seat.isCalled || rejoin() else { return 0 }
            reclaim()
            var bytes = 0
            var sent = 0
            var lastCount = 0
            while true {
                sent &+= buffers.fill(from: &batch, in: ring) { slots, slot, address, count in
                    // A length that the device cannot send would hang its transmit engine.
                    guard TransmitDescriptor.lengths.contains(count) else { return false }
                    let interval = TransmitQueue.reportInterval
                    let reports = slot & (interval &- 1) == interval &- 1
                    let command = TransmitDescriptor.whole(count)
                    slots.store(address, 0, of: slot)
                    slots.store(command | (reports ? TransmitDescriptor.reportStatus : 0), 1, of: slot)
                    lastCount = count
                    bytes &+= count
                    return true
                }
                guard !batch.isEmpty, buffers.count < ring.mask else { break }
                batch.dropFirst()
                counted.unsendable &+= 1
            }
            guard sent > 0 else { return 0 }
            // The last one is always reported, or the buffers of a small batch would stay out until the next 32.
            let last = TransmitDescriptor.whole(lastCount) | TransmitDescriptor.reportStatus
            ring.store(last, 1, of: buffers.nextSlot &- 1)
            counted.packets &+= UInt64(truncatingIfNeeded: sent)
            counted.bytes &+= UInt64(truncatingIfNeeded: bytes)
            tail.write(UInt32(truncatingIfNeeded: buffers.nextSlot))
            return sent
        }

        @inline(never)
        @discardableResult
        public mutating func rejoin() -> Bool {
            var isPrepared = false
            let runs = seat.follow { isPrepared = true }
            if isPrepared {
                counted.abandoned &+= UInt64(truncatingIfNeeded: buffers.count)
                ring.clear()
                buffers.restart()
                head = 0
            }
            return runs
        }

        @inline(never) @usableFromInline
        mutating func lie() {
            counted.deviceLies += 1
            seat.reportLie()
        }

        /// Returns the buffers of all packets that the device has reported as sent.
        @inlinable
        mutating func reclaim() {
            let reported = Int(truncatingIfNeeded: ring.loadHeadWriteBack())
            guard reported != head else { return }
            // The device wrote this: it must be a slot, and lie between our oldest packet and our tail.
            let sent = (reported &- head) & ring.mask
            guard reported <= ring.mask, sent <= buffers.count else {
                lie()
                return
            }
            head = reported
            buffers.release(sent)
        }
    }
}
