import Ixy
import IxyHardware
import IxyModels
import Testing

@Suite struct LivePipelineTests {
    /// A receive ring that has got packets of another pool keeps them: its device has been told of them, and fills them.
    @Test func aRunningReceiveRingIsNotMadeUniform() throws {
        let pair = try ModelPair()
        var small = settings()
        small.poolCapacity = 128
        var left = try Device.open(pair.left, address: "left", settings: small)
        var right = try Device.open(pair.right, address: "right", settings: settings())
        pair.waitForLink()
        pair.left.attach(source: FrameList((0..<250).map { frame(fill: UInt8($0)) }))
        pair.left.setLossless(true)
        let appPool = try left.makePool(capacity: 64)
        do {
            // The app keeps all that the queue's pool has.
            var kept = PacketBatch(capacity: 1024)
            for _ in 0..<200 where left.receiveQueues[0].counters.poolEmpty == 0 {
                pair.step()
                left.receiveQueues[0].receive(into: &kept)
            }
            var batch = PacketBatch(capacity: 64)
            appPool.fill(&batch, count: 60)
            batch.dropAll()
            for _ in 0..<50 where batch.room > 0 {
                left.receiveQueues[0].receive(into: &batch)
                pair.step()
            }
        }
        let held = appPool.free
        #expect(held < 64, "the ring should hold packets of the app's pool")
        do {
            let pipeline = try Pipeline(from: &left, to: &right)
            Issue.record("packets that the device fills went back to their pool")
            _ = consume pipeline
        } catch { #expect("\(error)".contains("other pools")) }
        let free = appPool.free
        #expect(free == held)
        var mine = PacketBatch(capacity: 128)
        appPool.fill(&mine, count: 60)
        mine.forEach { $0.fill(with: 0xEE) }
        for _ in 0..<400 { pair.step() }
        mine.forEach { packet in #expect(packet[59] == 0xEE && packet[20] == 0xEE) }
        #expect(pair.violations.isEmpty)
        try left.stop()
        try right.stop()
    }
}
