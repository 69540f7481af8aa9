import Foundation
import Ixy
import IxyModels
import Synchronization

/// Runs rounds until the time is over, or one of them has a finding.
///
///     fuzz-lying-device --seconds 60 [--seed N] [--rounds N] [--note FILE]
///
/// Each round has a seed of its own: the first is N, the next N + 1. The seed of the round under way is in FILE, for
/// when the process does not live to tell it.
@main
struct Fuzzer {
    /// More than the slowest honest answers of a round together.
    static let patience = 120

    static func main() {
        var options: [String: String] = [:]
        var rest = CommandLine.arguments.dropFirst()
        while let name = rest.popFirst() {
            guard ["--seconds", "--seed", "--rounds", "--note"].contains(name), let value = rest.popFirst() else {
                fail("what is \(name)? There are --seconds, --seed, --rounds and --note, each with a value")
            }
            options[name] = value
        }
        let seconds = Int(options["--seconds"] ?? "60") ?? 60
        let first = options["--seed"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64(UInt32.max))
        let rounds = options["--rounds"].flatMap { Int($0) } ?? .max
        say("seed \(first)")

        let watch = RoundWatch(patience: patience)
        let end = ContinuousClock.now.advanced(by: .seconds(seconds))
        var tally = Tally()
        while tally.rounds < rounds, ContinuousClock.now < end || rounds != .max {
            let seed = first &+ UInt64(tally.rounds)
            watch.begin(seed)
            if let note = options["--note"] { try? "\(seed)\n".write(toFile: note, atomically: false, encoding: .utf8) }
            let start = ContinuousClock.now
            do {
                if seed % 8 == 7 {
                    try IXGBERound(seed: seed).run(&tally)
                } else {
                    let round = try VirtIORound(seed: seed)
                    let plan = round.plan
                    do { try round.run(&tally) } catch { throw Finding("\(error) (\(plan))") }
                }
            } catch {
                fail("round \(seed): \(error)\nrepeat it: scripts/fuzz-virtio 60 --seed \(seed) --rounds 1")
            }
            tally.rounds += 1
            tally.slowest = max(tally.slowest, ContinuousClock.now - start)
        }
        say("\(tally)")
    }
}

func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

func fail(_ text: String) -> Never {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
    exit(1)
}

/// Ends the process if a round does not end.
final class RoundWatch: Sendable {
    private let now = Mutex<(seed: UInt64, start: ContinuousClock.Instant)>((0, .now))

    init(patience: Int) {
        Thread { [self] in
            while true {
                sleep(1)
                let (seed, start) = now.withLock { $0 }
                guard ContinuousClock.now - start > .seconds(patience) else { continue }
                fail(
                    "round \(seed) does not end within \(patience) s\n"
                        + "repeat it: scripts/fuzz-virtio 60 --seed \(seed) --rounds 1")
            }
        }.start()
    }

    func begin(_ seed: UInt64) { now.withLock { $0 = (seed, .now) } }
}
