#if arch(x86_64)
import IxyHardware
import Testing

import IxyModels

@Suite struct PacedTrafficTests {
    private static let clock = try? TimeStampCounter()

    /// One burst of at most `limit` frames that `source` has now.
    private func pull(_ source: PacedSource, _ limit: Int = 64) -> FrameBurst {
        var burst = FrameBurst()
        source.pull(limit, into: &burst)
        return burst
    }

    @Test(.enabled(if: clock != nil)) func framesComeWhenTheyAreDueAndNoSooner() throws {
        let clock = try #require(Self.clock)
        let interval: UInt64 = 999_999_999
        let start = clock.now()
        let source = PacedSource(every: Double(interval), clock)
        let before = clock.now()
        let first = pull(source)
        let after = clock.now()
        let count = first.count
        let length = count > 0 ? first.frame(0).byteCount : 0
        let stamp = count > 0 ? first.frame(0).bigEndian(UInt64.self, at: 14) : 0
        // One is due at once, and others only if this thread was stopped for so long.
        #expect(count >= 1 && UInt64(count) <= (after - start) / interval + 1)
        #expect(length == 60)
        #expect(stamp >= before && stamp <= after)
        #expect(source.sent == UInt64(count) && source.leftOut == 0)
    }

    @Test(.enabled(if: clock != nil)) func aSourceThatIsAskedTooLateLeavesFramesOut() throws {
        let clock = try #require(Self.clock)
        let source = PacedSource(every: 1, clock)
        let start = clock.now()
        while clock.now() - start < 10_000 {}
        let burst = pull(source)
        let count = burst.count
        #expect(count == 64)
        #expect(source.sent == 64 && source.leftOut > 0)
    }

    @Test(.enabled(if: clock != nil)) func everyFrameIsMeasuredWhileItIsRecorded() throws {
        let clock = try #require(Self.clock)
        let source = PacedSource(every: 1, clock)
        let sink = StampSink(clock)
        // Not recorded yet.
        sink.accept(pull(source))
        let unrecorded = Int(sink.received)
        sink.record()
        var recorded = 0
        for _ in 0..<10 {
            let burst = pull(source)
            recorded += burst.count
            sink.accept(burst)
        }
        let bins = sink.take()
        #expect(recorded > 0)
        #expect(bins.reduce(0) { $0 + Int($1) } == recorded)
        #expect(Int(sink.received) == unrecorded + recorded)
        #expect(sink.take().allSatisfy { $0 == 0 }, "taken once")
    }
}
#endif
