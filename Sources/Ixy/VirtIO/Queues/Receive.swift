import Glibc
public import IxyHardware

extension VirtIO {
    /// A receive queue: buffers that the device fills in any order, each replaced as soon as it is handed out.
    ///
    /// All it learns from the device is which buffer holds how many bytes, read once and validated; addresses and
    /// packets are in the ring's own slots.
    @frozen @usableFromInline
    struct ReceiveQueue<Ring: ReceiveRing & ~Copyable>: PacketReceiver, Resettable, ~Copyable {
        @usableFromInline var ring: Ring
        /// Where spare packets come from, if a batch has none.
        private let pool: PacketPool
        /// Where frames of several buffers are put together; nil if there can be none.
        var large: PacketPool?
        /// The buffers of such a frame.
        var parts: FrameParts
        @usableFromInline let notifier: Notifier
        /// Where the device interrupts; nil if it is only polled.
        let interrupt: EventFile?
        @usableFromInline var participant: ResetParticipant
        /// The device has not been told yet of the buffers that lay in the ring when it was started.
        @usableFromInline var owesNotification = true
        @usableFromInline var counted = ReceiveCounters()
        @usableFromInline var counters: ReceiveCounters { counted }

        /// Traps unless each slot of `ring` with a buffer owns a packet.
        init(
            ring: consuming Ring, pool: consuming PacketPool, large: consuming PacketPool?,
            notifier: consuming Notifier, interrupt: EventFile?, participant: consuming ResetParticipant
        ) {
            parts = FrameParts(count: ring.isMergeable ? ring.bufferCount : 0)
            self.ring = ring
            self.pool = pool
            self.large = large
            self.notifier = notifier
            self.interrupt = interrupt
            self.participant = participant
            self.ring.layOut()
        }

        @inlinable @inline(__always)
        @discardableResult
        mutating func receive(into batch: inout PacketBatch) -> Int {
            guard !participant.isCalled || rejoin() else { return 0 }
            guard !owesNotification else { return announceBuffers() }
            let taken = ring.takeInOrder(ring.expected(), isPlain: true, into: &batch)
            count(taken)
            var received = taken.packets
            // Why there are not more.
            if batch.room > 0, ring.hasMore { received &+= takeSlowly(into: &batch) }
            if received > 0, ring.wantsNotification() { notifier.notify() }
            return received
        }

        @inlinable @inline(__always)
        mutating func count(_ taken: (packets: Int, bytes: Int)) {
            counted.packets &+= UInt64(truncatingIfNeeded: taken.packets)
            counted.bytes &+= UInt64(truncatingIfNeeded: taken.bytes)
        }

        /// Takes what is not like most: the cause that ended a call early may be the ring's end, a frame in several buffers, another
        /// order, no spare packet, packets of several pools, a lie, or nothing at all.
        @inline(never) @usableFromInline
        mutating func takeSlowly(into batch: inout PacketBatch) -> Int {
            guard let waiting = ring.waiting() else {
                lie()
                return 0
            }
            var received = 0
            while received < waiting, batch.room > 0 {
                let limit = waiting - received
                let taken = ring.slots.isPlain
                    ? ring.takeInOrder(limit, isPlain: true, into: &batch) : ring.takeInOrder(limit, isPlain: false, into: &batch)
                count(taken)
                received += taken.packets
                guard taken.packets == 0 else { continue }
                guard case .filled(let slot, let count) = claim(0) else { break }
                let length = count - Ring.headerCount
                // The whole header, and at least an Ethernet header. (VirtIO 1.2 §5.1.6.4)
                guard length >= FrameLengths.shortest, length <= ring.slots.bufferSize else {
                    lie()
                    break
                }
                if ring.isMergeable, length == ring.slots.bufferSize || ring.readsHeader,
                    ring.slots.withPacket(slot, { $0.wordBefore }) != 1
                {
                    return received + assemble(upTo: limit, &batch)
                }
                guard ring.slots.prepareSpare(of: &batch, from: pool) else {
                    counted.poolEmpty += 1
                    break
                }
                var spare = batch.spares(1)
                ring.slots.exchange(slot, with: &spare[0])
                spare[0].resize(to: length)
                batch.takeSpares(1)
                ring.arm(slot, 0)
                ring.finish(1)
                self.count((1, length))
                received += 1
            }
            return received
        }

        /// The device's report on a buffer; counted if it is a lie.
        mutating func claim(_ index: Int) -> ReceiveClaim {
            let claim = ring.claim(index)
            if case .lie = claim { lie() }
            return claim
        }

        /// Tells the device of its first buffers.
        @inline(never) @usableFromInline
        mutating func announceBuffers() -> Int {
            owesNotification = false
            if ring.wantsNotification() { notifier.notify() }
            return 0
        }

        @usableFromInline
        mutating func wait(milliseconds: Int) {
            guard let interrupt, !participant.isCalled, !owesNotification else {
                usleep(50)
                return
            }
            // Earlier signals say nothing about now.
            interrupt.take()
            ring.setInterrupts(true)
            // Packets that came before the device saw that do not interrupt any more. (VirtIO 1.2 §2.7.7.1)
            if ring.waiting() == 0 { _ = interrupt.wait(milliseconds: milliseconds) }
            ring.setInterrupts(false)
        }

        @inline(never) @usableFromInline
        mutating func lie() {
            counted.deviceLies += 1
            participant.reportLie()
        }

        @inline(never) @usableFromInline
        @discardableResult
        mutating func rejoin() -> Bool { takePartInReset() }

        @usableFromInline
        mutating func startOver() {
            ring.layOut()
            owesNotification = true
        }
    }
}
