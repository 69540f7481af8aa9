import Ixy
import IxyHardware
import IxyModels
import Testing

/// A device that lies in every way that it can: nothing traps, no buffer is lost, what is a lie for sure is counted, and
/// once the device is honest again traffic goes on.
@Suite struct LyingDeviceTests {
    /// Kinds of which a driver cannot tell that they are lies, or that are none of its business.
    private static let harmless: Set<Lies.Kind> = [
        .idOfAnother, .headerNoise, .flagsWrong, .wrapWrong, .eventsScribbled, .availableScribbled, .descriptorsScribbled,
        .randomWords, .lengthLong, .indexGoesBack, .idTwice,
        // Of a frame that does not fill its buffer, nobody looks at the number of buffers.
        .bufferCountZero, .bufferCountTooLarge, .bufferCountHuge,
    ]
    /// Kinds that mean nothing on a transmit queue.
    private static let aboutReceivedFrames: Set<Lies.Kind> = [
        .lengthZero, .lengthShort, .lengthLong, .lengthHuge, .bufferCountZero, .bufferCountTooLarge, .bufferCountHuge,
        .headerNoise,
    ]
    private static let aboutQueues = Lies.Kind.allCases.filter { !Lies.Kind.aboutDevice.contains($0) }

    @Test(arguments: aboutQueues, [false, true])
    func aLieAboutAQueueCostsAResetAtMost(kind: Lies.Kind, isPacked: Bool) throws {
        var options = ModelVirtIO.Options()
        if isPacked { options.features.insert(.packedRing) }
        let bench = try VirtIOBench(options)
        do {
            var device = try Device.open(bench.model, address: "model", settings: settings(ring: 64))
            let recorder = FrameRecorder()
            bench.model.attach(
                source: FrameList((0..<64).map { frame(count: 60 + $0, fill: UInt8($0)) }, rounds: 1 << 20),
                sink: recorder)
            var lies = Lies([kind])
            lies.after = 200
            lies.every = 3
            lies.limit = 3
            lies.onlyAboutReceiving = Self.aboutReceivedFrames.contains(kind)
            bench.model.tell(lies)
            var batch = PacketBatch(capacity: 32)
            // Until the lies are told, and then until a thousand packets have come after them.
            var last: UInt64 = 0
            let goesOn = eventually {
                device.receive(into: &batch)
                batch.forEach { packet in
                    // All bytes that the device claims can be touched.
                    packet[packet.count - 1] &+= 1
                }
                device.transmit(&batch)
                batch.dropAll()
                let packets = device.receiveQueues[0].counters.packets
                if bench.model.counters.lies < 3 { last = packets }
                return device.failure != nil || packets > last + 1000
            }
            let failure = device.failure
            let found = device.receiveQueues[0].counters.deviceLies + device.transmitQueues[0].counters.deviceLies
            // A lie that nobody can see may leave the device without buffers, as one that is silent. In the packed layout
            // each claim stands for itself: a buffer that was given again may have been used at once.
            let canBeSeen = !Self.harmless.contains(kind) && !(isPacked && kind == .indexJumps)
            if canBeSeen, bench.model.counters.lies > 0 {
                #expect(goesOn, "no traffic after \(bench.model.counters.lies) lies, \(found) of them seen")
                #expect(found > 0)
            }
            #expect(failure == nil || found > 0)
            bench.model.tell(nil)
            try? device.stop()
        }
        #expect(bench.space.mappedCount == 0, "all buffers are back")
    }

    @Test(arguments: Lies.Kind.aboutDevice, [false, true])
    func aLieAboutTheDeviceIsAnErrorInASentenceOrOfNoConsequence(kind: Lies.Kind, isPacked: Bool) throws {
        var options = ModelVirtIO.Options()
        options.queuePairs = 2
        if isPacked { options.features.insert(.packedRing) }
        let bench = try VirtIOBench(options)
        do {
            bench.model.tell(Lies([kind]))
            var device = try Device.open(bench.model, address: "model", settings: settings(queues: 2, ring: 64))
            var batch = PacketBatch(capacity: 32)
            for _ in 0..<100 {
                device.receive(into: &batch)
                device.transmit(&batch)
            }
            bench.model.tell(nil)
            try? device.stop()
        } catch {
            #expect(!error.description.contains("\n"))
        }
        #expect(bench.space.mappedCount == 0, "all memory is back")
    }
}
