// Our vhost-user front-end against DPDK's own (virtio-user, vectorised where it says so), each on processor 0 with the same back-end,
// DPDK's net_vhost in testpmd, on processor 1: 64-byte frames, bursts of 32, rings of 256.
//
//   virtio-speed FRONT-END STARTS WINDOWS all|mergeable|vector
//
// WINDOWS is how many near ones are wanted of each contestant for each start; three times as many are tried at most.
//
// The two processors of a virtual machine are sometimes near each other and sometimes far, and change within a fraction of
// a second, which changes speed by a factor of three. So time is cut into windows of 40 ms, before and after each of which
// everything is paused and a cache line thrown to and fro. The contestants, both started anew STARTS times for each layout
// and mode, take turns window by window. Dropped are windows in which the distance changed, or in which an end had to wait
// for its processor for more than a fiftieth of the time, as something else ran there. Windows in which a processor had not
// a core for itself are told apart. The back-end counts for both.
import Forwarders
import Foundation
import Ixy

let arguments = CommandLine.arguments
guard arguments.count == 5, let starts = Int(arguments[2]), let windows = Int(arguments[3]), starts > 0, windows > 0 else {
    print("usage: virtio-speed FRONT-END STARTS WINDOWS all|mergeable|vector")
    exit(2)
}
let window: UInt64 = 40_000_000
let mostWaiting = 0.02
let folder = FileManager.default.temporaryDirectory.path

/// Windows that do not count.
struct Dropped {
    var moved = 0
    var disturbed = 0
}

/// Runs both contestants until each has enough near windows, or for three times as many.
func compare(_ pairs: [Pair], _ pace: Pace, best: inout UInt64, _ dropped: inout Dropped) throws -> [[Placement: Rates]] {
    var rates = pairs.map { _ in [Placement: Rates]() }
    var counts = try pairs.map { try $0.count() }
    for round in 0..<3 * windows {
        if rates.allSatisfy({ ($0[.near]?.count ?? 0) >= windows }) { break }
        for turn in pairs.indices {
            // The first one is another one each time.
            let number = (turn + round) % pairs.count
            let pair = pairs[number]
            let before = Ball.meet(pace)
            let run = pair.run(nanoseconds: window)
            let after = Ball.meet(pace)
            best = min(best, before.pace, after.pace)
            let count = try pair.count()
            let rate = Double(count - counts[number]) / run.nanoseconds * 1e3
            counts[number] = count
            guard run.waited <= mostWaiting else {
                dropped.disturbed += 1
                continue
            }
            guard let placement = Placement(before: before, after: after, pace: best) else {
                dropped.moved += 1
                continue
            }
            rates[number][placement, default: Rates()].add(rate)
        }
    }
    return rates
}

var dropped = Dropped()
let layouts = switch arguments[4] {
case "mergeable": Layout.plain
case "vector": Layout.vectorised
default: Layout.plain + Layout.others + Layout.vectorised
}
do {
    let pace = Pace(clock: try TimeStampCounter())
    // The shortest that was measured, now and later: that of a processor which has its core for itself.
    var best = (0..<20).map { _ in Ball.meet(pace).pace }.min() ?? 0
    print("Mpps: median [quartiles] of n windows; ratio of the medians, and of those of each start")
    for layout in layouts {
        for mode in Mode.allCases {
            var cell = Cell()
            for _ in 0..<starts {
                let pairs = [
                    try Pair(ours: arguments[1], layout, mode, folder: folder),
                    try Pair(ours: nil, layout, mode, folder: folder),
                ]
                defer { for pair in pairs { pair.end() } }
                let rates = try compare(pairs, pace, best: &best, &dropped)
                cell.add(ours: rates[0], theirs: rates[1])
            }
            for placement in Placement.allCases {
                print("\(layout.name), \(mode), \(placement.rawValue): \(cell.line(placement))")
            }
        }
    }
} catch {
    print("virtio-speed: \(error)")
    exit(1)
}
print("dropped: \(dropped.moved) windows in which the processors moved, \(dropped.disturbed) that something else disturbed")
