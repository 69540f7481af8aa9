import IxyHardware
import IxyModels
import Testing

/// A model's view of the memory that was mapped for it.
@Suite struct IOAddressSpaceTests {
    @Test func containsWhatLiesInOnePieceAndNothingElse() throws {
        let space = IOAddressSpace()
        let start: UInt64
        do {
            var arena = DMAArena(try DMAMemory(count: 8192, pages: .small, mapper: space))
            let other = try DMAMemory(count: 8192, pages: .small, mapper: space)
            let range = try arena.take(count: 8192)
            start = range.deviceAddress
            #expect(space.contains(start..<start + 8192))
            #expect(space.contains(start + 8191..<start + 8192))
            #expect(!space.contains(start - 1..<start + 1))
            #expect(!space.contains(start..<start + 8193))
            #expect(!space.contains(start..<start + IOAddressSpace.gap + 16384), "it reaches over the gap")
            #expect(!space.contains(start..<UInt64.max))
            withExtendedLifetime(range) {}
            _ = consume other
        }
        #expect(!space.contains(start..<start + 1), "it is unmapped")
    }
}
