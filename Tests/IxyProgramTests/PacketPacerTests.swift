import TestSupport
import Testing

@testable import ixy

/// On a clock of the test's own, which goes on by steps of uneven length.
@Suite struct PacketPacerTests {
    private static let second: UInt64 = 1_000_000_000

    /// The rate is met within 0.1 %, and at no moment is the sender ahead of it.
    @Test(arguments: [
        // Packets a second, batch, longest step between two claims in ns, seconds.
        (0.5, 32, 9_000_000, 600), (1.0, 1, 9_000_000, 600), (7.3, 32, 9_000_000, 300), (100.0, 1, 200_000, 20),
        (1000.0, 32, 500_000, 10),
        (123_456.7, 32, 200_000, 10), (1_000_000.0, 64, 60_000, 2), (14_880_952.0, 256, 17_000, 1),
        (14_880_952.0, 1, 60, 0),
    ])
    func meetsTheRate(_ rate: Double, _ batch: Int, _ longestStep: UInt64, _ seconds: UInt64) {
        var pacer = PacketPacer(rate: rate, batch: batch)
        var chance = Chance(state: 1)
        let start: UInt64 = 1 << 60
        let end = start + max(Self.second / 100, seconds * Self.second)
        var now = start
        var sent = 0
        var ahead = 0
        #expect(pacer.claim(batch, at: now) == 0, "the bucket is empty at first")
        while now < end {
            now += UInt64.random(in: 1...longestStep, using: &chance)
            sent += pacer.claim(batch, at: now)
            // A millionth for what doubles cannot hold.
            if Double(sent) > Double(now - start) / 1e9 * rate * 1.000_001 + 1e-3 { ahead += 1 }
        }
        let expected = Double(now - start) / 1e9 * rate
        #expect(ahead == 0)
        #expect(abs(Double(sent) - expected) <= max(1, expected / 1000))
    }

    /// After any stall at most 10 ms' worth or one batch comes at once, and then it goes on at the rate.
    @Test(arguments: [(1000.0, 32), (50_000.0, 32), (10_000_000.0, 256)], [1, 60, 86_400 * 365])
    func aStallIsNotMadeUpFor(_ limits: (rate: Double, batch: Int), _ seconds: UInt64) {
        var pacer = PacketPacer(rate: limits.rate, batch: limits.batch)
        #expect(pacer.claim(limits.batch, at: 0) == 0)
        let end = seconds * Self.second
        var burst = 0
        while case let granted = pacer.claim(limits.batch, at: end), granted > 0 { burst += granted }
        #expect(burst == max(limits.batch, Int(limits.rate / 100)))
        // A millisecond later there is a millisecond's worth.
        var next = 0
        while case let granted = pacer.claim(limits.batch, at: end + Self.second / 1000), granted > 0 { next += granted }
        #expect(abs(Double(next) - limits.rate / 1000) <= 1)
    }

    @Test func timeBeforeTheFirstClaimDoesNotCount() {
        var pacer = PacketPacer(rate: 1e6, batch: 32)
        #expect(pacer.claim(32, at: 5 * Self.second) == 0)
        #expect(pacer.claim(32, at: 5 * Self.second + 10_001) == 10)
    }

    /// A sender that finds no buffers for what it was granted does not lose its place.
    @Test func whatIsGivenBackIsGrantedAgain() {
        var pacer = PacketPacer(rate: 1e6, batch: 32)
        var chance = Chance(state: 2)
        var sent = 0
        for now in stride(from: 0, through: Self.second, by: 20_000) {
            let granted = pacer.claim(32, at: now)
            let unused = Int.random(in: 0...granted, using: &chance)
            // Half of the time, so that it does not fall behind for good.
            let back = now % 40_000 == 0 ? unused : 0
            pacer.giveBack(back)
            sent += granted - back
        }
        #expect(abs(sent - 1_000_000) <= 1000)
    }

    @Test func withoutARateAllIsGranted() {
        var pacer = PacketPacer(rate: nil, batch: 32)
        #expect(pacer.claim(32, at: 0) == 32)
        #expect(pacer.claim(32, at: 0) == 32)
        #expect(pacer.claim(32) == 32)
    }
}
