import IxyHardware
import Synchronization
import Testing

@testable import IxyModels

@Suite struct DMAPortTests {
    private let space = IOAddressSpace()

    private func memory(_ count: Int = 4096) throws -> (DMAMemory, address: UInt64) {
        let memory = try DMAMemory(count: count, pages: .small, mapper: space)
        return (memory, memory.pageAddresses[0])
    }

    private func bytes(_ port: inout DMAPort, _ address: UInt64, _ count: Int) -> [UInt8]? {
        var store = FrameStore()
        guard port.append(at: address, count: count, to: &store) else { return nil }
        store.finish()
        let frame = store.frames.frame(0)
        return (0..<frame.byteCount).map { frame[$0] }
    }

    @Test func reachesAllOfWhatIsMappedAndNothingElse() throws {
        let (memory, address) = try memory()
        var port = DMAPort(space)
        for offset in stride(from: UInt64(0), to: 4096, by: 8) {
            let isStored = port.store64(offset, at: address + offset)
            #expect(isStored)
        }
        let outside = [
            port.load64(at: address - 8), port.load64(at: address + 4096), port.load64(at: 0), port.load64(at: .max - 7),
            port.load64(at: address + 4),
        ]
        #expect(outside == [nil, nil, nil, nil, nil], "the last one is not aligned")
        let last = port.load64(at: address + 4088)
        #expect(last == 4088)
        let isCopied = [
            port.copyIn([1, 2, 3].span.rawBytes, to: address + 4093), port.copyIn([9].span.rawBytes, to: address + 4096),
            port.copyIn([1, 2, 3].span.rawBytes, to: address + 4094),
        ]
        #expect(isCopied == [true, false, false])
        #expect(bytes(&port, address + 4093, 3) == [1, 2, 3])
        #expect(bytes(&port, address + 4093, 4) == nil)
        withExtendedLifetime(memory) {}
    }

    @Test func whatIsUnmappedIsOutOfReachAtOnceAlsoForWhatWasFoundBefore() throws {
        var port = DMAPort(space)
        var address: UInt64 = 0
        do {
            let memory = try memory()
            address = memory.address
            let value = port.load64(at: address)
            #expect(value == 0)
            let isCurrent = port.isCurrent
            #expect(isCurrent)
        }
        let isCurrent = port.isCurrent
        #expect(!isCurrent)
        let value = port.load64(at: address)
        #expect(value == nil)
        let isStored = port.store32(1, at: address)
        #expect(!isStored)
        let ring = port.ring(at: address, count: 8)
        let isThere = ring != nil
        #expect(!isThere)
    }

    @Test func aRingHasToBeMappedAsAWholeAndAligned() throws {
        let (memory, address) = try memory()
        var port = DMAPort(space)
        func count(_ address: UInt64, _ count: Int) -> Int? { port.ring(at: address, count: count)?.count }
        #expect(count(address, 256) == 256)
        #expect(count(address + 2048, 128) == 128)
        #expect(count(address, 257) == nil)
        #expect(count(address + 8, 8) == nil)
        #expect(count(address, -1) == nil)
        withExtendedLifetime(memory) {}
    }

    @Test func aRingsSlotsAreTheWordsInMemory() throws {
        let (memory, address) = try memory()
        var port = DMAPort(space)
        guard let ring = port.ring(at: address, count: 256) else { return #expect(Bool(false), "the ring is mapped") }
        ring.slots[255].store(7, 1)
        ring.slots.extracting(100..<102)[1].store(8, 0)
        let words = [port.load64(at: address + 255 * 16 + 8), port.load64(at: address + 101 * 16)]
        #expect(words == [7, 8])
        let word = ring.slots[255].load(1)
        #expect(word == 7)
        withExtendedLifetime(memory) {}
    }

    @Test(arguments: [48, 59, 60, 63, 64])
    func shortFramesAreCopiedToTheByte(length: Int) throws {
        let (memory, address) = try memory()
        var port = DMAPort(space)
        let size = try #require(ShortLength(length))
        for place in [address, address + 7, address + 4096 - 64] {
            // The bytes before and behind the frame stay.
            let isFilled = port.copyIn([UInt8](repeating: 0xEE, count: 4096).span.rawBytes, to: address)
            #expect(isFilled)
            let frame = (0..<length).map { UInt8($0 + 1) }
            var store = FrameStore()
            _ = store.extend(by: frame.span.rawBytes)
            store.finish()
            let isWritten = port.recent.lines.write(store.frames.line(0), size, to: place)
            #expect(isWritten)
            let before = Int(place - address)
            let expected = [UInt8](repeating: 0xEE, count: before) + frame
                + [UInt8](repeating: 0xEE, count: 4096 - before - length)
            #expect(bytes(&port, address, 4096) == expected)

            store.removeAll()
            let isRead = read(port.recent.lines, place, store.freeLines(upTo: 1))
            #expect(isRead)
            store.take(1, length: length)
            let line = store.frames.frame(0)
            #expect((0..<length).map { line[$0] } == frame)
        }
        withExtendedLifetime(memory) {}
    }

    private func read(_ window: MemoryWindow.Lines, _ address: UInt64, _ lines: consuming MutableSpan<Line>) -> Bool {
        guard let line = window.load(address) else { return false }
        lines[0] = line
        return true
    }

    @Test func theWindowForShortFramesEndsALineBeforeTheMemoryDoes() throws {
        let (memory, address) = try memory()
        var port = DMAPort(space)
        var store = FrameStore()
        _ = store.extend(by: [UInt8](repeating: 1, count: 60).span.rawBytes)
        store.finish()
        let length = try #require(ShortLength(60))
        let isWritten = port.recent.lines.write(store.frames.line(0), length, to: address)
        #expect(!isWritten, "nothing was looked up yet")
        _ = port.load64(at: address)
        let results = [address - 1, address + 4096 - 63, address + 4096, 0, .max].map {
            port.recent.lines.write(store.frames.line(0), length, to: $0)
        }
        #expect(results == [false, false, false, false, false])
        withExtendedLifetime(memory) {}
    }

    @Test func shortLengthsAreThoseOfFourPieces() {
        #expect([47, 48, 64, 65, -1].map { ShortLength($0)?.count } == [nil, 48, 64, nil, nil])
    }

    private final class Device: DMADevice {
        let finished = Atomic<Int>(0)
        func finishDMA() { finished.add(1, ordering: .relaxed) }
    }

    @Test func unmappingWaitsForTheDevices() throws {
        let device = Device()
        space.attach(device)
        do {
            let memory = try memory()
            withExtendedLifetime(memory) {}
            #expect(device.finished.load(ordering: .relaxed) == 0)
        }
        #expect(device.finished.load(ordering: .relaxed) == 1)
    }

    @Test func wordsOfEachSizeAreReadAndWrittenWhereTheyAreMappedAndAligned() throws {
        let memory = try DMAMemory(count: 4096, pages: .small, mapper: space)
        let base = memory.pageAddresses[0]
        var port = DMAPort(space)
        let stored = port.store64(0x8877_6655_4433_2211, at: base + 8) && port.store16(0xBBAA, at: base + 2)
        #expect(stored)
        let halves = [port.load16(at: base + 2), port.load16(at: base + 8), port.load16(at: base + 14)]
        #expect(halves == [0xBBAA, 0x2211, 0x8877])
        let word = port.load32(at: base + 12)
        #expect(word == 0x8877_6655)
        let refused: [Bool] = [
            port.load16(at: base + 1) == nil, port.load32(at: base + 2) == nil, !port.store16(1, at: base + 3),
            port.load16(at: base + 4096) == nil, port.load32(at: base - 4) == nil, !port.store16(1, at: 0),
        ]
        #expect(refused.allSatisfy { $0 })
    }
}
