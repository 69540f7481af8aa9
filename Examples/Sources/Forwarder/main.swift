// Forwards packets between two ports of an Intel 82599, in both directions, and counts up one byte of each.
//
//   swift run Forwarder 0000:03:00.0 0000:03:00.1     two cards
//   swift run Forwarder                               two modelled cards, 100,000 numbered frames
import Ixy
import IxyModels

/// One batch from `source` to `target`.
func forward(_ source: inout Device, _ target: inout Device, _ batch: inout PacketBatch) {
    source.receive(into: &batch)
    batch.forEach { packet in packet[48] &+= 1 }
    target.transmit(&batch)  // takes what has room, and the compiler lets nobody use it again
    batch.dropAll()  // what had none goes back to its pool
}

var batch = PacketBatch(capacity: 32)

if CommandLine.arguments.count == 3 {
    var left = try Device.open(CommandLine.arguments[1])
    var right = try Device.open(CommandLine.arguments[2])
    while true {
        forward(&left, &right, &batch)
        forward(&right, &left, &batch)
    }
}

let space = IOAddressSpace()
let leftCard = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
let rightCard = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 2))
let sink = SequenceSink()
leftCard.attach(source: SequenceSource(count: 100_000))
leftCard.setLossless(true)
rightCard.attach(sink: sink)
var left = try Device.open(leftCard, address: "left")
var right = try Device.open(rightCard, address: "right")
while sink.received < 100_000 {
    leftCard.step()
    forward(&left, &right, &batch)
    rightCard.step()
}
try left.stop()
try right.stop()
print("forwarded \(sink.received) frames, \(sink.outOfOrder) of them out of order")
