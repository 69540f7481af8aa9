import Glibc
import IxyHardware

/// Keeps a rate of packets a second, by a token bucket.
struct PacketPacer: Sendable {
    /// Packets a nanosecond; nil is no limit.
    private let rate: Double?
    /// The most tokens that gather while the thread is busy elsewhere: 10 ms worth, and at least one batch.
    private let depth: Double
    private var tokens = 0.0
    private var last = MonotonicClock.nanoseconds

    /// A limit of `rate` packets a second; nil is none.
    init(rate: Double?, batch: Int) {
        self.rate = rate.map { $0 / 1e9 }
        depth = max(Double(batch), (rate ?? 0) / 100)
    }

    /// How many of `wanted` packets may be sent now. Sleeps a little, and returns 0, if the next one is far off.
    mutating func claim(_ wanted: Int) -> Int {
        guard let rate else { return wanted }
        let now = MonotonicClock.nanoseconds
        tokens = min(depth, tokens + Double(now - last) * rate)
        last = now
        if tokens < 1, (1 - tokens) / rate > 200_000 {
            usleep(100)
            return 0
        }
        let granted = min(wanted, Int(tokens))
        tokens -= Double(granted)
        return granted
    }

    /// Returns what was claimed and not used.
    mutating func giveBack(_ count: Int) { tokens += Double(count) }
}
