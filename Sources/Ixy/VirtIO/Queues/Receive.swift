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
            let taken = buffers.exchange(limit: waiting, in: &ring, into: &batch)
            counted.packets &+= UInt64(truncatingIfNeeded: taken)
            counted.bytes &+= UInt64(truncatingIfNeeded: ring.bytes)
            ring.bytes = 0
            ring.finish(taken)
            if taken > 0, ring.wantsNotification() { notifier.notify() }
            // Why there are not more.
            if ring.sawLie || ring.sawMerged || taken < waiting { return taken &+ attend(taken, waiting, &batch) }
            return taken
        }

        /// What ended a call early: a lie, a frame in several buffers, a full batch, an empty pool, or nothing at all.
        @inline(never) @usableFromInline
        mutating func attend(_ taken: Int, _ waiting: Int, _ batch: inout PacketBatch) -> Int {
            defer { ring.sawMerged = false }
            if ring.sawLie {
                ring.sawLie = false
                lie()
            } else if ring.sawMerged {
                return assemble(upTo: waiting - taken, &batch)
            } else if batch.room > 0, ring.claim(0) != nil {
                counted.poolEmpty += 1
            }
            return 0
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
