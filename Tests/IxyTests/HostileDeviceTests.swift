import Ixy
import IxyHardware
import IxyModels
import Testing

/// A device that writes whatever it likes wherever it may: into descriptors, and where its head belongs.
@Suite struct HostileDeviceTests {
    typealias R = IXGBERegisters

    /// Where the rings are, as the device knows it.
    private func address(_ nic: ModelNIC, _ low: Int, _ high: Int) -> UInt64 {
        let registers = ModelRegisters(nic)
        return UInt64(registers.read32(at: high)) << 32 | UInt64(registers.read32(at: low))
    }

    @Test(arguments: [1, 2, 3])
    func randomDescriptorsAndHeadsAreCountedAndLoseNothing(seed: UInt64) throws {
        let pair = try ModelPair()
        var random = SplitMix(state: seed)
        var lengths: Set<Int> = []
        var lies: UInt64 = 0, heads: UInt64 = 0
        // After a lie a queue is dead until the device was reset, so each round has a new device.
        for _ in 0..<24 {
            var device = try Device.open(pair.left, address: "left", settings: settings())
            let receiveRing = address(pair.left, R.RDBAL.offset(0), R.RDBAH.offset(0))
            let head = address(pair.left, R.TDWBAL.offset(0), R.TDWBAH.offset(0)) & ~3
            var port = DMAPort(pair.space)
            var batch = PacketBatch(capacity: 32)
            for _ in 0..<200 {
                for _ in 0..<8 {
                    let slot = random.next() % 64
                    // Plausible words more often than random ones, or only the first check would ever be tried.
                    let length = [1, 60, 2048, 60][Int(random.next() % 4)]
                    let word = random.next() % 64 == 0 ? random.next() : UInt64(length) << 32 | random.next() & 3
                    let isMapped = port.store64(word, at: receiveRing + slot * 16 + 8)
                        && port.store64(random.next(), at: receiveRing + slot * 16)
                    #expect(isMapped)
                }
                let reported = random.next() % 16 == 0 ? random.next() : random.next() % 64
                let isMapped = port.store32(UInt32(truncatingIfNeeded: reported), at: head)
                #expect(isMapped)
                // The queues themselves, which nobody resets.
                device.receiveQueues[0].receive(into: &batch)
                batch.forEach { packet in
                    // All bytes that the device claims can be touched.
                    packet[packet.count - 1] &+= 1
                    lengths.insert(packet.count)
                }
                device.transmitQueues[0].transmit(&batch)
                if batch.room == 0 { batch.dropAll() }
            }
            let counted = (device.receiveQueues[0].counters.deviceLies, device.transmitQueues[0].counters.deviceLies)
            #expect(counted.0 <= 1 && counted.1 <= 1, "nothing is believed after a lie, so there is no second one")
            lies += counted.0
            heads += counted.1
            try device.stop()
        }
        #expect(lengths.allSatisfy { (1...2048).contains($0) })
        #expect(lies > 0)
        #expect(heads > 0)
        #expect(pair.space.mappedCount == 0, "every buffer is back, or the pool's memory would still be mapped")
    }

    @Test func aFrameOfSeveralSegmentsIsDroppedWholeAndCountedOnce() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings())
        let ring = address(pair.left, R.RDBAL.offset(0), R.RDBAH.offset(0))
        var port = DMAPort(pair.space)
        // Three segments, the last one ends the frame; then a whole frame.
        for (slot, word) in [2048 << 32 | 1, 2048 << 32 | 1, 100 << 32 | 3, 60 << 32 | 3].enumerated() {
            let isMapped = port.store64(UInt64(word), at: ring + UInt64(slot) * 16 + 8)
            #expect(isMapped)
        }
        var batch = PacketBatch(capacity: 32)
        let received = device.receive(into: &batch)
        #expect(received == 1)
        let length = batch.popLast()?.count
        #expect(length == 60)
        let counters = device.receiveQueues[0].counters
        #expect(counters.multiSegment == 1)
        #expect(counters.deviceLies == 0)
        try device.stop()
    }

    /// If the last of a batch has arrived, all are taken to have: lines are asked for then, by writing addresses anew.
    @Test(arguments: [true, false])
    func addressesAreWrittenAnewOnlyAsTheyWere(isHonest: Bool) throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings())
        let ring = address(pair.left, R.RDBAL.offset(0), R.RDBAH.offset(0))
        var port = DMAPort(pair.space)
        func addresses() -> [UInt64] { (0..<64).map { port.load64(at: ring + $0 * 16) ?? 0 } }
        let before = addresses()
        for slot in UInt64(isHonest ? 0 : 31)..<32 {
            let isMapped = port.store64(60 << 32 | 3, at: ring + slot * 16 + 8)
            #expect(isMapped)
        }
        var batch = PacketBatch(capacity: 32)
        let received = device.receive(into: &batch)
        #expect(received == (isHonest ? 32 : 0))
        let after = addresses()
        #expect(after[32...] == before[32...])
        if isHonest {
            #expect(Set(after).count == 64, "no buffer lies in two slots")
            #expect(Set(after[..<32]).isDisjoint(with: before))
        } else {
            #expect(after == before)
        }
        try device.stop()
    }

    @Test func aDeviceThatIsGoneIsAnErrorNotATrap() throws {
        #expect(throws: IxyError.gone(device: "nowhere")) {
            _ = try IXGBE.start(
                UnpluggedRegisters(), name: "", address: "nowhere", settings: settings(), mapper: IOAddressSpace(),
                needsHugePages: false)
        }
    }

    @Test func aDeviceThatNeverFinishesItsResetIsNamedAfterABoundedWait() throws {
        let error = try #require(throws: IxyError.self) {
            _ = try IXGBE.start(
                StuckRegisters(), name: "", address: "stuck", settings: settings(), mapper: IOAddressSpace(),
                needsHugePages: false)
        }
        #expect(error.description.contains("the end of the reset"))
        #expect(error.description.contains("4.6.3.2"))
    }
}

/// A doorbell that no device looks at.
private func unusedTail(_ offset: Int) -> TailRegister {
    guard let page = try? DoorbellPage(count: 0x20000) else { fatalError("no memory") }
    return page.tail(at: offset)
}

/// The registers of a device that was pulled out.
private struct UnpluggedRegisters: RegisterBus {
    func read32(at _: Int) -> UInt32 { .max }
    func write32(_: UInt32, at _: Int) {}
    func tail(at offset: Int) -> TailRegister { unusedTail(offset) }
}

/// A device whose reset bit stays.
private struct StuckRegisters: RegisterBus {
    func read32(at offset: Int) -> UInt32 { offset == 0 ? 1 << 26 : 0 }
    func write32(_: UInt32, at _: Int) {}
    func tail(at offset: Int) -> TailRegister { unusedTail(offset) }
}

/// Repeatable random numbers.
private struct SplitMix {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
