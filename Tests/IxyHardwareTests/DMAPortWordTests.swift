import IxyHardware
import Testing

@Suite struct DMAPortWordTests {
    @Test func wordsOfEachSizeAreReadAndWrittenWhereTheyAreMappedAndAligned() throws {
        let space = IOAddressSpace()
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
