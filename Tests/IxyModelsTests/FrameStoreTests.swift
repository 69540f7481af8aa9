import IxyHardware
import Testing

@testable import IxyModels

@Suite struct FrameStoreTests {
    /// The frames of a store, as arrays.
    private func contents(_ store: borrowing FrameStore) -> [[UInt8]] {
        (0..<store.count).map { index in
            let frame = store.frames.frame(index)
            return (0..<frame.byteCount).map { frame[$0] }
        }
    }

    private func frame(_ count: Int, _ fill: Int) -> [UInt8] { [UInt8](repeating: UInt8(fill & 255), count: count) }

    private func append(_ frame: [UInt8], to store: inout FrameStore, flags: UInt16 = 0) {
        let isAdded = store.extend(by: frame.span.rawBytes)
        #expect(isAdded)
        store.finish(flags: flags)
    }

    @Test func keepsFramesOfAllLengthsApart() {
        var store = FrameStore()
        let frames = [0, 1, 63, 64, 65, 128, 1514, 9724].enumerated().map { frame($1, $0) }
        for frame in frames { append(frame, to: &store) }
        #expect(contents(store) == frames)
        store.removeAll()
        #expect(contents(store) == [])
    }

    @Test func isFullAfter64FramesOrWhenTheLongestMightNotFit() {
        var store = FrameStore()
        for number in 0..<64 {
            let isFull = store.isFull
            #expect(!isFull)
            append(frame(1514, number), to: &store)
        }
        let isFull = store.isFull
        #expect(isFull)
        let isAdded = store.extend(by: frame(1, 1).span.rawBytes)
        #expect(!isAdded)
        #expect(contents(store) == (0..<64).map { frame(1514, $0) })

        store.removeAll()
        var longest = 0
        while !store.isFull {
            append(frame(9724, longest), to: &store)
            longest += 1
        }
        #expect((8..<20).contains(longest))
        #expect(contents(store) == (0..<longest).map { frame(9724, $0) })
    }

    @Test func refusesAPartThatMakesAFrameTooLong() {
        var store = FrameStore()
        let results = [
            store.extend(by: frame(9724, 1).span.rawBytes), store.extend(by: frame(1, 1).span.rawBytes),
        ]
        #expect(results == [true, false])
        store.abandon()
        append(frame(3, 2), to: &store)
        #expect(contents(store) == [frame(3, 2)])
    }

    @Test func padsWithZerosWhateverWasThereBefore() {
        var store = FrameStore()
        append(frame(64, 0xFF), to: &store)
        store.removeAll()
        _ = store.extend(by: frame(20, 7).span.rawBytes)
        store.finish(minimum: 60)
        #expect(contents(store) == [frame(20, 7) + frame(40, 0)])
    }

    @Test func flagsStayWithTheirFrame() {
        var store = FrameStore()
        append(frame(60, 1), to: &store, flags: 5)
        append(frame(60, 1), to: &store)
        let shapes = (0..<2).map { store.frames.shape($0) }
        #expect(shapes == [5 << 16 | 60, 60])
        let length = store.frames.length(0)
        #expect(length == 60)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 63, 64, 100])
    func linesBecomeFrames(wanted: Int) {
        var store = FrameStore()
        append(frame(100, 9), to: &store)
        let taken = fill(store.freeLines(upTo: wanted))
        #expect(taken == min(wanted, 63))
        store.take(taken, length: 60)
        var line = frame(60, 3)
        let expected = (0..<taken).map { number -> [UInt8] in
            line.replaceSubrange(14..<22, with: [0, 0, 0, 0, 0, 0, 0, UInt8(number)])
            return line
        }
        #expect(contents(store) == [frame(100, 9)] + expected)
    }

    @Test func linesAfterOtherFramesAreWhereTheyShouldBe() {
        var store = FrameStore()
        for (lines, others) in [(8, 0), (8, 3), (20, 0), (2, 2), (30, 1)] {
            store.removeAll()
            for number in 0..<others { append(frame(200, number), to: &store) }
            let taken = fill(store.freeLines(upTo: lines))
            store.take(taken, length: 60)
            append(frame(100, 77), to: &store)
            #expect(contents(store).map(\.count) == [Int](repeating: 200, count: others) + [Int](
                repeating: 60, count: lines) + [100])
            let numbers = (0..<lines).map { store.frames.frame(others + $0)[21] }
            #expect(numbers == (0..<lines).map { UInt8($0) })
            #expect(contents(store).last == frame(100, 77))
        }
    }

    private func fill(_ lines: consuming MutableSpan<Line>) -> Int {
        for index in 0..<lines.count { lines.set(index, to: Line(repeating: 3), with: UInt64(index), at: 14) }
        return lines.count
    }

    @Test func copiesAsManyFramesAsFit() {
        var source = FrameStore()
        let frames = (0..<40).map { frame(60 + $0 * 20, $0) }
        for (number, frame) in frames.enumerated() { append(frame, to: &source, flags: UInt16(number)) }
        var target = FrameStore()
        append(frame(65, 99), to: &target)
        let first = target.append(10, from: 5, of: source)
        #expect(first == 10)
        let second = target.append(100, from: 15, of: source)
        #expect(second == 25)
        #expect(contents(target) == [frame(65, 99)] + frames[5...])
        let flags = (1..<target.count).map { target.frames.shape($0) >> 16 }
        #expect(flags == (5..<40).map { UInt32($0) })
        let third = target.append(100, from: 0, of: source)
        #expect(third == 28, "64 in all")
        let fourth = target.append(100, from: 0, of: source)
        #expect(fourth == 0)

        var long = FrameStore()
        while !long.isFull { append(frame(9000, long.count), to: &long) }
        target.removeAll()
        append(frame(9000, 1), to: &target)
        let fitting = target.append(100, from: 0, of: long)
        #expect(fitting < long.count && fitting > 0)
        #expect(contents(target) == [frame(9000, 1)] + (0..<fitting).map { frame(9000, $0) })
    }
}
