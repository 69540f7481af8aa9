// A first look at speed: forwards both ways between two modelled ports, driver and models on a processor each, and says
// how many TSC cycles a packet costs the driver, and how many of the other processor's cycles it costs the models.
//
//   speed [SECONDS]       of measurement for each batch size; default 3
//
// The two processors of a virtual machine are sometimes near each other and sometimes far, and change within a fraction of
// a second. So time is cut into windows of 40 ms, before and after each of which a cache line is thrown to and fro. The
// batch sizes take turns. Windows are dropped in which the distance changed, or in which other programs had a processor
// for more than 2 % of the time.
import Ixy
import IxyHardware
import IxyModels

let seconds = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 3
let window: UInt64 = 40_000_000
let clock = try TimeStampCounter()
try CPUAffinity.pin(to: 0)

let contestants = try [1, 8, 32, 64, 256].map { try Contestant(batchSize: $0) }
let partner = Partner(contestants.map(\.cards), cpu: 1, clock)
var results = contestants.map { _ in [Distance: Windows]() }
var moved = 0
var interrupted = 0
for _ in 0..<max(1, Int(seconds * 1e9) / Int(window)) {
    for (number, contestant) in contestants.enumerated() {
        let before = partner.roundTrip()
        partner.start(number)
        let count = contestant.forward(nanoseconds: window, clock)
        partner.rest()
        let models = partner.work
        guard let distance = Distance(before: before, after: partner.roundTrip()), count.packets > 0 else {
            moved += 1
            continue
        }
        guard max(count.lost, models.lost) < count.cycles / 50 else {
            interrupted += 1
            continue
        }
        results[number][distance, default: Windows()].add(
            Window(
                packets: Double(count.packets), seconds: Double(count.nanoseconds) / 1e9, cycles: Double(count.cycles),
                driver: Double(count.busy), models: Double(models.busy)))
    }
}
partner.end()
for contestant in contestants { try contestant.stop() }

print("TSC \((clock.frequency() / 1e7).rounded() / 100) GHz; windows dropped: \(moved) moved, \(interrupted) interrupted")
for distance in Distance.allCases {
    print("processors \(distance.rawValue):")
    for (number, contestant) in contestants.enumerated() {
        print("  batch \(contestant.batchSize): \(results[number][distance]?.line ?? "no window")")
    }
}
