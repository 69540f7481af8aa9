import Foundation
import Ixy
import IxyHardware
import IxyModels
import Testing

/// Receive queues of an 82599 that sleep until the device interrupts.
@Suite struct InterruptTests {
    /// Far more than a wait may take on a busy machine: a wait that ends by itself fails the test.
    private static let tooLong = 60_000

    private static func waitsBriefly(_ queue: inout ReceiveQueue) -> Bool {
        let start = ContinuousClock.now
        queue.wait(milliseconds: tooLong)
        return ContinuousClock.now - start < .milliseconds(tooLong)
    }

    @Test(arguments: [1, 2, 5])
    func eachFrameEndsTheWaitOfItsQueue(queues: Int) throws {
        let pair = try ModelPair()
        var wanted = settings(queues: queues)
        wanted.usesInterrupts = true
        var device = try Device.open(pair.left, address: "left", settings: wanted)
        pair.waitForLink()
        var batch = PacketBatch(capacity: 32)
        for round in 0..<20 {
            // Nothing is there when the wait begins, as the model only moves once this thread sleeps.
            let thread = Thread {
                pair.left.attach(source: FrameList([frame(fill: UInt8(round))]))
                // Interrupts of a vector have a distance, which passes as the model moves.
                for _ in 0..<300 { pair.left.step() }
            }
            thread.start()
            // Frames that are no IP come to queue 0. (82599 §7.1.2.8)
            let isWoken = Self.waitsBriefly(&device.receiveQueues[0])
            #expect(isWoken, "round \(round)")
            var received = device.receive(into: &batch)
            while received == 0 {
                received = device.receive(into: &batch)
            }
            #expect(received == 1)
            batch.dropAll()
            while !thread.isFinished { usleep(100) }
        }
        try device.stop()
        #expect(pair.violations.isEmpty, "\(pair.violations)")
    }

    @Test func aFrameThatIsThereAlreadyIsNotWaitedFor() throws {
        let pair = try ModelPair()
        var wanted = settings()
        wanted.usesInterrupts = true
        var device = try Device.open(pair.left, address: "left", settings: wanted)
        pair.waitForLink()
        pair.left.attach(source: FrameList([frame()]))
        for _ in 0..<10 { pair.step() }
        var isWoken = Self.waitsBriefly(&device.receiveQueues[0])
        #expect(isWoken)
        // The signal is taken by now, but the frame is still there.
        isWoken = Self.waitsBriefly(&device.receiveQueues[0])
        #expect(isWoken)
        try device.stop()
    }

    @Test func aFrameEndsTheWaitOfAPipeline() throws {
        let pair = try ModelPair()
        var wanted = settings()
        wanted.usesInterrupts = true
        var left = try Device.open(pair.left, address: "left", settings: wanted)
        var right = try Device.open(pair.right, address: "right", settings: wanted)
        pair.waitForLink()
        var pipeline = try Pipeline(from: &left, to: &right)
        for round in 0..<5 {
            let thread = Thread {
                pair.left.attach(source: FrameList([frame(fill: UInt8(round))]))
                for _ in 0..<300 { pair.left.step() }
            }
            thread.start()
            let start = ContinuousClock.now
            pipeline.wait(milliseconds: Self.tooLong)
            let isWoken = ContinuousClock.now - start < .milliseconds(Self.tooLong)
            #expect(isWoken, "round \(round)")
            while pipeline.run({ _ in .send }) == 0 {}
            while !thread.isFinished { usleep(100) }
        }
        try left.stop()
        try right.stop()
        #expect(pair.violations.isEmpty, "\(pair.violations)")
    }

    /// A reset forgets vectors and masks.
    @Test func interruptsComeBackAfterAReset() throws {
        let pair = try ModelPair()
        var wanted = settings()
        wanted.usesInterrupts = true
        var device = try Device.open(pair.left, address: "left", settings: wanted)
        pair.waitForLink()
        lie(pair.left, slot: 0)
        var batch = PacketBatch(capacity: 32)
        device.receive(into: &batch)
        var patience = 10_000
        while !device.recover(), patience > 0 { patience -= 1 }
        #expect(patience > 0)
        let statistics = device.driver.statistics()
        #expect(statistics.resets == 1)
        pair.waitForLink()
        pair.left.attach(source: FrameList([frame()]))
        let thread = Thread { for _ in 0..<300 { pair.left.step() } }
        thread.start()
        let isWoken = Self.waitsBriefly(&device.receiveQueues[0])
        #expect(isWoken)
        while !thread.isFinished { usleep(100) }
        try device.stop()
    }

    /// The control side waits for its answer.
    @Test func aQueueThatIsCalledToAResetDoesNotSleep() throws {
        let pair = try ModelPair()
        var wanted = settings()
        wanted.usesInterrupts = true
        var device = try Device.open(pair.left, address: "left", settings: wanted)
        lie(pair.left, slot: 0)
        var batch = PacketBatch(capacity: 32)
        device.receiveQueues[0].receive(into: &batch)
        let isShort = Self.waitsBriefly(&device.receiveQueues[0])
        #expect(isShort)
        try device.stop()
    }

    /// Each of 40 queues has a vector of its own, and both words of the mask let theirs through.
    @Test func vectorsBeyondTheFirstWordOfTheMaskAreLetThrough() throws {
        typealias R = IXGBERegisters
        let pair = try ModelPair()
        var wanted = settings(queues: 40)
        wanted.usesInterrupts = true
        var device = try Device.open(pair.left, address: "left", settings: wanted)
        let registers = ModelRegisters(pair.left)
        let masks = (0..<2).map { registers.read(R.EIMS_EX.self, at: $0)[R.EIMS_EX.vectors] }
        #expect(masks == [.max, 0xFF])
        try device.stop()
    }

    @Test func withoutInterruptsAWaitIsAFractionOfAMillisecondLong() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings())
        let isShort = Self.waitsBriefly(&device.receiveQueues[0])
        #expect(isShort)
        try device.stop()
    }
}
