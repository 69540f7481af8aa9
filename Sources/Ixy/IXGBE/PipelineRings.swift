public import BasicContainers
import IxyHardware

extension IXGBE {
    /// Packets from one receive queue to transmit queues, in place: a packet goes from slot to slot. See `Ixy.Pipeline`.
    @frozen
    @usableFromInline
    struct Pipeline: ~Copyable {
        @usableFromInline var input: ReceiveQueue
        @usableFromInline var output: TransmitQueue
        /// The outputs from number 1 on.
        @usableFromInline var others: UniqueArray<TransmitQueue>
        /// There is one output, and nothing is to be done before the next packet.
        @usableFromInline var isSimple: Bool

        /// Traps if packets are in flight.
        ///
        /// - Throws: `.poolEmpty` if there are not enough packets for all slots.
        init(
            from input: consuming ReceiveQueue, to output: consuming TransmitQueue, _ others: consuming UniqueArray<TransmitQueue>
        ) throws(HardwareError) {
            try input.ring.makeUniform(input.pool)
            try output.ring.makeUniform(input.pool)
            for index in others.indices { try others[index].ring.makeUniform(input.pool) }
            isSimple = others.isEmpty && !input.isSkipping
            self.input = input
            self.output = output
            self.others = others
        }

        /// The most packets of one call: what a ring of 64 has twice.
        @inlinable static var limit: Int { 32 }
        /// Packets that may wait until the device is told of more, while there are more.
        @inlinable static var few: Int { 8 }

        /// See `Ixy.Pipeline.run`.
        @inlinable @inline(__always)
        mutating func run(limit: Int, _ body: (inout PacketView) -> Verdict) -> Int {
            guard !input.participant.isCalled && !output.participant.isCalled || rejoin() else { return 0 }
            // A look may cost a cache line: it is for when there is something to gain.
            if output.inFlight > output.ring.mask &>> 1 { output.reclaim() }
            // No packet is looked at that might find no room.
            var limit = min(limit, Pipeline.limit, output.room)
            if !isSimple { limit = prepare(limit) }
            guard limit > 0 else { return settle() }
            var total = 0
            while total < limit {
                let seen = input.ring.isPlain ? pass(limit &- total, isPlain: true, body) : passScattered(limit &- total, body)
                total &+= seen.count
                guard seen.count > 0, seen.goesOn, isSimple || prepare(1) > 0 else { break }
            }
            guard total > 0 else { return settle() }
            if total < limit || limit >= Pipeline.few { output.writeTail() } else { writeTailOfFew() }
            input.writeTail()
            if !others.isEmpty { writeTailOfOthers() }
            return total
        }

        /// The same where the pool's pages lie apart for the devices.
        @inlinable @inline(never)
        mutating func passScattered(_ limit: Int, _ body: (inout PacketView) -> Verdict) -> (count: Int, goesOn: Bool) {
            pass(limit, isPlain: false, body)
        }

        /// Takes packets out of the next slots, and only then shows and sends them: a processor that writes into both rings in turns
        /// is half as fast.
        ///
        /// Transparent, or Swift 6.3 would make one function of both uses, in which `isPlain` is no constant.
        ///
        /// - Returns: how many were done with, and whether there may be more.
        @_transparent @inlinable
        mutating func pass(
            _ limit: Int, isPlain: Bool, _ body: (inout PacketView) -> Verdict
        ) -> (count: Int, goesOn: Bool) {
            let (taken, count) = Pipeline.take(limit, isPlain, from: &input, to: &output)
            let place = output.next
            let shown = isPlain && output.ring.sendsPlain(LengthRange(TransmitDescriptor.lengths))
                ? Pipeline.sendInOrder(taken, from: place, by: &output, body) : (count: 0, passage: .sent(0))
            if shown.count < taken { showRest(shown.count, of: taken, from: place, after: shown.passage, body) }
            guard taken < count else { return (taken, count < limit) }
            guard input.isReady else { return (taken, false) }
            return (taken &+ skip(), !input.participant.isCalled)
        }

        /// Takes packets that have arrived into the output's next slots.
        ///
        /// - Returns: how many, and how many could have been taken.
        @inlinable @inline(__always)
        static func take(
            _ limit: Int, _ isPlain: Bool, from input: inout ReceiveQueue, to output: inout TransmitQueue
        ) -> (taken: Int, count: Int) {
            let first = input.next, place = output.next, mask = input.statusAndLength, shortest = input.shortestGood
            var slots = TakeRun(&input.ring, from: first, to: &output.ring, from: place, limit: limit, isPlain: isPlain)
            let count = slots.count
            var taken = 0
            var bytes: UInt64 = 0
            while taken <= count &- 4 {
                let excess = slots.loadFour(taken).map { word, _ in ReceiveDescriptor.excess(word, mask: mask, shortest: shortest) }
                guard slots.takeFour(taken, excess: excess) else { break }
                bytes &+= excess.sum
                // (A checked addition would cost 5 instructions a packet: less is in registers then.)
                taken &+= 4
            }
            while taken < count {
                let excess = ReceiveDescriptor.excess(slots.load(taken), mask: mask, shortest: shortest)
                guard slots.take(taken, excess: excess) else { break }
                bytes &+= excess
                taken &+= 1
            }
            input.advance(taken)
            input.counted.packets &+= UInt64(truncatingIfNeeded: taken)
            input.counted.bytes &+= bytes &+ UInt64(truncatingIfNeeded: taken)
            return (taken, count)
        }

        /// Shows the packets in the slots from `place` on, and sends them, up to the first one that is not to be sent from there.
        ///
        /// - Returns: how many were sent, and what became of the next one.
        @inlinable @inline(__always)
        static func sendInOrder(
            _ count: Int, from place: Int, by output: inout TransmitQueue, _ body: (inout PacketView) -> Verdict
        ) -> (count: Int, passage: Passage) {
            let lengths = LengthRange(TransmitDescriptor.lengths)
            var slots = ShowRun(&output.ring, from: place, count: count, lengths, isPlain: true)
            var sent = 0
            var bytes: UInt64 = 0
            var passage = Passage.dropped
            while sent < count {
                passage = slots.show(sent, at: sent, command: TransmitDescriptor.command) { body(&$0).output }
                guard case .sent(let length) = passage else { break }
                bytes &+= length
                sent &+= 1
            }
            output.advance(sent, bytes)
            return (sent, passage)
        }

        /// Does the same with the rest of the packets, where one has been dropped, or goes to another output.
        ///
        /// - Parameters:
        ///   - start: the first one that was not sent.
        ///   - passage: what became of it; `.sent` if it was not yet shown.
        @inlinable @inline(never)
        mutating func showRest(
            _ start: Int, of count: Int, from place: Int, after passage: Passage, _ body: (inout PacketView) -> Verdict
        ) {
            var index = start, passage = passage
            while index < count {
                switch passage {
                case .sent: break
                case .dropped: index &+= 1
                case .other(let target):
                    send(slot: place &+ index, to: target)
                    index &+= 1
                }
                (index, passage) = Pipeline.show(index, of: count, from: place, by: &output, body)
            }
        }

        /// Shows the packets in the slots from `place` on, beginning with number `start` of `count`, and sends those that go there.
        ///
        /// - Returns: the number of the first one that goes to another output, which it is; `count` if there is none.
        @inlinable @inline(__always)
        static func show(
            _ start: Int, of count: Int, from place: Int, by output: inout TransmitQueue, _ body: (inout PacketView) -> Verdict
        ) -> (index: Int, passage: Passage) {
            let lengths = LengthRange(TransmitDescriptor.lengths)
            let before = (output.next &- place) & output.ring.mask
            var slots = ShowRun(&output.ring, from: place, count: count, lengths, isPlain: false)
            var index = start, sent = before
            var bytes: UInt64 = 0
            var passage = Passage.dropped
            while index < count {
                passage = slots.show(index, at: sent, command: TransmitDescriptor.command) { body(&$0).output }
                if case .sent(let length) = passage {
                    bytes &+= length
                    sent &+= 1
                }
                if case .other = passage { break }
                index &+= 1
            }
            output.advance(sent &- before, bytes)
            return (index, passage)
        }

        /// Sends the packet in a slot of the first output to another one; counts it if it cannot be sent.
        @inline(never) @usableFromInline
        mutating func send(slot: Int, to target: Int) {
            precondition(target <= others.count, "the pipeline has no output \(target)")
            if target == 0 {
                output.counted.unsendable &+= 1
            } else {
                others[target - 1].send(slot: slot, of: &output)
            }
        }

        /// Passes over the next descriptor, and over the frame that it begins, unless it yields a packet now. Returns how many.
        @inline(never) @usableFromInline
        mutating func skip() -> Int {
            let word = input.ring.load(input.next)
            guard !input.isGood(word) else { return 0 }
            let skipped = input.skipFrame(word)
            isSimple = others.isEmpty && !input.isSkipping
            return skipped
        }

        /// There was nothing to do: time to tell the device all, and to look how far it is. Returns 0.
        @inline(never) @usableFromInline
        mutating func settle() -> Int {
            output.writeTail()
            output.reclaim()
            return 0
        }

        /// Tells the device of packets that are sent, if they are many by now or if no other is here yet: every tail write
        /// moves a cache line.
        @inline(never) @usableFromInline
        mutating func writeTailOfFew() {
            if (output.next &- output.announced) & output.ring.mask >= Pipeline.few || !input.isReady { output.writeTail() }
        }

        /// Does what is not to be done in most calls: goes on throwing a frame of
        /// several segments away, and looks how many packets each of the other outputs has room for.
        ///
        /// - Returns: how many packets may be looked at.
        @inline(never) @usableFromInline
        mutating func prepare(_ limit: Int) -> Int {
            if input.isSkipping {
                _ = input.skipFrame(input.ring.load(input.next))
                input.writeTail()
            }
            isSimple = others.isEmpty && !input.isSkipping
            guard !input.isSkipping else { return 0 }
            var limit = min(limit, output.room)
            for index in others.indices {
                guard !others[index].participant.isCalled || others[index].rejoin() else { return 0 }
                others[index].reclaim()
                limit = min(limit, others[index].room)
            }
            return limit
        }

        @inline(never) @usableFromInline
        mutating func writeTailOfOthers() {
            for index in others.indices { others[index].writeTail() }
        }

        /// Looks how far the devices are.
        mutating func reclaim() {
            output.reclaim()
            for index in others.indices { others[index].reclaim() }
        }

        /// Takes part in resets of its devices. Whether all of them run.
        @inline(never) @usableFromInline
        mutating func rejoin() -> Bool {
            var runs = input.rejoin()
            if !output.rejoin() { runs = false }
            for index in others.indices where !others[index].rejoin() { runs = false }
            return runs
        }
    }
}

extension IXGBE.TransmitQueue {
    /// Sends the packet of a slot of another output, of whose pool all packets of both rings are, in exchange for one that is sent;
    /// counts it if it cannot be sent.
    mutating func send(slot: Int, of other: inout IXGBE.TransmitQueue) {
        let length = other.ring.withPacket(slot) { $0.count }
        guard TransmitDescriptor.lengths.contains(length), room > 0 else {
            counted.unsendable &+= 1
            return
        }
        ring.exchange(next, with: &other.ring, slot)
        ring.offer(next, TransmitDescriptor.command)
        advance(1, UInt64(length))
    }
}

extension IXGBE.ReceiveQueue {
    /// Passes over descriptors up to the end of a frame that yields no packet, as far as they are done; one round of the ring
    /// at most, so that a device which marks all as done cannot hold us.
    ///
    /// - Parameter word: that of the first of them.
    /// - Returns: how many.
    mutating func skipFrame(_ word: UInt64) -> Int {
        var word = word, skipped = 0
        while word & ReceiveDescriptor.done != 0, skipped < ring.mask {
            skip(word)
            skipped += 1
            guard isSkipping, !participant.isCalled else { break }
            word = ring.load(next)
        }
        return skipped
    }
}
