import IxyHardware
import Synchronization
import Testing

/// A window reaches its bytes and no others, whatever it is asked for.
@Suite struct MemoryWindowTests {
    /// 64 to 320 of a page, whose bytes are their places in the page.
    private func window() throws -> (all: MemoryWindow, part: MemoryWindow) {
        let memory = try DMAMemory(count: 4096, pages: .small, mapper: TestMapper()).memory
        let all = MemoryWindow(memory, count: 4096)
        let bytes = (0..<4096).map { UInt8(truncatingIfNeeded: $0) }
        let isWritten = all.write(bytes.span.rawBytes, at: 0)
        #expect(isWritten)
        return (all, all.extracting(from: 64, count: 256))
    }

    private func read(_ window: MemoryWindow, _ count: Int, at offset: Int, _ room: Int, at place: Int = 0) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0xEE, count: room)
        var span = bytes.mutableSpan
        var target = span.mutableRawBytes
        guard window.read(count, at: offset, into: &target, at: place) else { return nil }
        return bytes
    }

    @Test func copiesWhatIsInsideAndNothingElse() throws {
        let (all, part) = try window()
        #expect(read(part, 3, at: 253, 5, at: 1) == [0xEE, 61, 62, 63, 0xEE])
        #expect(read(part, 0, at: 256, 0) == [])
        for (count, offset, room, place) in [
            (4, 253, 4, 0), (1, -1, 1, 0), (-1, 0, 1, 0), (1, .max, 1, 0), (1, .min, 1, 0), (.max, 1, 8, 0), (2, 0, 1, 0),
            (1, 0, 1, 1), (1, 0, 1, -1), (1, 0, 1, .max), (1, 0, 1, .min), (.min, 0, 1, 1),
        ] { #expect(read(part, count, at: offset, room, at: place) == nil) }
        let ones: [UInt8] = [1, 1]
        let written = [255, -1, .max, .min, 254].map { part.write(ones.span.rawBytes, at: $0) }
        #expect(written == [false, false, false, false, true])
        #expect(read(all, 4, at: 317, 4) == [61, 1, 1, 64])
    }

    @Test func wordsAreInsideAndAligned() throws {
        let (_, part) = try window()
        #expect(word(part, at: 248) == 0x3F3E_3D3C_3B3A_3938)
        let counts = [
            count(part, 64, 0, 32), count(part, 64, 0, 33), count(part, 64, 4, 1), count(part, 64, -8, 1), count(part, 64, 0, .max),
            count(part, 64, 0, -1), count(part, 32, 252, 1), count(part, 32, 254, 1), count(part, 16, 254, 1), count(part, 16, 255, 1),
            count(part, 16, 256, 1), count(part, 16, .max, 1), count(part, 128, 240, 1), count(part, 128, 248, 1),
            count(MemoryWindow(), 16, 0, 1),
        ]
        #expect(counts == [32, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0])
    }

    private func word(_ window: borrowing MemoryWindow, at offset: Int) -> UInt64 {
        window.words64(at: offset, count: 1)[0].load(ordering: .relaxed)
    }

    /// How many words of `bits` bits are found.
    private func count(_ window: borrowing MemoryWindow, _ bits: Int, _ offset: Int, _ count: Int) -> Int {
        switch bits {
        case 16: window.words16(at: offset, count: count).count
        case 32: window.words32(at: offset, count: count).count
        case 64: window.words64(at: offset, count: count).count
        default: window.descriptors(at: offset, count: count).count
        }
    }

    @Test func linesEndWhereTheWindowDoes() throws {
        let (all, part) = try window()
        let start: UInt64 = .max - 100
        #expect(lastByte(part, start, start &+ 192) == 63)
        let outside = [start &+ 193, start &- 1, start &+ 256, 0x8000_0000_0000_0000].map { lastByte(part, start, $0) }
        #expect(outside == [nil, nil, nil, nil])
        let frame = [UInt8](repeating: 0xAA, count: 64)
        let length = try #require(ShortLength(49))
        let written = [start &+ 193, start &- 1, start &+ 1].map { write(frame.span.rawBytes, length, part, start, $0) }
        #expect(written == [false, false, true])
        #expect(read(all, 51, at: 64, 51) == [64] + [UInt8](repeating: 0xAA, count: 49) + [114])
        #expect(lastByte(part.extracting(from: 0, count: 63), 0, 0) == nil)
        #expect(lastByte(MemoryWindow(), 0, 0) == nil)
    }

    /// The last byte of the line at `number`.
    private func lastByte(_ window: borrowing MemoryWindow, _ start: UInt64, _ number: UInt64) -> UInt8? {
        window.lines(from: start).load(number)?[63]
    }

    private func write(
        _ line: RawSpan, _ length: ShortLength, _ window: borrowing MemoryWindow, _ start: UInt64, _ number: UInt64
    ) -> Bool {
        window.lines(from: start).write(line, length, to: number)
    }
}
