import IxyHardware
import IxyModels
import Testing

@testable import Ixy

/// The features on which a VirtIO driver and a device agree, and to which they keep.
@Suite struct AgreementTests {
    /// It came with version 1. (VirtIO 1.2 §6)
    @Test(arguments: [([.packedRing, .version1], true), ([.packedRing, .anyLayout], false)] as [(VirtIO.Features, Bool)])
    func thePackedLayoutNeedsVersion1(offered: VirtIO.Features, isPacked: Bool) throws {
        let agreement = try VirtIO.Agreement.choose(from: offered, settings: settings(), isLegacy: false, device: "device")
        #expect(agreement.isPacked == isPacked)
    }

    /// Commands go to the queue behind all pairs that the device has, also those that nobody uses. (VirtIO 1.2 §5.1.2)
    @Test(arguments: [1, 2, 4])
    func commandsGoBehindAllPairs(queues: Int) throws {
        var options = ModelVirtIO.Options()
        options.queuePairs = 4
        let bench = try VirtIOBench(options)
        var device = try Device.open(bench.model, address: "model", settings: settings(queues: queues))
        try device.driver.setMulticast([MACAddress(1, 0, 94, 0, 0, 1)])
        try device.stop()
        #expect(bench.model.violations == [])
    }

    /// The queues are made for what was agreed on at the start.
    @Test func aDeviceThatOffersLessAfterAResetIsLeftOff() throws {
        let bench = try VirtIOBench(ModelVirtIO.Options())
        var device = try Device.open(bench.model, address: "model", settings: settings())
        bench.model.attach(source: FrameList([frame()], rounds: 1 << 20))
        bench.model.tell(Lies([.indexJumps, .featuresChange]))
        var batch = PacketBatch(capacity: 32)
        let isOff = eventually {
            device.receive(into: &batch)
            batch.dropAll()
            return device.failure != nil
        }
        #expect(isOff)
        let failure = device.failure
        #expect(failure?.description.contains("any more what it offered") == true)
        bench.model.tell(nil)
        try device.stop()
    }

    /// Bytes 50 and 51 are the checksum's: a frame of 52 bytes has both.
    @Test(arguments: [(52, true), (51, false)])
    func theEndOfAChecksum(count: Int, isGood: Bool) {
        let rules = VirtIO.OffloadRules(features: [.guestChecksum])
        let offload = rules.parse((1 | 34 << 48 as UInt64).littleEndian, UInt16(16).littleEndian, count: count)
        #expect(offload?.needsChecksum == (isGood ? true : nil))
    }
}
