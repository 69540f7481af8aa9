// How long a packet takes from the modelled wire through the driver back to the wire: every packet is stamped when the
// model takes it from its source, and measured when it comes out of the other port. Batches of at most 32, rings of 512, both
// directions, ours and the same in C in turns.
//
//   latency MPPS… [--seconds N] [--milliseconds N] [--keep-all]
//
// MPPS is what is offered, both directions together; for each of them packets are measured for about so many seconds a
// contestant, with the processors near each other, or for at most four times as long. Windows are dropped in which the
// driver's thread stood still for 20 µs or the models' for 40, which is the machine's doing, and those in which the distance
// of the processors changed. Prints one line of JSON; FORWARDERS names the folder with the library in C.
import Foundation
import Forwarders
import Ixy
import IxyModels

struct Cell: Codable {
    let contestant: String
    let offered: Double
    let distance: Distance
    var windows = 0
    var seconds = 0.0
    var sent = 0
    var received = 0
    /// Frames that the model was too late for.
    var leftOut = 0
    /// How many packets took how many bins of `ticksPerBin` ticks: only the bins with packets, as bin and count.
    var bins: [[Int]] = []
}

struct Report: Codable {
    let section: String
    let cells: [Cell]
    let stalled: Int
    let movedAway: Int
    let ticksPerBin: Int
    let tscGHz: Double
}

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("latency: \(message)\n".utf8))
    exit(1)
}

/// TSC cycles for which a thread stands still only if something else runs on its processor: the driver's, in a round that
/// takes a few microseconds, and the models', which may take four bursts at once.
let driverStall: UInt64 = 52_000, modelStall: UInt64 = 104_000

/// The counts of one contestant at one pace and one distance.
struct Tally {
    var cell: Cell
    var bins = [Int](repeating: 0, count: 1 << 16)
}

func measure(
    _ offered: Double, _ seconds: Double, _ milliseconds: Double, _ clock: TimeStampCounter, _ ghz: Double, keepsAll: Bool,
    _ report: inout (cells: [Cell], stalled: Int, movedAway: Int)
) throws {
    let setting = Setting()
    let contestants: [any Contestant] = try Contestants.headline(setting)
    // Half of the packets in each direction.
    let traffic = contestants.map { $0.bench.usePace(every: ghz * 1e3 / (offered / 2), clock) }
    let partner = Partner(contestants.map(\.bench.cards), cpu: 1, clock)
    var tallies: [[Distance: Tally]] = contestants.map { _ in [:] }
    let window = UInt64(milliseconds * 1e6)
    let start = MonotonicClock.nanoseconds
    var turn = 0
    // Far windows are kept as well, but waited for are near ones: which the machine gives, changes by the minute.
    func isDone() -> Bool {
        tallies.allSatisfy { ($0[.near]?.cell.seconds ?? 0) >= seconds }
            || Double(MonotonicClock.nanoseconds - start) > seconds * 4e9 * Double(contestants.count)
    }
    while !isDone() {
        for step in contestants.indices {
            let index = (step + turn) % contestants.count
            let contestant = contestants[index], (sources, sinks) = traffic[index]
            let before = partner.roundTrip()
            partner.start(index)
            // Frames that were on their way when the contestant last rested go out.
            let early = run(contestant, window / 4, clock)
            let sent0 = sources.reduce(0) { $0 + Int($1.sent) }, left0 = sources.reduce(0) { $0 + Int($1.leftOut) }
            let out0 = sinks.reduce(0) { $0 + Int($1.received) }
            for sink in sinks { sink.record() }
            let longest = max(early, run(contestant, window, clock))
            let sent = sources.reduce(0) { $0 + Int($1.sent) } - sent0
            let left = sources.reduce(0) { $0 + Int($1.leftOut) } - left0
            let out = sinks.reduce(0) { $0 + Int($1.received) } - out0
            let bins = sinks.map { $0.take() }
            partner.rest()
            let after = partner.roundTrip()
            guard let distance = keepsAll ? .near : Distance(before: before, after: after) else {
                report.movedAway += 1
                continue
            }
            guard keepsAll || longest < driverStall && partner.work.longest < modelStall else {
                report.stalled += 1
                continue
            }
            var tally = tallies[index][distance] ?? Tally(
                cell: Cell(contestant: type(of: contestant).name, offered: offered, distance: distance))
            tally.cell.windows += 1
            tally.cell.seconds += Double(window) / 1e9
            tally.cell.sent += sent
            tally.cell.received += out
            tally.cell.leftOut += left
            for found in bins { for bin in found.indices where found[bin] > 0 { tally.bins[bin] += Int(found[bin]) } }
            tallies[index][distance] = tally
        }
        turn += 1
    }
    partner.end()
    for contestant in contestants { try contestant.stop() }
    for found in tallies {
        for distance in Distance.allCases {
            guard var tally = found[distance] else { continue }
            tally.cell.bins = tally.bins.indices.filter { tally.bins[$0] > 0 }.map { [$0, tally.bins[$0]] }
            report.cells.append(tally.cell)
        }
    }
}

/// Forwards what comes for so long. Returns the cycles of the longest round.
func run(_ contestant: any Contestant, _ nanoseconds: UInt64, _ clock: TimeStampCounter) -> UInt64 {
    let start = MonotonicClock.nanoseconds
    var longest: UInt64 = 0
    var now = clock.now()
    while MonotonicClock.nanoseconds - start < nanoseconds {
        for _ in 0..<64 {
            _ = contestant.forward(wanted: .max, rounds: 1)
            let after = clock.now()
            longest = max(longest, after - now)
            now = after
        }
    }
    return longest
}

var paces: [Double] = []
var seconds = 1.0, milliseconds = 2.0
var keepsAll = false
var words = CommandLine.arguments.dropFirst()
while let word = words.popFirst() {
    switch word {
    case "--seconds": seconds = words.popFirst().flatMap(Double.init) ?? 0
    case "--milliseconds": milliseconds = words.popFirst().flatMap(Double.init) ?? 0
    case "--keep-all": keepsAll = true
    default:
        guard let pace = Double(word), pace > 0 else { fail("what is \(word)?") }
        paces.append(pace)
    }
}
guard !paces.isEmpty, seconds > 0, milliseconds > 0 else { fail("usage: latency MPPS… [--seconds N] [--milliseconds N]") }
do {
    let clock = try TimeStampCounter()
    let ghz = clock.frequency(measuredFor: 100) / 1e9
    try CPUAffinity.pin(to: 0)
    var found: (cells: [Cell], stalled: Int, movedAway: Int) = ([], 0, 0)
    for pace in paces { try measure(pace, seconds, milliseconds, clock, ghz, keepsAll: keepsAll, &found) }
    let report = Report(
        section: "latency", cells: found.cells, stalled: found.stalled, movedAway: found.movedAway,
        ticksPerBin: Int(StampSink.ticksPerBin), tscGHz: ghz)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    print(String(decoding: try encoder.encode(report), as: UTF8.self))
} catch {
    fail("\(error)")
}
