import Glibc
public import IxyHardware

extension VirtIO {
    /// A receive queue: buffers that the device fills in any order, each replaced as soon as it is handed out.
    ///
    /// All it learns from the device is which buffer holds how many bytes, read once and validated; addresses and
    /// buffers are in the queue's own record.
    @frozen
    public struct ReceiveQueue<Ring: ReceiveRing & ~Copyable>: PacketReceiver, ~Copyable {
        @usableFromInline var ring: Ring
        @usableFromInline var buffers: ArmedBuffers
        /// Where frames of several buffers are put together; nil if there can be none.
        @usableFromInline var large: PacketPool?
        /// The buffers of such a frame.
        var parts: FrameParts
        @usableFromInline let notifier: Notifier
        /// Where the device interrupts; nil if it is only polled.
        let interrupt: EventFile?
        @usableFromInline var seat: QueueSeat
        /// The device has not been told yet of the buffers that lay in the ring when it was started.
        @usableFromInline var owesNotification = true
        @usableFromInline var counted = ReceiveCounters()
        public var counters: ReceiveCounters { counted }

        init(
            ring: consuming Ring, buffers: consuming ArmedBuffers, large: consuming PacketPool?,
            notifier: consuming Notifier, interrupt: EventFile?, seat: consuming QueueSeat
        ) {
            parts = FrameParts(count: ring.isMergeable ? ring.bufferCount : 0)
            self.ring = ring
            self.buffers = buffers
            self.large = large
            self.notifier = notifier
            self.interrupt = interrupt
            self.seat = seat
            self.ring.layOut(self.buffers)
        }

        @inlinable
        @discardableResult
        public mutating func receive(into batch: inout PacketBatch) -> Int {
            guard !seat.isCalled || rejoin() else { return 0 }
            guard !owesNotification else { return greet() }
            guard let waiting = ring.waiting() else {
                lie()
                return 0
            }
            guard waiting > 0 else { return 0 }
            let taken = ring.takeInOrder(waiting, &buffers, into: &batch)
            var received = taken.packets
            counted.packets &+= UInt64(truncatingIfNeeded: received)
            counted.bytes &+= UInt64(truncatingIfNeeded: taken.bytes)
            // Why there are not more.
            if received < waiting, batch.room > 0 { received &+= takeOneByOne(waiting &- received, &batch) }
            if received > 0, ring.wantsNotification() { notifier.notify() }
            return received
        }

        /// Takes what is not like most: what ended a call early may be a frame in several buffers, another order, an empty
        /// pool, a lie, or nothing at all.
        @inline(never) @usableFromInline
        mutating func takeOneByOne(_ limit: Int, _ batch: inout PacketBatch) -> Int {
            var done = 0
            while done < limit, batch.room > 0 {
                guard case .filled(let slot, let count) = claim(done) else { break }
                let length = count - Ring.headerCount
                // The whole header, and at least an Ethernet header. (VirtIO 1.2 §5.1.6.4)
                guard length >= FrameLengths.shortest, length <= min(buffers.bufferSize, FrameLengths.longest) else {
                    lie()
                    break
                }
                if ring.isMergeable, buffers.wordBefore(slot) != 1, length == buffers.bufferSize || ring.readsHeader {
                    ring.finish(done)
                    return done + assemble(upTo: limit - done, &batch)
                }
                guard let address = buffers.replace(slot, count: length, into: &batch) else {
                    counted.poolEmpty += 1
                    break
                }
                ring.arm(slot, done, address)
                counted.packets += 1
                counted.bytes += UInt64(length)
                done += 1
            }
            ring.finish(done)
            return done
        }

        /// What the device says of a buffer; counted if it is a lie.
        mutating func claim(_ index: Int) -> ReceiveClaim {
            let claim = ring.claim(index)
            if case .lie = claim { lie() }
            return claim
        }

        /// Tells the device of its first buffers.
        @inline(never) @usableFromInline
        mutating func greet() -> Int {
            owesNotification = false
            if ring.wantsNotification() { notifier.notify() }
            return 0
        }

        public mutating func wait(milliseconds: Int) {
            guard let interrupt, !seat.isCalled, !owesNotification else {
                usleep(50)
                return
            }
            // What was signalled before says nothing of now.
            interrupt.take()
            ring.setInterrupts(true)
            // What came before the device saw that does not interrupt any more. (VirtIO 1.2 §2.7.7.1)
            if ring.waiting() == 0 { _ = interrupt.wait(milliseconds: milliseconds) }
            ring.setInterrupts(false)
        }

        @inline(never) @usableFromInline
        mutating func lie() {
            counted.deviceLies += 1
            seat.reportLie()
        }

        @inline(never)
        @discardableResult
        public mutating func rejoin() -> Bool {
            var isPrepared = false
            let runs = seat.follow { isPrepared = true }
            if isPrepared {
                ring.layOut(buffers)
                owesNotification = true
            }
            return runs
        }
    }
}
