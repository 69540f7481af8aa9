public import BasicContainers
public import IxyHardware

extension IXGBE {
    /// Packets from one receive ring to transmit rings, in place: a buffer goes from slot to slot, and there is neither a
    /// pool nor a batch. See `Ixy.Pipeline`.
    @frozen
    @usableFromInline
    struct Pipeline: ~Copyable {
        @usableFromInline var input: PipelineInput
        @usableFromInline var output: PipelineOutput
        /// The outputs from number 1 on.
        @usableFromInline var others: UniqueArray<PipelineOutput>
        /// There is one output, and no frame is being thrown away.
        @usableFromInline var isSimple: Bool

        init(
            from source: consuming ReceiveQueue, to target: consuming TransmitQueue,
            _ others: consuming UniqueArray<TransmitQueue>
        ) throws(HardwareError) {
            let output = try PipelineOutput(target, input: &source)
            var rest = UniqueArray<PipelineOutput>(minimumCapacity: others.count)
            for _ in 0..<others.count { rest.append(try PipelineOutput(others.remove(at: 0), input: &source)) }
            self.output = output
            isSimple = rest.isEmpty && !source.isSkipping
            self.others = rest
            input = PipelineInput(source)
        }

        /// The most packets of one call: what a ring of 64 has twice.
        @inlinable static var limit: Int { 32 }
        /// Packets that may wait until the device is told of more, while there are more.
        @inlinable static var few: Int { 8 }

        /// See `Ixy.Pipeline.run`.
        @inlinable @inline(__always)
        mutating func run(limit: Int, _ body: (inout PacketView) -> Verdict) -> Int {
            guard !input.seat.isCalled && !output.seat.isCalled || rejoin() else { return 0 }
            // A look may cost a cache line: it is for when there is something to gain.
            if output.isHalfFull { output.reclaim() }
            // No packet is looked at that might find no room.
            var limit = min(limit, Pipeline.limit, output.room)
            if !isSimple { limit = prepare(limit) }
            guard limit > 0 else { return rest() }
            var total = 0
            if isSimple { total = runToOne(limit: limit, body) } else { total = runToMany(limit: limit, body) }
            guard total > 0 else { return rest() }
            if total < limit || limit >= Pipeline.few { output.tell() } else { tellOfFew() }
            input.tell()
            if !isSimple { tellOthers() }
            return total
        }

        /// There was nothing to do: time to tell the device all, and to look how far it is. Returns 0.
        @inline(never) @usableFromInline
        mutating func rest() -> Int {
            output.tell()
            output.reclaim()
            return 0
        }

        /// Tells the device of packets that are sent, if they are many by now or if no other is here yet: each time it takes
        /// the tail register's line.
        @inline(never) @usableFromInline
        mutating func tellOfFew() {
            if output.untold >= Pipeline.few || !input.isReady { output.tell() }
        }

        /// Counts what went from the receive ring to the first output, or nowhere.
        @inlinable @inline(__always)
        mutating func settle(_ passage: Passage) {
            input.advance(passage.taken, packets: passage.taken, bytes: passage.received)
            output.counted.unsendable &+= UInt64(truncatingIfNeeded: passage.unsendable)
            if passage.sent > 0 {
                output.advance(passage.sent, bytes: passage.sentBytes, lastCommand: passage.lastCommand)
            }
        }

        /// `run` with one output, and without a frame that is being thrown away.
        @inlinable @inline(__always)
        mutating func runToOne(limit: Int, _ body: (inout PacketView) -> Verdict) -> Int {
            let told = input.told, least = input.least
            var total = 0
            repeat {
                let passage = input.slots.run(
                    from: input.next, to: &output.slots, at: output.next, limit: limit &- total,
                    excess: { ReceiveDescriptor.excess($0, told: told, least: least) },
                    ending: { ReceiveDescriptor.word($0, least: least) }, command: input.command,
                    process: { packet in body(&packet).output })
                settle(passage)
                total &+= passage.taken
                guard total < limit else { break }
                if passage.isEnded {
                    guard passage.ending & ReceiveDescriptor.done != 0 else { break }
                    total &+= input.skip(passage.ending)
                    if input.isSkipping {
                        isSimple = false
                        break
                    }
                }
            } while total < limit
            return total
        }

        /// `run` with several outputs.
        @inlinable @inline(never)
        mutating func runToMany(limit: Int, _ body: (inout PacketView) -> Verdict) -> Int {
            let told = input.told, least = input.least
            var total = 0
            while true {
                let passage = input.slots.pass(
                    from: input.next, to: &output.slots, at: output.next, limit: limit &- total,
                    excess: { ReceiveDescriptor.excess($0, told: told, least: least) },
                    command: { TransmitDescriptor.whole($0) },
                    process: { packet in body(&packet).output })
                settle(passage)
                total &+= passage.taken
                guard total < limit else { break }
                if let detour = passage.detour {
                    send(to: detour.target, received: detour.received, count: detour.count)
                    total &+= 1
                } else if passage.isEnded {
                    guard passage.ending & ReceiveDescriptor.done != 0 else { break }
                    total &+= input.skip(passage.ending)
                }
                guard total < limit, !input.isSkipping else {
                    if input.isSkipping { isSimple = false }
                    break
                }
            }
            return total
        }

        /// Moves the next packet, which was looked at, to another output than the first one.
        @inline(never) @usableFromInline
        mutating func send(to target: Int, received: Int, count: Int) {
            precondition(target <= others.count, "the pipeline has no output \(target)")
            let index = target - 1
            let slot = input.next
            if TransmitDescriptor.lengths.contains(count) {
                let start = others[index].next
                input.slots.exchange(slot, with: &others[index].slots, at: start)
                let command = TransmitDescriptor.whole(count)
                others[index].slots.ring.store(others[index].slots.deviceAddress(at: start), 0, of: start)
                others[index].slots.ring.store(command, 1, of: start)
                others[index].advance(1, bytes: count, lastCommand: command)
            } else {
                others[index].counted.unsendable += 1
            }
            input.arm(slot)
            input.advance(1, packets: 1, bytes: received)
        }

        /// What is not to be done in most calls: goes on throwing a frame of several segments away, and looks how many
        /// packets each of the other outputs has room for.
        ///
        /// - Returns: how many packets may be looked at.
        @inline(never) @usableFromInline
        mutating func prepare(_ limit: Int) -> Int {
            if input.isSkipping {
                _ = input.skip(input.slots.ring.load(1, of: input.next))
                input.tell()
            }
            isSimple = others.isEmpty && !input.isSkipping
            guard !input.isSkipping else { return 0 }
            return others.isEmpty ? limit : min(limit, reclaimOthers())
        }

        /// How many packets each of the others has room for.
        private mutating func reclaimOthers() -> Int {
            var room = Int.max
            for index in others.indices {
                guard !others[index].seat.isCalled || others[index].rejoin() else { return 0 }
                others[index].reclaim()
                room = min(room, others[index].room)
            }
            return room
        }

        @inline(never) @usableFromInline
        mutating func tellOthers() {
            for index in others.indices { others[index].tell() }
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
