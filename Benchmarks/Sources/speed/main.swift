// A first look at speed: forwards both ways between two modelled ports, driver and models on a thread each, and says
// how many TSC cycles the driver spends on a packet and how much of the time it waits for the models.
//
//   speed [SECONDS]
import Ixy
import IxyHardware
import IxyModels

let seconds = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 3
let clock = try TimeStampCounter()

/// Receives, touches a byte, sends, as the ixy papers do. Returns how many packets were moved.
@inline(never)
func forward(_ source: inout Device, _ target: inout Device, _ batch: inout PacketBatch) -> Int {
    if batch.isEmpty {
        source.receive(into: &batch)
        batch.forEach { packet in packet.bytes[48] &+= 1 }
    }
    return target.transmit(&batch)
}

func measure(batchSize: Int, seconds: Double, clock: TimeStampCounter) throws {
    let space = IOAddressSpace()
    let leftCard = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
    let rightCard = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 2))
    for card in [leftCard, rightCard] {
        card.attach(source: SequenceSource(count: .max), sink: SequenceSink())
        card.setLossless(true)
    }
    let thread = ModelThread([leftCard, rightCard], cpu: 1)
    try? CPUAffinity.pin(to: 0)
    var left = try Device.open(leftCard, address: "left")
    var right = try Device.open(rightCard, address: "right")
    var toRight = PacketBatch(capacity: batchSize)
    var toLeft = PacketBatch(capacity: batchSize)
    var packets = 0
    var busy: UInt64 = 0
    let start = clock.now()
    let startTime = MonotonicClock.nanoseconds
    let end = startTime + UInt64(seconds * 1e9)
    var now = start
    while MonotonicClock.nanoseconds < end {
        for _ in 0..<256 {
            let moved = forward(&left, &right, &toRight) + forward(&right, &left, &toLeft)
            let after = clock.now()
            // A round without a packet was a wait for the models.
            if moved > 0 { busy += after - now }
            now = after
            packets += moved
        }
    }
    let cycles = Double(now - start)
    let time = Double(MonotonicClock.nanoseconds - startTime) / 1e9
    try left.stop()
    try right.stop()
    thread.stop()
    func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
    print(
        "batch \(batchSize): \(rounded(Double(packets) / time / 1e6)) Mpps; per packet \(rounded(cycles / Double(packets))) "
            + "TSC cycles, of which the driver works \(rounded(Double(busy) / Double(packets))) and waits for the models "
            + "\(rounded((cycles - Double(busy)) / Double(packets)))")
}

for size in [1, 8, 32, 64, 256] { try measure(batchSize: size, seconds: seconds, clock: clock) }
