import Ixy

/// Our driver with packets and batches: a packet is taken out of the ring, owned, and sent.
public final class Pool: Contestant {
    public static let name = "pool"
    public let setting: Setting
    public let bench: Bench
    private var left: Device
    private var right: Device
    private var toRight: PacketBatch
    private var toLeft: PacketBatch

    public init(_ setting: Setting) throws {
        self.setting = setting
        bench = try Bench(setting)
        let settings = setting.device
        left = try Device.open(bench.left, address: "left", settings: settings)
        right = try Device.open(bench.right, address: "right", settings: settings)
        toRight = PacketBatch(capacity: setting.batch)
        toLeft = PacketBatch(capacity: setting.batch)
    }

    public func forward(wanted: Int, rounds: Int) -> Int {
        // One access to each property, not one a packet.
        let moved = Pool.forward(&left, &right, &toRight, &toLeft, wanted, rounds)
        bench.forwarded += moved
        return moved
    }

    private static func forward(
        _ left: inout Device, _ right: inout Device, _ toRight: inout PacketBatch, _ toLeft: inout PacketBatch,
        _ wanted: Int, _ rounds: Int
    ) -> Int {
        var atRight = 0, atLeft = 0, round = 0
        while round < rounds, atRight < wanted || atLeft < wanted {
            if atRight < wanted { atRight += move(&left, &right, &toRight) }
            if atLeft < wanted { atLeft += move(&right, &left, &toLeft) }
            round += 1
        }
        return atRight + atLeft
    }

    @inline(never)
    private static func move(_ source: inout Device, _ target: inout Device, _ batch: inout PacketBatch) -> Int {
        if batch.isEmpty {
            source.receive(into: &batch)
            batch.forEach { packet in packet[48] &+= 1 }
        }
        return target.transmit(&batch)
    }

    public func stop() throws {
        try bench.check(Pool.name)
        try left.stop()
        try right.stop()
    }
}
