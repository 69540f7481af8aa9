import Foundation
import Synchronization

/// Runs rounds against one kind of model until the time is over, or one of them has a finding.
///
///     fuzz-models registers|vhost-user|remote-pci --seconds 60 [--seed N] [--rounds N] [--note FILE]
///
/// Each round has a seed of its own: the first is N, the next N + 1. The seed of the round under way is in FILE, for when the
/// process does not live to tell it.
@main
struct Fuzzer {
    /// More than the slowest honest answers of a round together.
    static let patience = 120

    static func main() {
        var rest = CommandLine.arguments.dropFirst()
        let subject = rest.popFirst() ?? ""
        var options: [String: String] = [:]
        while let name = rest.popFirst() {
            guard ["--seconds", "--seed", "--rounds", "--note"].contains(name), let value = rest.popFirst() else {
                fail("what is \(name)? There are --seconds, --seed, --rounds and --note, each with a value")
            }
            options[name] = value
        }
        let seconds = Int(options["--seconds"] ?? "60") ?? 60
        let first = options["--seed"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64(UInt32.max))
        let rounds = options["--rounds"].flatMap { Int($0) } ?? .max
        say("\(subject), seed \(first)")

        let watch = RoundWatch(patience: patience)
        let end = ContinuousClock.now.advanced(by: .seconds(seconds))
        var tally = Tally()
        while tally.rounds < rounds, ContinuousClock.now < end || rounds != .max {
            let seed = first &+ UInt64(tally.rounds)
            watch.begin(seed)
            if let note = options["--note"] { try? "\(seed)\n".write(toFile: note, atomically: false, encoding: .utf8) }
            let start = ContinuousClock.now
            do {
                switch subject {
                case "registers": try RegisterRound(seed: seed).run(&tally)
                case "vhost-user" where seed % 4 == 3: try FrontEndRound(seed: seed).run(&tally)
                case "vhost-user": try BackEndRound(seed: seed).run(&tally)
                case "remote-pci": try RemoteRound(seed: seed).run(&tally)
                default: fail("what is '\(subject)'? There are registers, vhost-user and remote-pci")
                }
            } catch {
                fail("round \(seed): \(error)")
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
private final class RoundWatch: Sendable {
    private let now = Mutex<(seed: UInt64, start: ContinuousClock.Instant)>((0, .now))

    init(patience: Int) {
        Thread { [self] in
            while true {
                sleep(1)
                let (seed, start) = now.withLock { $0 }
                if ContinuousClock.now - start > .seconds(patience) { fail("round \(seed) does not end within \(patience) s") }
            }
        }.start()
    }

    func begin(_ seed: UInt64) { now.withLock { $0 = (seed, .now) } }
}

/// The totals of all rounds.
struct Tally: Sendable, CustomStringConvertible {
    var rounds = 0
    /// Register accesses and messages.
    var words = 0
    /// Frames that a model has moved: the deeper a round gets, the more there are.
    var moved = 0
    /// The driver's violations that the models reported.
    var complaints = 0
    var slowest = Duration.zero

    var description: String {
        "\(rounds) rounds, \(words) accesses or messages, \(moved) moved, \(complaints) complaints, slowest round "
            + "\(slowest.components.seconds * 1000 + slowest.components.attoseconds / 1_000_000_000_000_000) ms"
    }
}

/// A promise that a model broke.
struct Finding: Error {
    let text: String
    init(_ text: String) { self.text = text }
}

func check(_ isKept: Bool, _ promise: @autoclosure () -> String) throws {
    guard isKept else { throw Finding(promise()) }
}
