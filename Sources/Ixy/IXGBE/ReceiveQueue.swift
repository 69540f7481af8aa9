import Glibc
public import IxyHardware

extension IXGBE {
    /// Sleeps until a device interrupts, for at most so many milliseconds, unless a packet is there.
    @usableFromInline
    package typealias Sleep = @Sendable (_ milliseconds: Int, _ hasPacket: () -> Bool) -> Void

    /// A receive queue: a ring of descriptors that the device fills from its head on, and that we refill up to
    /// the tail. (82599 §7.1.9)
    ///
    /// It reads no register. All it learns from the device is the second word of each descriptor, read once and
    /// validated; addresses and packets are in the ring's own slots.
    @frozen @usableFromInline
    package struct ReceiveQueue: PacketReceiver, Resettable, ~Copyable {
        @usableFromInline var ring: PacketRing
        /// Where spare packets come from, if a batch has none.
        let pool: PacketPool
        @usableFromInline let tail: TailRegister
        /// How to wait for an interrupt of the device; nil if it is only polled.
        let sleep: Sleep?
        @usableFromInline var participant: ResetParticipant
        /// The slot that the device fills next.
        @usableFromInline var next = 0
        /// Slots that are armed, of which the device does not know yet.
        @usableFromInline var unannounced = 0
        /// After how many of them the tail is written.
        @usableFromInline let tailBatch: Int
        /// See `ReceiveDescriptor.excess`.
        @usableFromInline let statusAndLength = ReceiveDescriptor.statusAndLength
        @usableFromInline let shortestGood = ReceiveDescriptor.shortestGood
        /// A frame of several segments is being thrown away, up to its end-of-packet.
        @usableFromInline var isSkipping = false
        @usableFromInline var counted = ReceiveCounters()
        @usableFromInline package var counters: ReceiveCounters { counted }

        /// Traps unless each slot of `ring` owns a packet.
        init(
            ring: consuming PacketRing, pool: consuming PacketPool, tail: consuming TailRegister, sleep: Sleep?,
            participant: consuming ResetParticipant
        ) {
            // Every tail write moves a cache line, so slots are announced many at once; three quarters of the ring are always
            // the device's.
            tailBatch = min(128, ring.count / 4)
            self.ring = ring
            self.pool = pool
            self.tail = tail
            self.sleep = sleep
            self.participant = participant
            startOver()
        }

        @inlinable @inline(__always)
        @discardableResult
        package mutating func receive(into batch: inout PacketBatch) -> Int {
            batch.spareCount == 1 ? receiveOne(into: &batch) : receiveMany(into: &batch)
        }

        @inlinable @inline(never)
        mutating func receiveMany(into batch: inout PacketBatch) -> Int {
            guard !participant.isCalled || rejoin() else { return 0 }
            guard !isSkipping else { return receiveSlowly(into: &batch) }
            let wanted = batch.spareCount
            // All have arrived if the last has. If the device lies about the order, nothing changes: each slot has its own packet.
            if wanted >= IXGBE.many, ring.load(next &+ wanted &- 1) & ReceiveDescriptor.done != 0 {
                ring.claim(wanted, from: next)
            }
            let received = take(wanted, isPlain: true, into: &batch)
            // Nearly always that is all there is, or all that there is room for.
            if batch.room == 0 {
                // A batch of few waits for each packet's line, unless the line is asked for before.
                if isReady { ring.expectPacket(next) }
            } else if isReady {
                return received &+ receiveSlowly(into: &batch)
            }
            writeTail()
            return received
        }

        /// Takes packets out of the next slots, in exchange for spare ones of `batch`.
        ///
        /// It ends at a descriptor that yields no packet, at the ring's end, and at a spare packet of another pool.
        @inlinable @inline(__always)
        mutating func take(_ limit: Int, isPlain: Bool, into batch: inout PacketBatch) -> Int {
            let mask = statusAndLength, shortest = shortestGood
            var slots = ring.run(from: next, count: limit, isPlain: isPlain, .advanced)
            let count = slots.count
            var spares = batch.spares(count)
            var taken = 0
            var bytes: UInt64 = 0
            while isPlain, taken <= count &- 4 {
                let excess = slots.loadFour(taken).map { word, _ in ReceiveDescriptor.excess(word, mask: mask, shortest: shortest) }
                guard slots.receiveFour(taken, rest: excess, into: &spares, command: 0, step: 0) else { break }
                bytes &+= excess.sum
                taken += 4
            }
            while taken < count {
                let excess = ReceiveDescriptor.excess(slots.load(taken), mask: mask, shortest: shortest)
                guard slots.receive(taken, excess: excess, into: &spares[taken], command: 0) else { break }
                bytes &+= excess
                taken &+= 1
            }
            batch.takeSpares(taken)
            advance(taken)
            counted.packets &+= UInt64(truncatingIfNeeded: taken)
            counted.bytes &+= bytes &+ UInt64(truncatingIfNeeded: taken)
            return taken
        }

        /// The next slots are armed again.
        @inlinable @inline(__always)
        mutating func advance(_ passed: Int) {
            next = (next &+ passed) & ring.mask
            unannounced &+= passed
        }

        /// Whether the device is done with the next descriptor.
        @inlinable @inline(__always)
        var isReady: Bool { ring.load(next) & ReceiveDescriptor.done != 0 }

        /// Tells the device of armed slots, if there are many.
        @inlinable @inline(__always)
        mutating func writeTail() {
            guard unannounced >= tailBatch else { return }
            unannounced = 0
            // The tail stays one behind our next: tail == head means that the ring is empty. (82599 §7.1.9)
            tail.write(UInt32(truncatingIfNeeded: (next &- 1) & ring.mask))
        }

        /// The same in the less common cases: at the ring's end, without spare packets, with those of another pool, and at a
        /// descriptor that yields no packet.
        @inline(never) @usableFromInline
        mutating func receiveSlowly(into batch: inout PacketBatch) -> Int {
            var received = 0
            // At most one round of the ring a call, so that a device which marks all as done cannot hold us.
            var left = ring.mask
            while left > 0, batch.room > 0, !participant.isCalled {
                let word = ring.load(next)
                guard word & ReceiveDescriptor.done != 0 else { break }
                guard isGood(word) else {
                    skip(word)
                    left -= 1
                    continue
                }
                guard ring.prepareSpare(of: &batch, from: pool) else {
                    counted.poolEmpty &+= 1
                    break
                }
                let limit = min(batch.spareCount, left)
                let taken = ring.isPlain
                    ? take(limit, isPlain: true, into: &batch) : take(limit, isPlain: false, into: &batch)
                // The device has changed the word meanwhile: the next call judges it.
                guard taken > 0 else { break }
                received += taken
                left -= taken
            }
            writeTail()
            return received
        }

        /// Whether a descriptor that is done yields a packet.
        func isGood(_ word: UInt64) -> Bool {
            !isSkipping && word & ReceiveDescriptor.status == ReceiveDescriptor.whole
                && (1...UInt64(ring.bufferSize)).contains(ReceiveDescriptor.length(word))
        }

        /// Passes over a descriptor that is done but yields no packet. Its packet stays there and is armed again: nothing is
        /// lost.
        mutating func skip(_ word: UInt64) {
            let length = ReceiveDescriptor.length(word)
            let isEnd = word & ReceiveDescriptor.endOfPacket != 0
            if length == 0 || length > UInt64(ring.bufferSize) {
                counted.deviceLies += 1
                participant.reportLie()
            } else if isSkipping || !isEnd {
                if isEnd { counted.multiSegment += 1 }
            } else {
                counted.errors += 1
            }
            isSkipping = !isEnd
            ring.arm(next)
            advance(1)
        }

        @inline(never) @usableFromInline
        @discardableResult
        package mutating func rejoin() -> Bool { takePartInReset() }

        @usableFromInline
        mutating func startOver() {
            ring.clear()
            // The second word is the header buffer's address, whose bit 0 is the done bit: zero, as we have none.
            // (82599 §7.1.6.1, read format)
            for slot in 0..<ring.count { ring.arm(slot) }
            next = 0
            unannounced = 0
            isSkipping = false
        }

        @usableFromInline
        package func wait(milliseconds: Int) {
            if let sleep = participant.isCalled ? nil : sleep { sleep(milliseconds) { isReady } } else { usleep(50) }
        }
    }
}
