import Glibc
import IxyHardware

/// Keeps a rate of packets a second, by a token bucket.
struct PacketPacer: Sendable {
    /// Packets a nanosecond; nil is no limit.
    private let rate: Double?
    /// The most tokens that gather while the thread is busy elsewhere: 10 ms worth, and at least one batch. Never below
    /// two: with one, the time by which a claim comes late would be lost each time.
    private let depth: Double
    private var tokens = 0.0
    /// The time of the last claim. The bucket is empty at the first one, however long ago this was made.
    private var last: UInt64?

    /// A limit of `rate` packets a second; nil is none.
    init(rate: Double?, batch: Int) {
        self.rate = rate.map { $0 / 1e9 }
        depth = max(2, Double(batch), (rate ?? 0) / 100)
    }

    /// How many of `wanted` packets may be sent now. Sleeps a little, and returns 0, if the next one is far off.
    mutating func claim(_ wanted: Int) -> Int {
        let granted = claim(wanted, at: MonotonicClock.nanoseconds)
        if let rate, granted == 0, (1 - tokens) / rate > 200_000 { usleep(100) }
        return granted
    }

    /// How many of `wanted` packets may be sent at the time `now`, in nanoseconds.
    mutating func claim(_ wanted: Int, at now: UInt64) -> Int {
        guard let rate else { return wanted }
        tokens = min(depth, tokens + Double(now - (last ?? now)) * rate)
        last = now
        let granted = min(wanted, Int(tokens))
        tokens -= Double(granted)
        return granted
    }

    /// Returns what was claimed and not used.
    mutating func giveBack(_ count: Int) { tokens += Double(count) }
}
