import Forwarders
import Ixy

/// The measurements of one visit to a contestant, at a known distance.
struct Window: Codable {
    /// TSC cycles of the driver for a packet, in bursts that it finds whole in its rings.
    let cycles: Double
    /// Packets in these bursts.
    let packets: Int
    /// Millions of packets a second that driver and models make together, freely.
    let rate: Double
    /// TSC cycles of the models for a packet then, without those in which they had nothing to do.
    let models: Double
    /// See `Partner.pace`: the longer ones of those before and after the bursts.
    let alone: UInt64
    let together: UInt64

    /// Whether the two processors are threads of one core.
    var isOneCore: Bool { together > alone + alone / 5 }

    /// Whether each processor was a core of its own, of which nobody else had a part: then it took `best`, or hardly more.
    func isUndisturbed(_ best: UInt64) -> Bool { max(alone, together) <= best + best / 100 }
}

/// Measures contestants in turns, their models on the other processor.
struct Trial {
    let clock: TimeStampCounter
    let partner: Partner
    let contestants: [any Contestant]
    private(set) var windows: [[Distance: [Window]]]
    private(set) var movedAway = 0
    private(set) var interrupted = 0
    private(set) var shared = 0
    /// Windows that were kept though the processors were threads of one core.
    private(set) var onOneCore = 0

    /// Nothing is dropped, and all counts as near: for a look whether it works, on a machine that does other things.
    private let keepsAll: Bool

    init(_ contestants: [any Contestant], cpu: Int, _ clock: TimeStampCounter, keepsAll: Bool) {
        self.clock = clock
        self.keepsAll = keepsAll
        self.contestants = contestants
        partner = Partner(contestants.map(\.bench.cards), cpu: cpu, clock)
        windows = contestants.map { _ in [:] }
    }

    /// Visits all contestants in turns, each time beginning with another, until each has `wanted` windows near, or, when half
    /// of the time is over, near or far, or until `seconds` have passed: which of them the machine gives, changes by the minute.
    mutating func run(wanted: Int, seconds: Double, milliseconds: Double) {
        let start = MonotonicClock.nanoseconds
        var turn = 0
        while true {
            let best = bestPace
            let passed = Double(MonotonicClock.nanoseconds - start) / 1e9
            let distances = passed < seconds / 2 ? [.near] : Distance.allCases
            // Whether a contestant has fewer than so many good windows at each of these distances.
            func lacks(_ count: Int) -> Bool {
                windows.contains { found in
                    distances.allSatisfy { distance in
                        (found[distance] ?? []).count { keepsAll || $0.isUndisturbed(best) } < count
                    }
                }
            }
            // Half as long again, if there is hardly anything to go by.
            guard passed < (!keepsAll && lacks(Trial.hardlyAny) ? 1.5 : 1) * seconds else { break }
            let missing = lacks(wanted)
            guard missing || turn == 0 else { break }
            for index in contestants.indices { visit((index + turn) % contestants.count, milliseconds) }
            turn += 1
        }
    }

    /// With fewer good windows no median is made of them alone.
    private static let hardlyAny = 3

    /// The shortest that was measured.
    private var bestPace: UInt64 {
        windows.flatMap { $0.values.flatMap { $0.map(\.alone) } }.min() ?? 0
    }

    /// Drops the windows in which a processor was shared, with the other one or with somebody else, unless a contestant would
    /// be left with few: then all have theirs.
    private mutating func dropShared() {
        let best = bestPace
        for distance in Distance.allCases {
            let alone = windows.map { ($0[distance] ?? []).filter { $0.isUndisturbed(best) } }
            guard alone.allSatisfy({ $0.count >= Trial.hardlyAny }) else {
                if distance == .near { onOneCore += windows.reduce(0) { $0 + ($1[distance] ?? []).count { $0.isOneCore } } }
                continue
            }
            for index in windows.indices {
                shared += (windows[index][distance]?.count ?? 0) - alone[index].count
                windows[index][distance] = alone[index]
            }
        }
    }

    private mutating func visit(_ number: Int, _ milliseconds: Double) {
        let nanoseconds = UInt64(milliseconds * 1e6)
        let before = partner.roundTrip()
        let paceBefore = partner.pace()
        partner.start(number)
        let bursts = timeBursts(contestants[number], nanoseconds)
        partner.rest()
        let paceAfter = partner.pace()
        partner.start(number)
        let free = runFreely(contestants[number], nanoseconds)
        partner.rest()
        let models = partner.work
        let after = partner.roundTrip()
        guard let distance = keepsAll ? .near : Distance(before: before, after: after) else {
            movedAway += 1
            return
        }
        guard let bursts, let free, keepsAll || models.lost < free.cycles / 50 else {
            interrupted += 1
            return
        }
        windows[number][distance, default: []].append(
            Window(
                cycles: bursts.cycles, packets: bursts.packets,
                rate: Double(free.packets) / Double(free.nanoseconds) * 1e3,
                models: Double(models.busy) / Double(max(1, free.packets)), alone: max(paceBefore.alone, paceAfter.alone),
                together: max(paceBefore.together, paceAfter.together)))
    }

    /// Waits until the models have filled the rings, then lets the driver work through a burst: the waits do not count, and
    /// no burst is cut short by models that are slower than the driver. Returns the median of the bursts, so that those in
    /// which a thread was interrupted do not matter; nil if these were many.
    private func timeBursts(_ contestant: any Contestant, _ nanoseconds: UInt64) -> (cycles: Double, packets: Int)? {
        let bench = contestant.bench
        let burst = contestant.setting.burst
        var bursts: [Double] = []
        var packets = 0, count = 0
        let start = MonotonicClock.nanoseconds
        // Long frames take the models long, but some bursts there must be.
        while MonotonicClock.nanoseconds - start < (count < 13 && !keepsAll ? 10 * nanoseconds : nanoseconds) {
            while !bench.isReady(burst) {
                if MonotonicClock.nanoseconds - start > (keepsAll ? 5_000_000_000 : 10 * nanoseconds) { return nil }
            }
            if bench.isSmall { wait(50_000) }
            let begin = clock.now()
            let moved = contestant.forward(wanted: burst, rounds: .max)
            let taken = clock.now() - begin
            count += 1
            // The first ones find caches cold.
            if !keepsAll, count <= 4 || taken > interruption { continue }
            bursts.append(Double(taken) / Double(moved))
            packets += moved
        }
        guard keepsAll && count > 0 || bursts.count >= 8 && bursts.count * 10 > count * 8 else { return nil }
        return (bursts.sorted()[bursts.count / 2], packets)
    }

    private func wait(_ ticks: UInt64) {
        let start = clock.now()
        while clock.now() - start < ticks {}
    }

    /// Both as fast as they can. Nil if the driver was interrupted for more than 2 % of the time.
    private func runFreely(
        _ contestant: any Contestant, _ nanoseconds: UInt64
    ) -> (cycles: UInt64, packets: Int, nanoseconds: UInt64)? {
        let rounds = max(1, 128 / contestant.setting.batch)
        let startTime = MonotonicClock.nanoseconds
        let start = clock.now()
        var now = start
        var packets = 0
        var lost: UInt64 = 0
        while true {
            packets += contestant.forward(wanted: .max, rounds: rounds)
            let after = clock.now()
            if after - now > interruption { lost += after - now }
            now = after
            let time = MonotonicClock.nanoseconds - startTime
            if time >= nanoseconds {
                return packets > 0 && (keepsAll || lost * 50 < now - start) ? (now - start, packets, time) : nil
            }
        }
    }

    /// Ends the partner's thread and stops the contestants, which checks that each frame came through.
    mutating func finish() throws {
        partner.end()
        if !keepsAll { dropShared() }
        for contestant in contestants { try contestant.stop() }
    }
}
