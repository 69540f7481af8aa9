public import IxyHardware

extension VirtIO {
    /// A transmit queue: packets that the device reads and returns in any order.
    @frozen @usableFromInline
    struct TransmitQueue<Ring: TransmitRing & ~Copyable>: PacketTransmitter, Resettable, ~Copyable {
        @usableFromInline var ring: Ring
        /// The numbers under which packets are lent.
        @usableFromInline var lent: LentNumbers
        /// Where packets come from in exchange for large ones.
        private let pool: PacketPool
        @usableFromInline let notifier: Notifier
        @usableFromInline var participant: ResetParticipant
        /// The device wants each header in a buffer of its own.
        @usableFromInline let splitsHeader: Bool
        /// The offloads of the device; nil if there are none.
        let offloads: OffloadRules?
        /// Packets that are lent.
        @usableFromInline var packets = 0
        @usableFromInline var counted = TransmitCounters()
        @usableFromInline var counters: TransmitCounters { counted }

        init(
            ring: consuming Ring, pool: consuming PacketPool, notifier: consuming Notifier,
            participant: consuming ResetParticipant, splitsHeader: Bool, offloads: OffloadRules? = nil
        ) {
            lent = LentNumbers(count: ring.slots.count)
            self.ring = ring
            self.pool = pool
            self.notifier = notifier
            self.participant = participant
            self.splitsHeader = splitsHeader
            self.offloads = offloads
            self.ring.clear()
        }

        @inlinable
        var inFlight: Int { packets }

        @inlinable @inline(__always)
        @discardableResult
        mutating func transmit(_ batch: inout PacketBatch) -> Int {
            guard !participant.isCalled || rejoin() else { return 0 }
            // The device's news cost a cache line, so they are read only when buffers run short.
            if batch.isEmpty || lent.room < max(lent.count, 2 &* batch.count) {
                guard reclaim() else { return 0 }
            }
            var sent = splitsHeader ? (packets: 0, bytes: 0) : ring.send(&batch, &lent, isPlain: true)
            // The rest is beyond the ring's end, nothing usual, or has no room.
            if !batch.isEmpty, lent.room > 0 { sendSlowly(&batch, &sent) }
            guard sent.packets > 0 else { return 0 }
            packets &+= sent.packets
            counted.packets &+= UInt64(truncatingIfNeeded: sent.packets)
            counted.bytes &+= UInt64(truncatingIfNeeded: sent.bytes)
            ring.finish()
            if ring.wantsNotification() { notifier.notify() }
            return sent.packets
        }

        /// Sends packets beyond the ring's end, of several pools, without room for their header, or with work left, and drops those that
        /// no frame can carry.
        @inline(never) @usableFromInline
        mutating func sendSlowly(_ batch: inout PacketBatch, _ sent: inout (packets: Int, bytes: Int)) {
            while !batch.isEmpty, lent.room > 0 {
                if !splitsHeader {
                    let more = ring.slots.isPlain
                        ? ring.send(&batch, &lent, isPlain: true) : ring.send(&batch, &lent, isPlain: false)
                    sent.packets += more.packets
                    sent.bytes += more.bytes
                    guard more.packets == 0 else { continue }
                }
                switch lendFirst(of: &batch) {
                case .lent(let count):
                    sent.packets += 1
                    sent.bytes += count
                case .noRoom: return
                case .impossible:
                    batch.dropFirst()
                    counted.unsendable += 1
                }
            }
        }

        /// The outcome for the first packet of a batch.
        private enum Lending {
            /// It is lent, and has so many bytes.
            case lent(Int)
            /// It waits for numbers to come back.
            case noRoom
            /// It is shorter than an Ethernet header, in memory which the device cannot reach, or has work left that the device
            /// does not do.
            case impossible
        }

        /// Lends the first packet of `batch`, of whatever kind.
        private mutating func lendFirst(of batch: inout PacketBatch) -> Lending {
            let header = Ring.headerCount
            var first = batch.packets(from: 0, 1)
            let count = first[0].count, offload = first[0].offload
            guard ring.slots.reaches(first[0]), count >= FrameLengths.shortest else { return .impossible }
            var (word, offset): (UInt64, UInt16) = (0, 0)
            if !offload.isFinished {
                guard let offloads, offloads.canFinish(offload) else { return .impossible }
                (word, offset) = OffloadRules.header(offload)
            }
            let isApart = splitsHeader || !first[0].storeHeader(header, word, offset)
            // A header that lies elsewhere says nothing.
            guard offload.isFinished || !isApart else { return .impossible }
            let number = lent.end, slot = number & lent.mask, taken = isApart ? 2 : 1
            guard lent.room >= taken else { return .noRoom }
            // From here on such packets go fast, if they are never unfinished.
            let isUsual = !first[0].canCarryOffload
            ring.slots.exchange(slot, with: &first[0])
            batch.forgetFirst(1)
            if !isUsual || !ring.slots.admitSlot(slot) { ring.slots.admitNone() }
            if isApart { lent.lendApart() } else { lent.lend(1) }
            ring.describe(number, count: count, isApart: isApart)
            return .lent(count)
        }

        /// Takes back the packets that are out. False if the device lies.
        @inlinable
        mutating func reclaim() -> Bool {
            let first = lent.first
            guard let returned = ring.takeBack(&lent) else {
                lie()
                return false
            }
            packets &-= returned
            if ring.slots.largeCount > 0 { returnLarge(from: first) }
            return true
        }

        /// Returns large packets that came back since number `first` to their pools, which have few.
        @inline(never) @usableFromInline
        mutating func returnLarge(from first: Int) {
            for number in first..<lent.first { ring.slots.returnLarge(number, pool) }
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
            // Packets that a device reported before it went away are out.
            packets &-= ring.takeBack(&lent) ?? 0
            counted.abandoned &+= UInt64(truncatingIfNeeded: packets)
            lent.restart()
            packets = 0
            ring.clear()
        }
    }
}
