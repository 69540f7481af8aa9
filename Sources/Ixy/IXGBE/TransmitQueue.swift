public import IxyHardware

extension IXGBE {
    /// A transmit queue: a ring of descriptors that we fill up to the tail and the device empties from its head on.
    /// (82599 §7.2.3)
    ///
    /// The device reports progress by writing its head into memory (§7.2.3.5.2), and only for every 32nd packet of a batch
    /// and the last one, so that descriptors are never written back and their cache lines stay ours.
    @frozen
    public struct TransmitQueue: PacketTransmitter, ~Copyable {
        @usableFromInline let ring: DescriptorRing
        @usableFromInline var buffers: InFlightBuffers
        @usableFromInline let tail: TailRegister
        @usableFromInline var seat: QueueSeat
        /// The head that was last seen.
        @usableFromInline var head = 0
        /// From how many packets in the ring on the device's report is looked at.
        @usableFromInline var worthALook = TransmitQueue.reportInterval
        @usableFromInline var counted = TransmitCounters()
        public var counters: TransmitCounters { counted }

        /// What can be sent.
        @inlinable @inline(__always)
        var lengths: FrameLengths {
            FrameLengths(
                shortest: TransmitDescriptor.lengths.lowerBound, longest: TransmitDescriptor.lengths.upperBound)
        }

        /// Every how many descriptors the device reports. At most half of the smallest ring.
        @inlinable static var reportInterval: Int { 32 }

        /// After how many more packets its report is looked at, which costs a cache line.
        @inlinable static var lookInterval: Int { 128 }

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
            // The word in which the device reports is looked at when there is something to gain: each look may cost a
            // cache line. It is asked for before the packets are moved, and looked at afterwards.
            let waiting = buffers.count, wanted = batch.count
            let isDue = waiting >= worthALook || wanted == 0 || wanted > ring.mask &- waiting
            if isDue { ring.expectHeadWriteBack() }
            if wanted >= 16 { ring.claim(min(wanted, ring.mask &- waiting), from: buffers.nextSlot) }
            let departures = buffers.fillAtOnce(
                from: &batch, in: ring, lengths: lengths, every: TransmitQueue.reportInterval,
                report: TransmitDescriptor.reportStatus, command: { TransmitDescriptor.whole($0) })
            settle(departures)
            guard batch.isEmpty else { return departures.count &+ transmitSlowly(&batch, isDue) }
            if departures.count > 0 { tail.write(UInt32(truncatingIfNeeded: buffers.nextSlot)) }
            if isDue { look() }
            return departures.count
        }

        @inlinable @inline(__always)
        mutating func settle(_ departures: Departures) {
            counted.packets &+= UInt64(truncatingIfNeeded: departures.count)
            counted.bytes &+= UInt64(truncatingIfNeeded: departures.bytes)
        }

        /// The same in the less common cases: at the ring's end, in a full ring, with packets of several pools, or with
        /// some that cannot be sent.
        @inline(never) @usableFromInline
        mutating func transmitSlowly(_ batch: inout PacketBatch, _ isDue: Bool) -> Int {
            var sent = 0
            var isDue = isDue
            while !batch.isEmpty {
                let departures = buffers.fill(
                    from: &batch, in: ring, lengths: lengths, every: TransmitQueue.reportInterval,
                    report: TransmitDescriptor.reportStatus, command: { TransmitDescriptor.whole($0) })
                sent &+= departures.count
                settle(departures)
                guard !batch.isEmpty else { break }
                if isDue, buffers.count == ring.mask {
                    isDue = false
                    look()
                    if buffers.count < ring.mask { continue }
                }
                guard buffers.count < ring.mask else { break }
                // A length that the device cannot send would hang its transmit engine.
                batch.dropFirst()
                counted.unsendable &+= 1
            }
            // Also what was filled before.
            tail.write(UInt32(truncatingIfNeeded: buffers.nextSlot))
            if isDue { look() }
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
                worthALook = TransmitQueue.reportInterval
            }
            return runs
        }

        @inline(never) @usableFromInline
        mutating func lie() {
            counted.deviceLies += 1
            seat.reportLie()
        }

        /// Takes back what is sent, and decides when that is worth another look: after 128 more packets, or in a ring that
        /// is half full at once.
        @inlinable
        mutating func look() {
            reclaim()
            worthALook = min(buffers.count &+ TransmitQueue.lookInterval, (ring.mask &+ 1) &>> 1)
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
