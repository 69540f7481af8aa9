import Ixy
import IxyHardware
import IxyModels
import Testing

/// Frames that are longer than Ethernet has them by default.
@Suite struct JumboTests {
    private static func jumbo(_ mtu: Int = 9000, ring: Int = 64) -> DeviceSettings {
        var wanted = settings(ring: ring)
        wanted.mtu = mtu
        return wanted
    }

    /// The longest that may come without a VLAN tag is the MTU and a header.
    private static let frames = [60, 1514, 2047, 2048, 2049, 5000, 9014].enumerated().map {
        frame(count: $1, fill: UInt8($0 + 1))
    }

    @Test(arguments: [false, true])
    func framesAreForwardedWhole(isInPlace: Bool) throws {
        let pair = try ModelPair()
        do {
            let recorder = FrameRecorder()
            // One byte too many: the card drops it.
            pair.left.attach(source: FrameList([frame(count: 9015)] + Self.frames))
            pair.left.setLossless(true)
            pair.right.attach(sink: recorder)
            var left = try Device.open(pair.left, address: "left", settings: Self.jumbo())
            var right = try Device.open(pair.right, address: "right", settings: Self.jumbo())
            pair.waitForLink()
            if isInPlace {
                var pipeline = try Pipeline(from: &left, to: &right)
                for _ in 0..<500 {
                    pair.step()
                    pipeline.run { _ in .send }
                }
            } else {
                var batch = PacketBatch(capacity: 3)
                for _ in 0..<500 {
                    pair.step()
                    left.receive(into: &batch)
                    right.transmit(&batch)
                }
            }
            #expect(recorder.frames == Self.frames)
            let statistics = left.driver.statistics()
            #expect(statistics.receivedPackets == UInt64(Self.frames.count))
            #expect(statistics.lengthErrors == 1)
            try left.stop()
            try right.stop()
        }
        #expect(pair.violations == [])
        #expect(pair.space.mappedCount == 0)
    }

    @Test func byDefaultNoFrameIsLongerThanEthernetHasThem() throws {
        let pair = try ModelPair()
        pair.left.attach(source: FrameList(Self.frames))
        var left = try Device.open(pair.left, address: "left", settings: settings())
        pair.waitForLink()
        var batch = PacketBatch(capacity: 32)
        for _ in 0..<100 {
            pair.step()
            left.receive(into: &batch)
        }
        #expect(batch.count == 2)
        batch.dropAll()
        try left.stop()
        #expect(pair.violations == [])
    }

    @Test func aPoolForTheDeviceHasRoomForItsLongestFrames() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: Self.jumbo(9706))
        let size = try device.makePool(capacity: 16).bufferSize
        #expect(size >= 9724)
        try device.stop()
    }

    @Test(arguments: [1499, 9707, -1, .max])
    func anMTUThatNoCardHasIsRefused(mtu: Int) throws {
        let pair = try ModelPair()
        #expect(throws: IxyError.self) { _ = try Device.open(pair.left, address: "left", settings: Self.jumbo(mtu)) }
        let bench = try VirtIOBench(ModelVirtIO.Options())
        #expect(throws: IxyError.self) { _ = try Device.open(bench.model, address: "model", settings: Self.jumbo(mtu)) }
    }

    /// A VirtIO device that does not say its MTU, and puts each frame into one buffer.
    @Test(arguments: [false, true])
    func oneBufferOfAVirtIODeviceHoldsAFrame(isPacked: Bool) throws {
        var options = ModelVirtIO.Options()
        options.features.remove(.mtu)
        options.features.remove(.mergeableBuffers)
        options.mtu = 9000
        if isPacked { options.features.insert(.packedRing) }
        let bench = try VirtIOBench(options)
        var device = try Device.open(bench.model, address: "model", settings: Self.jumbo())
        bench.model.setLossless(true)
        bench.model.attach(source: FrameList(Self.frames))
        let seen = received(Self.frames.count, by: &device)
        #expect(seen == Self.frames)
        try device.stop()
        #expect(bench.model.violations == [])
    }
}
