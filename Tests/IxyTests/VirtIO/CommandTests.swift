import IxyHardware
import IxyModels
import Testing

@testable import Ixy

/// The answers to commands, as a device may give them.
@Suite struct CommandTests {
    /// A control queue of 4 descriptors, and the device's side of it.
    private struct Bench: ~Copyable {
        let ring: VirtIO.SplitControlRing
        private var port: DMAPort

        init() throws {
            struct NoPacket: Error {}
            let space = IOAddressSpace()
            var arena = DMAArena(try DMAMemory(count: 16384, pages: .small, mapper: space))
            let pool = try PacketPool(capacity: 1, pages: .small, mapper: space)
            let queue = try VirtIO.SplitVirtqueue(count: 4, header: 12, bufferSize: 0, in: &arena)
            guard let packet = pool.makePacket(count: 0) else { throw NoPacket() }
            ring = VirtIO.SplitControlRing(queue, packet, usesEvents: false, isInOrder: false)
            port = DMAPort(space)
        }

        /// Says that the device has used one buffer, which it calls `id`.
        mutating func use(_ id: UInt32) {
            let used = ring.layout.layout.deviceArea
            let isStored = port.store32(id, at: used + 4) && port.store16(1, at: used + 2)
            #expect(isStored)
        }
    }

    @Test(arguments: [(0, true), (1, nil), (UInt32.max, nil)] as [(UInt32, Bool?)])
    func theUsedIDOfACommand(id: UInt32, isAnswered: Bool?) throws {
        var bench = try Bench()
        bench.ring.clear()
        bench.ring.submit([0, 0, 1, 0xFF], parts: [2, 1], number: 0)
        let before = bench.ring.isAnswered(0)
        #expect(before == false)
        bench.use(id)
        let after = bench.ring.isAnswered(0)
        #expect(after == isAnswered)
    }

    /// It gives the buffer back as it was.
    @Test func aDeviceThatDoesNotAnswerHasNotObeyed() throws {
        var bench = try Bench()
        var queue = VirtIO.ControlQueue(bench.ring, notifier: Notifier(event: try EventFile().duplicate()))
        queue.clear()
        bench.use(0)
        let isObeyed = try queue.send(.promiscuous, [1], device: "device")
        #expect(!isObeyed)
    }
}
