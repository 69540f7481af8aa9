import Ixy
import IxyHardware

/// A check's failure.
struct Failure: Error, CustomStringConvertible {
    let description: String
}

func demand(_ condition: Bool, _ text: String) throws {
    guard condition else { throw Failure(description: text) }
}

/// Looks at `condition` until it holds or 40 seconds have passed: the other side may have to start on a busy machine.
func wait(for what: String, _ condition: () throws -> Bool) throws {
    let deadline = Deadline(milliseconds: 40_000)
    while try !condition() {
        try demand(deadline.milliseconds > 0, "waited 40 s for \(what)")
        pause(milliseconds: 1)
    }
}

func pause(milliseconds: Int) {
    guard let nothing = try? EventFile() else { return }
    _ = nothing.wait(milliseconds: milliseconds)
}

/// Sends a frame on each queue pair to a back-end that swaps its addresses and sends it back.
func echo(_ transport: inout VhostUserTransport, _ memories: borrowing Memories, queues: Int, isPacked: Bool) throws {
    try transport.reset()
    try transport.add(.acknowledge)
    try transport.add(.driver)
    let offered = try transport.offeredFeatures()
    var features: VirtIO.Features = [.version1, .mergeableBuffers]
    if isPacked { features.insert(.packedRing) }
    if queues > 1 { features.insert(.multiqueue) }
    try demand(offered.contains(features), "the back-end offers \(offered) only")
    try transport.accept(features)
    try transport.add(.featuresOK)
    let status = try transport.status()
    try demand(status.contains(.featuresOK), "the back-end does not accept our features: \(status)")

    memories.memory.clear()
    let frame: [UInt8] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2] + (12..<UInt8(RingMemory.frameSize)).map { $0 }
    for index in 0..<2 * queues {
        try transport.configure(index, memories.memory.addresses(index))
        memories.memory.write(frame: index % 2 == 1 ? frame : [], in: index)
        memories.memory.offer(index)
    }
    try transport.add(.driverOK)
    for pair in 0..<queues {
        try wait(for: "the back-end to take a frame on pair \(pair)") { memories.memory.isUsed(2 * pair + 1) }
        try wait(for: "the frame to come back on pair \(pair)") { memories.memory.isUsed(2 * pair) }
        let swapped = Array(frame[6..<12] + frame[0..<6] + frame[12...])
        let arrived = memories.memory.frame(in: 2 * pair)
        try demand(arrived == swapped, "the frame came back as \(arrived)")
    }
    // Answers only once it has let go of the vrings.
    try transport.reset()
    say("ok: \(queues) frames went there and back")
}

/// The rings, in a box that closures can look into.
final class Memories: Sendable {
    let memory: RingMemory

    init(mapper: SharedMemoryMapper, isPacked: Bool) throws {
        memory = try RingMemory(mapper: mapper, isPacked: isPacked)
    }
}

func frontEnd(_ address: String, reconnects: Bool) throws {
    var settings = try VhostUserSettings(parsing: address)
    settings.patience = 60_000
    let mapper = SharedMemoryMapper()
    let memories = try Memories(mapper: mapper, isPacked: settings.isPacked)
    var transport = try VhostUserTransport.open(settings, mapper: mapper)
    try echo(&transport, memories, queues: settings.queues, isPacked: settings.isPacked)
    // A second time with the same connection: after a reset all begins anew.
    try echo(&transport, memories, queues: settings.queues, isPacked: settings.isPacked)
    guard reconnects else { return }
    say("end the back-end now")
    let deadline = Deadline(milliseconds: 60_000)
    while transport.isPresent() {
        try demand(deadline.milliseconds > 0, "the end of the back-end was not noticed")
        pause(milliseconds: 1)
    }
    try transport.reset()
    while try !transport.reconnect() {
        try demand(deadline.milliseconds > 0, "the back-end did not come back")
        pause(milliseconds: 20)
    }
    say("it is back")
    try echo(&transport, memories, queues: settings.queues, isPacked: settings.isPacked)
}
