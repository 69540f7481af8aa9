import Ixy

/// Our driver with pipelines: a packet is changed and sent on where it lies.
public final class RunToCompletion: Contestant {
    public static let name = "run_to_completion"
    public let setting: Setting
    public let bench: Bench
    private var left: Device
    private var right: Device
    private var toRight: Pipeline
    private var toLeft: Pipeline

    public init(_ setting: Setting) throws {
        self.setting = setting
        bench = try Bench(setting)
        let settings = setting.device
        left = try Device.open(bench.left, address: "left", settings: settings)
        right = try Device.open(bench.right, address: "right", settings: settings)
        toRight = try Pipeline(from: &left, to: &right)
        toLeft = try Pipeline(from: &right, to: &left)
    }

    public func forward(wanted: Int, rounds: Int) -> Int {
        // One access to each property, not one a packet.
        let moved = RunToCompletion.forward(&toRight, &toLeft, setting.batch, wanted, rounds)
        bench.forwarded += moved
        return moved
    }

    private static func forward(
        _ toRight: inout Pipeline, _ toLeft: inout Pipeline, _ batch: Int, _ wanted: Int, _ rounds: Int
    ) -> Int {
        var atRight = 0, atLeft = 0, round = 0
        while round < rounds, atRight < wanted || atLeft < wanted {
            if atRight < wanted { atRight += move(&toRight, batch) }
            if atLeft < wanted { atLeft += move(&toLeft, batch) }
            round += 1
        }
        toRight.flush()
        toLeft.flush()
        return atRight + atLeft
    }

    @inline(never)
    private static func move(_ pipeline: inout Pipeline, _ limit: Int) -> Int {
        pipeline.run(limit: limit) { packet in
            packet[48] &+= 1
            return .send
        }
    }

    public func stop() throws {
        try bench.check(RunToCompletion.name)
        try left.stop()
        try right.stop()
    }
}
