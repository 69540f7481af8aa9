import Ixy
import IxyHardware
import IxyModels
import Testing

/// Frames that are larger than a buffer.
@Suite struct LargeFrameTests {
    /// Large buffers are few. A frame for which there is none left waits in the ring, and is not lost.
    @Test(arguments: [false, true])
    func framesWaitWhileAllLargeBuffersAreInUse(isPacked: Bool) throws {
        var options = ModelVirtIO.Options()
        options.mtu = 9000
        if isPacked { options.features.insert(.packedRing) }
        let bench = try VirtIOBench(options)
        let frames = (0..<40).map { frame(count: 5000, fill: UInt8($0)) }
        var device = try Device.open(bench.model, address: "model", settings: settings(ring: 256))
        bench.model.setLossless(true)
        bench.model.attach(source: FrameList(frames))
        var kept = PacketBatch(capacity: 64)
        let isDry = eventually {
            device.receive(into: &kept)
            return device.receiveQueues[0].counters.poolEmpty > 0
        }
        #expect(isDry)
        var seen: [[UInt8]] = []
        let isDone = eventually {
            kept.forEach { packet in seen.append((0..<packet.count).map { packet.bytes[$0] }) }
            kept.dropAll()
            device.receive(into: &kept)
            return seen.count == frames.count
        }
        #expect(isDone)
        #expect(seen == frames)
        let lost = device.receiveQueues[0].counters.multiSegment
        #expect(lost == 0)
        try device.stop()
        #expect(bench.model.violations == [])
    }

    /// A ring keeps what it sends until its slot is used again; but no large packets, or forwarding would end with the sixteenth.
    @Test(arguments: [false, true])
    func moreLargeFramesAreSentThanThereAreLargeBuffers(isPacked: Bool) throws {
        var options = ModelVirtIO.Options()
        options.mtu = 9000
        if isPacked { options.features.insert(.packedRing) }
        let bench = try VirtIOBench(options)
        let frames = (0..<100).map { frame(count: 5000, fill: UInt8($0)) }
        let recorder = FrameRecorder()
        var device = try Device.open(bench.model, address: "model", settings: settings(ring: 256))
        bench.model.setLossless(true)
        bench.model.attach(source: FrameList(frames))
        bench.model.attach(sink: recorder)
        var batch = PacketBatch(capacity: 32)
        let isDone = eventually {
            device.receive(into: &batch)
            device.transmit(&batch)
            return recorder.frames.count == frames.count
        }
        #expect(isDone)
        #expect(recorder.frames == frames)
        try device.stop()
    }
}
