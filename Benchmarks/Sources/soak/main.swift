// Forwards numbered frames from one modelled port to another, the models on a thread of their own, and checks that
// none is lost, doubled or out of order, that the driver broke no rule, and that all memory is back at the end.
//
//   soak [FRAMES]
import Glibc
import Ixy
import IxyModels

let total = CommandLine.arguments.dropFirst().first.flatMap { UInt64($0) } ?? 10_000_000
let space = IOAddressSpace()

/// Returns what went wrong.
func run(_ total: UInt64, in space: IOAddressSpace) throws -> [String] {
    var problems: [String] = []
    let leftCard = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
    let rightCard = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 2))
    let sink = SequenceSink()
    leftCard.attach(source: SequenceSource(count: total))
    leftCard.setLossless(true)
    rightCard.attach(sink: sink)
    let thread = ModelThread([leftCard, rightCard])
    var left = try Device.open(leftCard, address: "left")
    var right = try Device.open(rightCard, address: "right")
    var batch = PacketBatch(capacity: 32)
    var lastReceived: UInt64 = 0
    var lastProgress = MonotonicClock.nanoseconds
    while sink.received < total {
        if batch.isEmpty { left.receive(into: &batch) }
        right.transmit(&batch)
        if sink.received != lastReceived {
            lastReceived = sink.received
            lastProgress = MonotonicClock.nanoseconds
        } else if MonotonicClock.nanoseconds - lastProgress > 10_000_000_000 {
            problems.append("nothing arrives any more after \(lastReceived) frames")
            break
        }
    }
    try left.stop()
    try right.stop()
    thread.stop()
    if sink.received != total { problems.append("\(sink.received) of \(total) frames arrived") }
    if sink.outOfOrder != 0 { problems.append("\(sink.outOfOrder) frames were lost, doubled or out of order") }
    problems += (leftCard.violations + rightCard.violations).map(\.description)
    return problems
}

var problems = try run(total, in: space)
if space.mappedCount != 0 { problems.append("\(space.mappedCount) pieces of memory are still mapped") }
for problem in problems { print(problem) }
guard problems.isEmpty else { exit(1) }
print("\(total) frames forwarded: none lost, doubled or out of order; no rule broken; all memory back")
