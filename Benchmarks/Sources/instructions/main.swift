// Forwards packets both ways between two modelled ports, all in one thread, for callgrind to count the instructions of a
// contestant: those inside of `countedForward`.
//
//   instructions CONTESTANT PACKETS [BATCH]
//   instructions --list
//
// The second form names the contestants.
import Foundation
import Forwarders
import IxyModels

@inline(never)
func countedForward(_ contestant: any Contestant, _ wanted: Int) -> Int {
    contestant.forward(wanted: wanted, rounds: .max)
}

let arguments = CommandLine.arguments
if arguments.dropFirst() == ["--list"] {
    print(Contestants.names.joined(separator: "\n"))
    exit(0)
}
var setting = Setting()
// Long bursts, so that what a call of the measure itself costs does not count.
setting.ring = 4096
let burst = 3072
if arguments.count > 3 { setting.batch = Int(arguments[3]) ?? 0 }
guard arguments.count >= 3, let packets = Int(arguments[2]), (1...256).contains(setting.batch),
    let contestant = try Contestants.named(arguments[1], setting)
else {
    print("usage: instructions CONTESTANT PACKETS [BATCH], or --list")
    exit(2)
}
var forwarded = 0
while forwarded < packets {
    var patience = 100_000
    while !contestant.bench.isReady(burst) {
        for card in contestant.bench.cards { card.step() }
        patience -= 1
        guard patience > 0 else {
            print("instructions: the models do not go on")
            exit(1)
        }
    }
    forwarded += countedForward(contestant, burst)
}
// Frames that are still in the rings go out.
for _ in 0..<100 { for card in contestant.bench.cards { card.step() } }
try contestant.stop()
print(forwarded)
