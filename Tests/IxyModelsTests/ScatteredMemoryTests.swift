import Ixy
import IxyHardware
import Testing

@testable import IxyModels

/// A device behind an IOMMU, whose memory is in pieces.
@Suite struct ScatteredMemoryTests {
    /// Rings of 8 KiB, whose two pages are no neighbours, several times around.
    @Test func aRingMayLieInPieces() throws {
        let scattered = ScatteredMemory()
        let space = IOAddressSpace(behind: scattered)
        let nic = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        var device = try IXGBE.start(
            ModelRegisters(nic), name: "card", address: "card", settings: DeviceSettings(), mapper: scattered,
            needsHugePages: false)
        for _ in 0..<300 { nic.step() }
        let frames = (0..<1500).map { frame(count: 60 + $0 % 300, fill: UInt8(truncatingIfNeeded: $0)) }
        let sink = FrameRecorder()
        nic.setLossless(true)
        nic.attach(source: FrameList(frames), sink: sink)
        var batch = PacketBatch(capacity: 32)
        for _ in 0..<1000 where sink.count < frames.count {
            nic.step()
            device.receive(into: &batch)
            device.transmit(&batch)
        }
        let areSame = sink.frames == frames
        #expect(areSame, "\(sink.count) of \(frames.count)")
        #expect(nic.violations == [])
        try device.stop()
    }

    @Test func bytesThatCrossAPageAreInTwoPieces() throws {
        let scattered = ScatteredMemory()
        let memory = try DMAMemory(count: 3 * 4096, pages: .small, mapper: scattered)
        var port = DMAPort(IOAddressSpace(behind: scattered))
        let address = memory.pageAddresses[0] + 4000
        let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let isCopied = port.copyIn(bytes.span.rawBytes, to: address)
        #expect(isCopied)
        var found: [UInt8] = []
        let isRead = port.read(at: address, count: 5000, into: &found)
        #expect(isRead && found == bytes)
        var store = FrameStore()
        let isAppended = port.append(at: address, count: 5000, to: &store)
        store.finish()
        let last = store.frames.frame(0)[4999]
        #expect(isAppended && last == bytes[4999])
        let isBeyond = [
            port.copyIn(bytes.span.rawBytes, to: memory.pageAddresses[2]), port.read(at: address, count: 9000, into: &found),
        ]
        #expect(isBeyond == [false, false] && found == bytes, "nothing of it is done")
        withExtendedLifetime(memory) {}
    }

    @Test func aDeviceDoesOnlyWhatItMay() throws {
        for access in [DMAAccess.read, .write] {
            let scattered = ScatteredMemory(access: access)
            let memory = try DMAMemory(count: 2 * 4096, pages: .small, mapper: scattered)
            let address = memory.pageAddresses[0]
            var port = DMAPort(IOAddressSpace(behind: scattered))
            var found: [UInt8] = []
            var store = FrameStore()
            let reads = [
                port.load64(at: address) != nil, port.load32(at: address) != nil, port.load16(at: address) != nil,
                port.read(at: address, count: 5000, into: &found), port.append(at: address, count: 60, to: &store),
            ]
            let writes = [
                port.store64(1, at: address), port.store32(1, at: address), port.store16(1, at: address),
                port.copyIn([UInt8](repeating: 1, count: 5000).span.rawBytes, to: address),
            ]
            #expect(reads.allSatisfy { $0 == (access == .read) })
            #expect(writes.allSatisfy { $0 == (access == .write) })
            let hasRing = port.ring(at: address, count: 512) != nil
            #expect(!hasRing, "descriptors are read and written")
            withExtendedLifetime(memory) {}
        }
    }
}
