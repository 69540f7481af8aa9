import Ixy
import IxyHardware
import IxyModels
import TestSupport
import Testing

/// Checksums and TCP segments that a device leaves to the driver, and the driver to the next device.
@Suite struct VirtIOOffloadTests {
    private static let features: VirtIO.Features = [
        .checksum, .guestChecksum, .guestTSO4, .guestTSO6, .hostTSO4, .hostTSO6,
    ]

    /// Frames with right checksums, of both transports and both protocols.
    private static func frames(_ lengths: [Int], _ transports: [InternetFrame.Transport]) -> [InternetFrame] {
        var frames: [InternetFrame] = []
        for transport in transports {
            for isIPv6 in [false, true] {
                for length in lengths {
                    var frame = InternetFrame(transport: transport, isIPv6: isIPv6)
                    frame.data = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ length) }
                    frames.append(frame)
                }
            }
        }
        return frames
    }

    /// Two devices of one address space, one of which leaves work to the driver, and what comes out of the other one.
    private func forward(
        _ frames: [[UInt8]], isPacked: Bool, segmentSize: Int? = nil, until count: Int,
        look: (borrowing Packet) -> Void = { _ in }
    ) throws -> [[UInt8]] {
        let space = IOAddressSpace()
        var options = ModelVirtIO.Options()
        options.features.formUnion(Self.features)
        if isPacked { options.features.insert(.packedRing) }
        let target = try ModelVirtIO(space: space, options)
        options.leavesWork = true
        options.segmentSize = segmentSize
        let source = try ModelVirtIO(space: space, options)
        source.setLossless(true)
        let thread = ModelThread([source, target])
        defer { thread.stop() }
        var settings = DeviceSettings()
        settings.receiveRing = 64
        settings.transmitRing = 64
        settings.usesOffloads = true
        let recorder = FrameRecorder()
        var left = try Device.open(source, address: "left", settings: settings)
        var right = try Device.open(target, address: "right", settings: settings)
        source.attach(source: FrameList(frames))
        target.attach(sink: recorder)
        var batch = PacketBatch(capacity: 8)
        let end = ContinuousClock.now.advanced(by: .seconds(60))
        while recorder.count < count, ContinuousClock.now < end {
            left.receive(into: &batch)
            batch.forEach { packet in look(packet) }
            right.transmit(&batch)
        }
        let lies = left.receiveQueues[0].counters.deviceLies
        #expect(lies == 0)
        try left.stop()
        try right.stop()
        #expect(source.violations == [])
        #expect(target.violations == [])
        return recorder.frames
    }

    @Test(arguments: [false, true])
    func unfinishedChecksumsAreFinishedByTheNextDevice(isPacked: Bool) throws {
        // Short ones are as long as a wire wants them, the last one is in two buffers.
        let frames = Self.frames([40, 100, 1301, 1440], [.tcp, .udp]).map { $0.bytes() }
        var unfinished = 0
        let seen = try forward(frames, isPacked: isPacked, until: frames.count) { packet in
            if packet.offload.needsChecksum { unfinished += 1 }
        }
        #expect(unfinished == frames.count)
        #expect(seen == frames)
    }

    @Test(arguments: [false, true])
    func largeSegmentsPassWholeAndAreCutByTheNextDevice(isPacked: Bool) throws {
        let frames = Self.frames([4000, 8000], [.tcp])
        var whole: [Int] = []
        let count = frames.reduce(0) { $0 + ($1.data.count + 1399) / 1400 }
        let seen = try forward(frames.map { $0.bytes() }, isPacked: isPacked, segmentSize: 1400, until: count) { packet in
            whole.append(packet.count)
            #expect(packet.offload.segmentSize == 1400)
            #expect(packet.offload.segmentation != .none)
        }
        #expect(whole == frames.map { $0.bytes().count })
        // The frames that a sender which cuts by itself would have sent.
        var expected: [[UInt8]] = []
        for frame in frames {
            var start = 0
            while start < frame.data.count {
                var part = frame
                part.data = Array(frame.data[start..<min(start + 1400, frame.data.count)])
                part.sequence += UInt32(start)
                part.identification += UInt16(start / 1400)
                expected.append(part.bytes())
                start += 1400
            }
        }
        #expect(seen == expected)
    }

    @Test func aDeviceWithoutThemIsRefusedWithTheFeaturesName() throws {
        let model = try ModelVirtIO(space: IOAddressSpace())
        let thread = ModelThread([model])
        defer { thread.stop() }
        var settings = DeviceSettings()
        settings.usesOffloads = true
        let problem = #expect(throws: IxyError.self) { _ = try Device.open(model, address: "model", settings: settings) }
        let text = problem.map { "\($0)" } ?? ""
        #expect(text.contains("VIRTIO_NET_F_CSUM"))
    }

    /// A packet with work left never reaches a device that would not do it.
    @Test func unfinishedPacketsAreNotSentWithoutOffloads() throws {
        let bench = try ModelVirtIO(space: IOAddressSpace())
        let thread = ModelThread([bench])
        defer { thread.stop() }
        let recorder = FrameRecorder()
        bench.attach(sink: recorder)
        var device = try Device.open(bench, address: "model")
        let pool = try PacketPool(
            capacity: 64, headroom: 64, pages: .small, mapper: bench.space, companion: OffloadNotes.self)
        var batch = PacketBatch(capacity: 8)
        var offload = PacketOffload()
        offload.needsChecksum = true
        offload.checksumStart = 34
        offload.checksumOffset = 16
        for number in 0..<4 {
            guard var packet = pool.makePacket(count: 100) else { break }
            packet[0] = UInt8(number)
            if number < 2 { packet.setOffload(offload) }
            batch.append(packet)
        }
        device.transmit(&batch)
        let left = batch.count, dropped = device.transmitQueues[0].counters.unsendable
        #expect(left == 0)
        #expect(dropped == 2)
        let end = ContinuousClock.now.advanced(by: .seconds(20))
        while recorder.count < 2, ContinuousClock.now < end { device.transmit(&batch) }
        #expect(recorder.frames.map { $0[0] } == [2, 3])
        try device.stop()
    }
}
