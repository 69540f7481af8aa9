// Forwards frames between two modelled ports, all in one thread, so that callgrind can count the instructions of the
// driver's part, `forwardBatch`, and of the models' part, `stepModel`, apart from each other.
//
//   hot-path PACKETS [BATCH] [82599 | in-place | split | packed]

import Ixy
import IxyModels

#if canImport(Glibc)
import Glibc
#endif

/// The loop of a forwarder: receive, touch a byte, send. `transmit` also cleans up what was sent before.
///
/// - Returns: how many packets were received.
@inline(never)
func forwardBatch(_ source: inout ReceiveQueue, _ target: inout TransmitQueue, _ batch: inout PacketBatch) -> Int {
    let received = source.receive(into: &batch)
    batch.forEach { packet in packet[48] &+= 1 }
    target.transmit(&batch)
    return received
}

/// The same, run to completion.
@inline(never)
func forwardInPlace(_ pipeline: inout Pipeline, _ limit: Int) -> Int {
    pipeline.run(limit: limit) { packet in
        packet[48] &+= 1
        return .send
    }
}

/// Moves a modelled port on, with what makes its frames and what checks them.
@inline(never)
func stepModel(_ port: ModelNIC, _ steps: Int) {
    for _ in 0..<steps { port.step() }
}

/// Ends the program unless `condition` holds, in every build.
func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    guard !condition else { return }
    print("hot-path: \(message())")
    exit(1)
}

/// A forwarder from one port to another.
protocol Forwarder: ~Copyable {
    init?(from left: inout Device, to right: inout Device, batchSize: Int) throws
    /// - Returns: how many packets were received.
    mutating func forward() -> Int
}

struct PoolForwarder: Forwarder, ~Copyable {
    private var source: ReceiveQueue
    private var target: TransmitQueue
    private var batch: PacketBatch

    init?(from left: inout Device, to right: inout Device, batchSize: Int) {
        guard let source = left.takeReceiveQueue(), let target = right.takeTransmitQueue() else { return nil }
        self.source = source
        self.target = target
        batch = PacketBatch(capacity: batchSize)
    }

    mutating func forward() -> Int {
        let received = forwardBatch(&source, &target, &batch)
        require(batch.isEmpty, "the transmit ring was full")
        return received
    }
}

struct InPlaceForwarder: Forwarder, ~Copyable {
    private var pipeline: Pipeline
    private let limit: Int

    init?(from left: inout Device, to right: inout Device, batchSize: Int) throws {
        pipeline = try Pipeline(from: &left, to: &right)
        limit = batchSize
    }

    mutating func forward() -> Int { forwardInPlace(&pipeline, limit) }
}

/// Forwards from one modelled 82599 to another.
func run<Kind: Forwarder & ~Copyable>(_: Kind.Type, packets: UInt64, batchSize: Int) throws {
    let space = IOAddressSpace()
    let leftPort = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
    let rightPort = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 2))
    let sink = SequenceSink()
    leftPort.attach(source: SequenceSource(count: packets))
    leftPort.setLossless(true)
    rightPort.attach(sink: sink)
    var left = try Device.open(leftPort, address: "left")
    var right = try Device.open(rightPort, address: "right")
    guard var forwarder = try Kind(from: &left, to: &right, batchSize: batchSize) else { return }

    // The model moves up to 64 frames a step: enough steps to have a full batch in the ring each time.
    let steps = (batchSize + FrameBurst.limit - 1) / FrameBurst.limit
    // The link takes a while to come up.
    var patience = 10_000
    while leftPort.pending == 0, patience > 0 {
        leftPort.step()
        rightPort.step()
        patience -= 1
    }
    let reads = leftPort.registerReads + rightPort.registerReads
    var forwarded = 0, calls = 0
    patience = 10_000
    while sink.received < packets, patience > 0 {
        stepModel(leftPort, steps)
        if UInt64(forwarded) < packets {
            let received = forwarder.forward()
            forwarded += received
            calls += 1
            if received == 0 { patience -= 1 }
        } else {
            patience -= 1
        }
        stepModel(rightPort, steps)
    }
    let newReads = leftPort.registerReads + rightPort.registerReads - reads
    print("packets \(forwarded) batch \(batchSize) calls \(calls) register-reads \(newReads)")
    require(sink.received == packets && sink.outOfOrder == 0, "\(sink.received) of \(packets) arrived, \(sink.outOfOrder) out of order")
    require(newReads == 0, "the driver read \(newReads) registers")
    require(leftPort.violations.isEmpty && rightPort.violations.isEmpty, "\(leftPort.violations + rightPort.violations)")
    try left.stop()
    try right.stop()
}

/// The same for a VirtIO device. Returns what it moved: with two functions alike the compiler would make one of them, and
/// callgrind find none.
@inline(never)
func stepDevice(_ device: ModelVirtIO, _ steps: Int) -> Int {
    var moved = 0
    for _ in 0..<steps { moved += device.step() }
    return moved
}

/// The same between two VirtIO devices, in one of the two layouts of queues.
func runVirtIO(packets: UInt64, batchSize: Int, isPacked: Bool) throws {
    let space = IOAddressSpace()
    var options = ModelVirtIO.Options()
    // No control queue, for whose answers the models would need a thread.
    options.features = [.version1, .mergeableBuffers]
    options.startsPromiscuous = true
    if isPacked { options.features.insert(.packedRing) }
    let leftDevice = try ModelVirtIO(space: space, options), rightDevice = try ModelVirtIO(space: space, options)
    let sink = SequenceSink()
    leftDevice.attach(source: SequenceSource(count: packets))
    leftDevice.setLossless(true)
    rightDevice.attach(sink: sink)
    var left = try Device.open(leftDevice, address: "left")
    var right = try Device.open(rightDevice, address: "right")
    guard var source = left.takeReceiveQueue(), var target = right.takeTransmitQueue() else { return }
    var batch = PacketBatch(capacity: batchSize)
    let steps = (batchSize + FrameBurst.limit - 1) / FrameBurst.limit
    var forwarded = 0, calls = 0
    var patience = 10_000
    while sink.received < packets, patience > 0 {
        var moved = stepDevice(leftDevice, steps)
        let received = forwardBatch(&source, &target, &batch)
        require(batch.isEmpty, "the transmit ring was full")
        forwarded += received
        calls += 1
        moved += stepDevice(rightDevice, steps)
        if received == 0, moved == 0 { patience -= 1 }
    }
    print("packets \(forwarded) batch \(batchSize) calls \(calls) register-reads 0")
    require(sink.received == packets && sink.outOfOrder == 0, "\(sink.received) of \(packets) arrived, \(sink.outOfOrder) out of order")
    require(leftDevice.violations.isEmpty && rightDevice.violations.isEmpty, "\(leftDevice.violations + rightDevice.violations)")
    try left.stop()
    try right.stop()
}

let arguments = CommandLine.arguments
let kind = arguments.count > 3 ? arguments[3] : "82599"
guard arguments.count >= 2, let packets = UInt64(arguments[1]), let batchSize = Int(arguments.count > 2 ? arguments[2] : "32"),
    (1...256).contains(batchSize), ["82599", "in-place", "split", "packed"].contains(kind)
else {
    print("usage: hot-path PACKETS [BATCH] [82599 | in-place | split | packed]   (batch 1 to 256, default 32)")
    exit(2)
}
do {
    switch kind {
    case "82599": try run(PoolForwarder.self, packets: packets, batchSize: batchSize)
    case "in-place": try run(InPlaceForwarder.self, packets: packets, batchSize: batchSize)
    default:
        try runVirtIO(packets: packets, batchSize: batchSize, isPacked: kind == "packed")
    }
} catch {
    print("hot-path: \(error)")
    exit(1)
}
