import Ixy
import IxyHardware
import IxyModels
import Testing

/// Packets for a device that does not reach the memory in which they arrived.
@Suite struct PacketCopierTests {
    /// The one with 82599s has its memory, the other one its own.
    @Test func copiesArriveInOrderAndUnchanged() throws {
        let bench = try VirtIOBench(ModelVirtIO.Options())
        let frames = (0..<300).map { frame(count: 60 + $0 * 31 % 1400, fill: UInt8(truncatingIfNeeded: $0)) }
        let recorder = FrameRecorder()
        let nic = try ModelNIC(space: IOAddressSpace(), macAddress: MACAddress(2, 0, 0, 0, 0, 9))
        nic.setLossless(true)
        nic.attach(source: FrameList(frames))
        bench.model.attach(sink: recorder)
        var source = try Device.open(nic, address: "source", settings: settings())
        var target = try Device.open(bench.model, address: "target", settings: settings())
        let areStrangers = !source.sharesMemory(with: target)
        #expect(areStrangers)
        var copier = try target.makeCopier(capacity: 64)
        var batch = PacketBatch(capacity: 32), copies = PacketBatch(capacity: 32)
        let isDone = eventually {
            nic.step()
            if batch.isEmpty { source.receive(into: &batch) }
            copier.copy(&batch, to: &copies)
            target.transmit(&copies)
            return recorder.count >= frames.count
        }
        #expect(isDone)
        #expect(recorder.frames == frames)
        let copied = copier.copied
        #expect(copied == 300)
        try source.stop()
        try target.stop()
        #expect(bench.model.violations == [])
        #expect(nic.violations == [])
    }

    @Test func whatFindsNoBufferStaysWhereItIs() throws {
        let bench = try VirtIOBench(ModelVirtIO.Options())
        var device = try Device.open(bench.model, address: "model", settings: settings())
        // As many as fit in two pages: three.
        var copier = try device.makeCopier(capacity: 2)
        let pool = try PacketPool(
            capacity: 8, bufferSize: 65536, headroom: PacketPool.shortestHeadroom, pages: .small, mapper: IOAddressSpace())
        var batch = PacketBatch(capacity: 8), copies = PacketBatch(capacity: 8)
        pool.fill(&batch, upTo: 5, count: 100)
        pool.fill(&batch, upTo: 1, count: pool.bufferSize)
        var left: [Int] = []
        for _ in 0..<4 {
            copier.copy(&batch, to: &copies)
            left.append(batch.count)
            copies.dropAll()
        }
        // Three at a time, and the large one has a place of its own.
        #expect(left == [3, 0, 0, 0])
        let copied = copier.copied
        #expect(copied == 6)
        try device.stop()
    }
}
