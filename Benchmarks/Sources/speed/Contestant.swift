import Ixy
import IxyHardware
import IxyModels

/// Two modelled ports that are never out of frames, their drivers, and a forwarder between them with one batch size.
final class Contestant {
    let batchSize: Int
    let cards: [ModelNIC]
    private var left: Device
    private var right: Device
    private var toRight: PacketBatch
    private var toLeft: PacketBatch

    init(batchSize: Int) throws {
        let space = IOAddressSpace()
        let leftCard = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        let rightCard = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 2))
        for card in [leftCard, rightCard] {
            card.attach(source: SequenceSource(count: .max), sink: SequenceSink())
            card.setLossless(true)
        }
        self.batchSize = batchSize
        cards = [leftCard, rightCard]
        left = try Device.open(leftCard, address: "left")
        right = try Device.open(rightCard, address: "right")
        toRight = PacketBatch(capacity: batchSize)
        toLeft = PacketBatch(capacity: batchSize)
    }

    /// What the driver's side counts in a window.
    struct Count {
        var packets = 0
        /// TSC cycles in all, and in those rounds in which at least one packet was moved.
        var cycles: UInt64 = 0
        var busy: UInt64 = 0
        /// Cycles in which something else ran on the processor.
        var lost: UInt64 = 0
        var nanoseconds: UInt64 = 0
    }

    /// Forwards both ways for about so long.
    func forward(nanoseconds: UInt64, _ clock: TimeStampCounter) -> Count {
        // One access to each property, not one a packet.
        Contestant.forward(&left, &right, &toRight, &toLeft, nanoseconds, clock)
    }

    private static func forward(
        _ left: inout Device, _ right: inout Device, _ toRight: inout PacketBatch, _ toLeft: inout PacketBatch,
        _ nanoseconds: UInt64, _ clock: TimeStampCounter
    ) -> Count {
        var count = Count()
        let startTime = MonotonicClock.nanoseconds
        let start = clock.now()
        var now = start
        var time = startTime
        while time - startTime < nanoseconds {
            for _ in 0..<256 {
                let moved = move(&left, &right, &toRight) + move(&right, &left, &toLeft)
                let after = clock.now()
                // A round without a packet was a wait for the models.
                if moved > 0 { count.busy += after - now }
                if after - now > interruption { count.lost += after - now }
                now = after
                count.packets += moved
            }
            time = MonotonicClock.nanoseconds
        }
        count.cycles = now - start
        count.nanoseconds = time - startTime
        return count
    }

    /// Receives, touches a byte, sends, as the ixy papers do. Returns how many packets were sent.
    @inline(never)
    private static func move(_ source: inout Device, _ target: inout Device, _ batch: inout PacketBatch) -> Int {
        if batch.isEmpty {
            source.receive(into: &batch)
            batch.forEach { packet in packet.bytes[48] &+= 1 }
        }
        return target.transmit(&batch)
    }

    /// Stops the drivers.
    func stop() throws {
        try left.stop()
        try right.stop()
        let violations = cards.flatMap(\.violations)
        precondition(violations.isEmpty, "\(violations)")
    }
}
