public import IxyHardware

extension VirtIO {
    /// A transmit queue: packets that the device reads and returns in any order.
    @frozen
    public struct TransmitQueue<Ring: TransmitRing & ~Copyable>: PacketTransmitter, ~Copyable {
        @usableFromInline var ring: Ring
        @usableFromInline var buffers: LentBuffers
        @usableFromInline let notifier: Notifier
        @usableFromInline var seat: QueueSeat
        /// The device wants each header in a buffer of its own.
        @usableFromInline let splitsHeader: Bool
        /// What may be left to the device; nil if nothing.
        let offloads: OffloadRules?
        /// Packets that are lent.
        @usableFromInline var packets = 0
        @usableFromInline var counted = TransmitCounters()
        public var counters: TransmitCounters { counted }

        init(
            ring: consuming Ring, buffers: consuming LentBuffers, notifier: consuming Notifier,
            seat: consuming QueueSeat, splitsHeader: Bool, offloads: OffloadRules? = nil
        ) {
            self.ring = ring
            self.buffers = buffers
            self.notifier = notifier
            self.seat = seat
            self.splitsHeader = splitsHeader
            self.offloads = offloads
            self.ring.clear()
        }

        @inlinable
        public var inFlight: Int { packets }

        @inlinable
        @discardableResult
        public mutating func transmit(_ batch: inout PacketBatch) -> Int {
            guard !seat.isCalled || rejoin() else { return 0 }
            // The device's news cost a cache line, so they are read only when buffers run short.
            if batch.isEmpty || buffers.room < max(buffers.count, 2 &* batch.count) {
                guard reclaim() else { return 0 }
            }
            var sent = splitsHeader ? (packets: 0, bytes: 0) : ring.send(&batch, &buffers)
            // What is left is nothing usual, or has no room.
            if !batch.isEmpty, buffers.room > 0 { sendOneByOne(&batch, &sent) }
            guard sent.packets > 0 else { return 0 }
            packets &+= sent.packets
            counted.packets &+= UInt64(truncatingIfNeeded: sent.packets)
            counted.bytes &+= UInt64(truncatingIfNeeded: sent.bytes)
            ring.finish()
            if ring.wantsNotification() { notifier.notify() }
            return sent.packets
        }

        /// Sends packets of another pool or without room for their header, and drops what no frame can carry.
        @inline(never) @usableFromInline
        mutating func sendOneByOne(_ batch: inout PacketBatch, _ sent: inout (packets: Int, bytes: Int)) {
            while !batch.isEmpty {
                let lending = buffers.lendFirst(of: &batch, headerCount: Ring.headerCount, isApart: splitsHeader) { offload in
                    offloads.flatMap { $0.canFinish(offload) ? OffloadRules.header(offload) : nil }
                }
                switch lending {
                case .lent(let loan):
                    ring.describe(loan)
                    sent.packets += 1
                    sent.bytes += loan.count
                case .noRoom: return
                case .impossible:
                    batch.dropFirst()
                    counted.unsendable += 1
                }
            }
        }

        /// Returns the buffers of packets that are out. False if the device lies.
        @inlinable
        mutating func reclaim() -> Bool {
            guard let returned = ring.takeBack(into: &buffers) else {
                lie()
                return false
            }
            packets &-= returned
            return true
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
                // What a device reported before it went away is out.
                packets &-= ring.takeBack(into: &buffers) ?? 0
                counted.abandoned &+= UInt64(truncatingIfNeeded: packets)
                buffers.restart()
                packets = 0
                ring.clear()
            }
            return runs
        }
    }
}
