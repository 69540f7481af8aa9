public import IxyHardware

// Legacy devices' kinds of queues, each a type of its own: what is called through an existential is compiled for its
// layout only if its type is not generic, and costs three times as many instructions otherwise.

extension VirtIO {
    /// A receive queue in the split layout of legacy devices.
    struct ShortSplitReceiver: PacketReceiver, ~Copyable {
        private var queue: ReceiveQueue<SplitReceiveRing<ShortHeader>>

        init(_ queue: consuming ReceiveQueue<SplitReceiveRing<ShortHeader>>) { self.queue = queue }

        mutating func receive(into batch: inout PacketBatch) -> Int { queue.receive(into: &batch) }
        mutating func wait(milliseconds: Int) { queue.wait(milliseconds: milliseconds) }
        mutating func rejoin() -> Bool { queue.rejoin() }
        var counters: ReceiveCounters { queue.counters }
    }
}

extension VirtIO {
    /// A transmit queue in the split layout of legacy devices.
    struct ShortSplitTransmitter: PacketTransmitter, ~Copyable {
        private var queue: TransmitQueue<SplitTransmitRing<ShortHeader>>

        init(_ queue: consuming TransmitQueue<SplitTransmitRing<ShortHeader>>) { self.queue = queue }

        mutating func transmit(_ batch: inout PacketBatch) -> Int { queue.transmit(&batch) }
        mutating func rejoin() -> Bool { queue.rejoin() }
        var inFlight: Int { queue.inFlight }
        var counters: TransmitCounters { queue.counters }
    }
}

// The usual kinds, compiled for their layouts here rather than in each app.

extension VirtIO.ReceiveQueue where Ring == VirtIO.SplitReceiveRing<VirtIO.LongHeader> {
    @inline(never) @usableFromInline
    mutating func receiveMany(into batch: inout PacketBatch) -> Int { receive(into: &batch) }
}

extension VirtIO.ReceiveQueue where Ring == VirtIO.PackedReceiveRing {
    @inline(never) @usableFromInline
    mutating func receiveMany(into batch: inout PacketBatch) -> Int { receive(into: &batch) }
}

extension VirtIO.TransmitQueue where Ring == VirtIO.SplitTransmitRing<VirtIO.LongHeader> {
    @inline(never) @usableFromInline
    mutating func transmitMany(_ batch: inout PacketBatch) -> Int { transmit(&batch) }
}

extension VirtIO.TransmitQueue where Ring == VirtIO.PackedTransmitRing {
    @inline(never) @usableFromInline
    mutating func transmitMany(_ batch: inout PacketBatch) -> Int { transmit(&batch) }
}
