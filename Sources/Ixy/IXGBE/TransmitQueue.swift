public import IxyHardware

extension IXGBE {
    /// A transmit queue: a ring of descriptors that we fill up to the tail and the device empties from its head on.
    /// (82599 §7.2.3)
    ///
    /// The device reports progress by writing its head into memory (§7.2.3.5.2), and only for every 32nd packet of a batch
    /// and the last one, so that descriptors are never written back and their cache lines stay ours.
    @frozen @usableFromInline
    package struct TransmitQueue: PacketTransmitter, Resettable, ~Copyable {
        @usableFromInline var ring: PacketRing
        /// Where packets come from in exchange for large ones.
        private let pool: PacketPool
        @usableFromInline let tail: TailRegister
        @usableFromInline var participant: ResetParticipant
        /// The head that the device has reported last: packets from there to `next` are in flight.
        @usableFromInline var head = 0
        /// The slot that is filled next.
        @usableFromInline var next = 0
        /// The tail that the device knows.
        @usableFromInline var announced = 0
        /// From how many packets in flight on the device's report is looked at.
        @usableFromInline var worthALook = TransmitQueue.reportInterval
        @usableFromInline var counted = TransmitCounters()
        @usableFromInline package var counters: TransmitCounters { counted }

        /// Every how many descriptors the device reports. At most half of the smallest ring.
        @inlinable static var reportInterval: Int { 32 }

        /// After how many more packets its report is looked at, which costs a cache line.
        @inlinable static var lookInterval: Int { 128 }

        init(
            ring: consuming PacketRing, pool: consuming PacketPool, tail: consuming TailRegister,
            participant: consuming ResetParticipant
        ) {
            self.ring = ring
            self.pool = pool
            self.tail = tail
            self.participant = participant
        }

        @inlinable
        package var inFlight: Int { (next &- head) & ring.mask }

        /// Free slots; one always stays free, or a full ring would look empty to the device. (82599 §7.2.3.3)
        @inlinable
        var room: Int { ring.mask &- inFlight }

        @inlinable @inline(__always)
        @discardableResult
        package mutating func transmit(_ batch: inout PacketBatch) -> Int {
            batch.count == 1 ? transmitOne(&batch) : transmitMany(&batch)
        }

        @inlinable @inline(never)
        mutating func transmitMany(_ batch: inout PacketBatch) -> Int {
            guard !participant.isCalled || rejoin() else { return 0 }
            // The word in which the device reports is looked at when there is something to gain: each look may cost a
            // cache line. It is asked for before the packets are moved, and looked at afterwards.
            let isDue = inFlight >= worthALook || batch.isEmpty || batch.count > room
            if isDue { ring.area.expect(0) }
            let wanted = min(batch.count, room)
            if wanted >= IXGBE.many { ring.claim(wanted, from: next) }
            let sent = put(wanted, isPlain: true, of: &batch)
            guard batch.isEmpty else { return sent &+ transmitSlowly(&batch, isDue) }
            writeTail()
            if isDue { look() }
            return sent
        }

        /// Moves packets from the front of `batch` into the next slots, in exchange for those that were sent from there.
        ///
        /// It ends at the ring's end, and at a packet that cannot be sent or is of another pool.
        @inlinable @inline(__always)
        mutating func put(_ limit: Int, isPlain: Bool, of batch: inout PacketBatch) -> Int {
            let first = next, lengths = LengthRange(TransmitDescriptor.lengths)
            var slots = ring.run(from: first, count: limit, isPlain: isPlain, .advanced)
            let count = slots.count
            var packets = batch.packets(from: 0, count)
            var sent = 0
            var bytes: UInt64 = 0
            while isPlain, slots.hasFour(sent),
                let length = slots.sendFour(sent, &packets, lengths, command: TransmitDescriptor.command, step: 0)
            {
                bytes &+= length
                sent &+= 4
            }
            while sent < count {
                let length = UInt64(truncatingIfNeeded: packets[sent].count)
                guard slots.send(sent, &packets[sent], lengths, command: TransmitDescriptor.command) else { break }
                bytes &+= length
                sent &+= 1
            }
            batch.forgetFirst(sent)
            advance(sent, bytes)
            var reporting = TransmitQueue.reportInterval
            while reporting < sent {
                report(first &+ reporting &- 1)
                reporting &+= TransmitQueue.reportInterval
            }
            return sent
        }

        /// The next slots are filled.
        @inlinable @inline(__always)
        mutating func advance(_ filled: Int, _ bytes: UInt64) {
            next = (next &+ filled) & ring.mask
            counted.packets &+= UInt64(truncatingIfNeeded: filled)
            counted.bytes &+= bytes
        }

        /// Has the device report when it has sent the packet of a slot.
        @inlinable @inline(__always)
        func report(_ slot: Int) { ring.reword(slot, TransmitDescriptor.command | TransmitDescriptor.reportStatus) }

        /// Tells the device of the slots that it does not know of yet. It reports the last one, or the packets of a small batch
        /// would stay in flight until the next interval.
        @inlinable @inline(__always)
        mutating func writeTail() {
            guard announced != next else { return }
            report(next &- 1)
            announce()
        }

        @inlinable @inline(__always)
        mutating func announce() {
            announced = next
            tail.write(UInt32(truncatingIfNeeded: next))
        }

        /// The same in the less common cases: at the ring's end, in a full ring, with packets of several pools, or with some that cannot be sent.
        @inline(never) @usableFromInline
        mutating func transmitSlowly(_ batch: inout PacketBatch, _ isDue: Bool) -> Int {
            var sent = 0
            var isDue = isDue
            while !batch.isEmpty {
                if room == 0 {
                    guard isDue else { break }
                    isDue = false
                    writeTail()
                    look()
                    continue
                }
                let limit = min(batch.count, room)
                let moved = ring.isPlain
                    ? put(limit, isPlain: true, of: &batch) : put(limit, isPlain: false, of: &batch)
                sent += moved
                if moved == 0 { sent += putFirst(of: &batch) }
            }
            writeTail()
            if isDue { look() }
            return sent
        }

        /// Makes sure that `put` takes the first packet; moves it, if it is of a pool of larger buffers; or drops it if it cannot be
        /// sent.
        ///
        /// - Returns: how many packets were moved.
        private mutating func putFirst(of batch: inout PacketBatch) -> Int {
            var first = batch.packets(from: 0, 1)
            let length = first[0].count
            // A length that the device cannot send would hang its transmit engine. Work that is left to do with a packet, this
            // driver leaves undone.
            guard TransmitDescriptor.lengths.contains(length), !first[0].canCarryOffload, ring.reaches(first[0]) else {
                batch.dropFirst()
                counted.unsendable &+= 1
                return 0
            }
            if ring.admit(first[0]) { return 0 }
            ring.exchange(next, with: &first[0])
            batch.forgetFirst(1)
            ring.offer(next, TransmitDescriptor.command)
            advance(1, UInt64(length))
            return 1
        }

        /// Takes back what is sent, and decides when that is worth another look: after 128 more packets, or in a ring that
        /// is half full at once.
        @inlinable
        mutating func look() {
            reclaim()
            worthALook = min(inFlight &+ TransmitQueue.lookInterval, ring.count &>> 1)
        }

        /// Sees how far the device is.
        @inlinable @inline(__always)
        mutating func reclaim() {
            let reported = Int(truncatingIfNeeded: ring.area.load32(0))
            guard reported != head else { return }
            // The device wrote this: it must be a slot, and lie between our oldest packet and the tail that it knows.
            guard reported <= ring.mask, (reported &- head) & ring.mask <= (announced &- head) & ring.mask else {
                lie()
                return
            }
            if ring.largeCount > 0 { returnLarge(upTo: reported) }
            head = reported
        }

        /// Returns large packets that are sent to their pools, which have few.
        @inline(never) @usableFromInline
        mutating func returnLarge(upTo reported: Int) {
            for offset in 0..<(reported &- head) & ring.mask { ring.returnLarge(head &+ offset, pool) }
        }

        @inline(never) @usableFromInline
        mutating func lie() {
            counted.deviceLies += 1
            participant.reportLie()
        }

        @inline(never) @usableFromInline
        @discardableResult
        package mutating func rejoin() -> Bool { takePartInReset() }

        @usableFromInline
        mutating func startOver() {
            counted.abandoned &+= UInt64(truncatingIfNeeded: inFlight)
            ring.clear()
            head = 0
            next = 0
            announced = 0
            worthALook = TransmitQueue.reportInterval
        }
    }
}
