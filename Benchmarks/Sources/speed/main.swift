// How many TSC cycles a packet costs a driver, and how many packets a second driver and models make together: forwarding
// both ways between two modelled ports, driver and models on a processor each; ours, and the same in C.
//
//   speed SECTION [--windows N] [--seconds N] [--milliseconds N] [--keep-all]
//
// SECTION is batching, rings, sizes, pages (small-pages without huge ones) or default. With --keep-all nothing is dropped,
// which says that it works and no more. Prints one line of JSON. FORWARDERS names the folder with the libraries in C.
import Foundation
import Forwarders
import Ixy

struct Cell: Codable {
    let contestant: String
    let setting: Setting
    let near: [Window]
    let far: [Window]
}

struct Report: Codable {
    let section: String
    let cells: [Cell]
    let movedAway: Int
    let interrupted: Int
    let shared: Int
    let onOneCore: Int
    let tscGHz: Double
}

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("speed: \(message)\n".utf8))
    exit(1)
}

/// The options on the command line.
struct Options {
    private(set) var section = ""
    private(set) var windows = 9
    private(set) var seconds = 30.0
    private(set) var milliseconds = 10.0
    private(set) var keepsAll = false

    init(_ arguments: [String]) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "--windows": windows = Int(Options.number(rest.popFirst(), word))
            case "--seconds": seconds = Options.number(rest.popFirst(), word)
            case "--milliseconds": milliseconds = Options.number(rest.popFirst(), word)
            case "--keep-all": keepsAll = true
            case _ where section.isEmpty: section = word
            default: fail("what is \(word)?")
            }
        }
    }

    private static func number(_ text: String?, _ name: String) -> Double {
        guard let text, let value = Double(text), value > 0 else { fail("\(name) wants a number") }
        return value
    }
}

func contestants(_ section: String) throws -> [any Contestant] {
    var setting = Setting()
    switch section {
    case "batching":
        return try [1, 2, 4, 8, 16, 32, 64, 128, 256].flatMap { batch in
            setting.batch = batch
            return try Contestants.headline(setting)
        } + [InlinedBaseline(Setting()), SparseBaseline(Setting())]
    case "default": return try Contestants.headline(setting)
    case "rings":
        return try [64, 128, 256, 512, 1024, 2048, 4096].flatMap { ring in
            setting.ring = ring
            return try Contestants.headline(setting)
        }
    case "sizes":
        return try [64, 128, 256, 512, 1024, 1518, 4096, 9000].flatMap { size in
            setting.size = size
            return try Contestants.headline(setting)
        }
    case "pages", "small-pages":
        return try (section == "pages" ? [false, true] : [false]).flatMap { isHuge in
            setting.hugePages = isHuge
            return try Contestants.headline(setting)
        }
    default: fail("usage: speed batching|rings|sizes|pages|small-pages|default [--windows N] [--seconds N] [--milliseconds N]")
    }
}

do {
    let options = Options(Array(CommandLine.arguments.dropFirst()))
    let clock = try TimeStampCounter()
    try CPUAffinity.pin(to: 0)
    var trial = Trial(try contestants(options.section), cpu: 1, clock, keepsAll: options.keepsAll)
    trial.run(wanted: options.windows, seconds: options.seconds, milliseconds: options.milliseconds)
    try trial.finish()
    let cells = trial.contestants.enumerated().map { index, contestant in
        Cell(
            contestant: type(of: contestant).name, setting: contestant.setting,
            near: trial.windows[index][.near] ?? [], far: trial.windows[index][.far] ?? [])
    }
    let report = Report(
        section: options.section, cells: cells, movedAway: trial.movedAway, interrupted: trial.interrupted,
        shared: trial.shared, onOneCore: trial.onOneCore,
        tscGHz: clock.frequency() / 1e9)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    print(String(decoding: try encoder.encode(report), as: UTF8.self))
} catch {
    fail("\(error)")
}
