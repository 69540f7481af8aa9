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
        /// Packets that are lent.
        @usableFromInline var packets = 0
        @usableFromInline var counted = TransmitCounters()
        public var counters: TransmitCounters { counted }

        init(
            ring: consuming Ring, buffers: consuming LentBuffers, notifier: consuming Notifier,
            seat: consuming QueueSeat, splitsHeader: Bool
        ) {
            self.ring = ring
            self.buffers = buffers
            self.notifier = notifier
            self.seat = seat
            self.splitsHeader = splitsHeader
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
            var sent = 0
            while true {
                sent &+= buffers.lend(
                    from: &batch, headerCount: Ring.headerCount, isApart: splitsHeader, in: &ring)
                // Whatever is left has no room, or no frame can carry it.
                guard !batch.isEmpty, buffers.room > 1, dropUnsendable(&batch) else { break }
            }
            guard sent > 0 else { return 0 }
            packets &+= sent
            counted.packets &+= UInt64(truncatingIfNeeded: sent)
            counted.bytes &+= UInt64(truncatingIfNeeded: ring.bytes)
            ring.finish()
            if ring.wantsNotification() { notifier.notify() }
            return sent
        }

        /// Drops the first packet if no frame can carry it, or if it lies where the device cannot reach.
        @inline(never) @usableFromInline
        mutating func dropUnsendable(_ batch: inout PacketBatch) -> Bool {
            var isUnsendable = !buffers.reachesFirst(of: batch)
            var index = 0
            batch.forEach { packet in
                if index == 0, !TransmitLimits.lengths.contains(packet.count) { isUnsendable = true }
                index += 1
            }
            guard isUnsendable else { return false }
            batch.dropFirst()
            counted.unsendable += 1
            return true
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
                buffers.takeBackAll()
                packets = 0
                ring.clear()
            }
            return runs
        }
    }
}
