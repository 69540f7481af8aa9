public import BasicContainers
public import IxyHardware

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
                let seen = input.ring.isStraight
                    ? Pipeline.pass(limit &- total, isStraight: true, from: &input, to: &output, body)
                    : Pipeline.pass(limit &- total, isStraight: false, from: &input, to: &output, body)
                total &+= seen.count
                if let odd = seen.odd {
                    if case .nothing = odd { break }
                    total &+= handle(odd)
                    guard output.room > 0, !input.participant.isCalled, isSimple || prepare(1) > 0 else { break }
                } else if seen.isAll { break }
            }
            guard total > 0 else { return settle() }
            if total < limit || limit >= Pipeline.few { output.writeTail() } else { writeTailOfFew() }
            input.writeTail()
            if !others.isEmpty { writeTailOfOthers() }
            return total
        }

        /// Shows the packets of the next slots to `body`, and sends them on.
        ///
        /// - Returns: how many were done with; whether that is all, or a ring's end was reached; and the one that ended it.
        @inlinable @inline(__always)
        static func pass(
            _ limit: Int, isStraight: Bool, from input: inout ReceiveQueue, to output: inout TransmitQueue, _ body: (inout PacketView) -> Verdict
        ) -> (count: Int, isAll: Bool, odd: Odd?) {
            let lengths = LengthRange(TransmitDescriptor.lengths), first = input.next, place = output.next
            let mask = input.statusAndLength, shortest = input.shortestGood
            var slots = PassRun(
                &input.ring, from: first, to: &output.ring, from: place, limit: limit, isStraight: isStraight)
            let count = slots.count
            var taken = 0, sent = 0
            var received: UInt64 = 0, bytes: UInt64 = 0
            var odd: Odd?
            while taken < count {
                let word = slots.load(taken), excess = ReceiveDescriptor.excess(word, mask: mask, shortest: shortest)
                let passage = slots.pass(taken, excess: excess, at: sent, lengths, command: TransmitDescriptor.command) {
                    body(&$0).output
                }
                switch passage {
                case .sent(let count):
                    bytes &+= count
                    sent &+= 1
                case .dropped: break
                case .other(let target): odd = .packet(target, excess &+ 1)
                case .bad: odd = word & ReceiveDescriptor.done != 0 ? .descriptor(word) : .nothing
                }
                guard odd == nil else { break }
                received &+= excess
                taken &+= 1
            }
            input.advance(taken)
            input.counted.packets &+= UInt64(truncatingIfNeeded: taken)
            input.counted.bytes &+= received &+ UInt64(truncatingIfNeeded: taken)
            output.advance(sent, bytes)
            return (taken, taken == limit || count == 0, odd)
        }

        /// What ended a run before its end.
        @usableFromInline
        enum Odd {
            /// No other packet is there.
            case nothing
            /// A descriptor that yields no packet.
            case descriptor(UInt64)
            /// A packet of so many bytes was looked at, which cannot simply go on to the first output.
            case packet(Int, UInt64)
        }

        /// Deals with the descriptor that ended a run.
        ///
        /// - Returns: how many were done with.
        @inline(never) @usableFromInline
        mutating func handle(_ odd: Odd) -> Int {
            var done = 1
            switch odd {
            case .nothing: done = 0
            case .descriptor(let word): done = input.skipFrame(word)
            case .packet(let target, let received):
                precondition(target <= others.count, "the pipeline has no output \(target)")
                input.counted.packets &+= 1
                input.counted.bytes &+= received
                if target == 0 { output.send(slot: input.next, of: &input) } else { others[target - 1].send(slot: input.next, of: &input) }
                input.ring.arm(input.next)
                input.advance(1)
            }
            isSimple = others.isEmpty && !input.isSkipping
            return done
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
    /// Sends the packet of a slot of `input`, of whose pool all packets of both rings are, in exchange for one that is sent; counts it
    /// if it cannot be sent.
    mutating func send(slot: Int, of input: inout IXGBE.ReceiveQueue) {
        let length = input.ring.withPacket(slot) { $0.count }
        guard TransmitDescriptor.lengths.contains(length), room > 0 else {
            counted.unsendable &+= 1
            return
        }
        ring.exchange(next, with: &input.ring, slot)
        ring.offer(next, TransmitDescriptor.command)
        advance(1, UInt64(length))
    }
}
