import IxyHardware

// Batches of one packet, as of an app that answers each at once: without what only a loop needs.

extension IXGBE.ReceiveQueue {
    /// `receive` into a batch with one spare packet.
    @inlinable @inline(never)
    mutating func receiveOne(into batch: inout PacketBatch) -> Int {
        guard !participant.isCalled, !isSkipping else { return receiveMany(into: &batch) }
        let excess = ReceiveDescriptor.excess(ring.load(next), mask: statusAndLength, shortest: shortestGood)
        var slot = ring.run(at: next, .advanced)
        guard batch.withSpare({ slot.receive(0, excess: excess, into: &$0, command: 0) }) else { return receiveMany(into: &batch) }
        batch.takeSpares(1)
        advance(1)
        counted.packets &+= 1
        counted.bytes &+= excess &+ 1
        // The next call would wait for the packet's line.
        if isReady { ring.expectPacket(next) }
        writeTail()
        return 1
    }
}

extension IXGBE.TransmitQueue {
    /// `transmit` of a batch of one packet.
    @inlinable @inline(never)
    mutating func transmitOne(_ batch: inout PacketBatch) -> Int {
        // While no report is due there is room.
        guard !participant.isCalled, inFlight < worthALook else { return transmitMany(&batch) }
        var slot = ring.run(at: next, .advanced)
        let lengths = LengthRange(TransmitDescriptor.lengths), command = TransmitDescriptor.command | TransmitDescriptor.reportStatus
        let bytes = batch.withFirst { packet in
            let count = packet.count
            return slot.send(0, &packet, lengths, command: command) ? count : 0
        }
        guard bytes > 0 else { return transmitMany(&batch) }
        batch.dropAll()
        advance(1, UInt64(truncatingIfNeeded: bytes))
        announce()
        return 1
    }
}
