// Two queues of a port on two processors: what the drivers' threads cost each other. While they work no model runs: the models
// fill all rings between the bursts, on the other processor than the one of the thread that is timed, so that its lines come
// from there, as they would from a card. Each thread is timed alone and beside the other one.
//
//   queues [--seconds N]
//
// Prints one line of JSON: for each thread the TSC cycles for a packet in the median burst, alone and together.
import Foundation
import Forwarders
import Ixy
import IxyModels
import Synchronization

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("queues: \(message)\n".utf8))
    exit(1)
}

struct Cell: Codable {
    let contestant: String
    let thread: Int
    let bursts: Int
    let alone: Double
    let together: Double
}

struct Report: Codable {
    let section: String
    let cells: [Cell]
}

/// Packets that each queue forwards in a burst, and how many at a time.
let burst = 256, batchSize = 32

/// A queue of the one port and one of the other, for one thread at a time.
final class Lane: Sendable {
    private struct State: ~Copyable {
        var source: ReceiveQueue
        var target: TransmitQueue
        var batch = PacketBatch(capacity: batchSize)
    }
    private let state: Mutex<State>

    init(_ source: consuming ReceiveQueue, _ target: consuming TransmitQueue) {
        state = Mutex(State(source: source, target: target))
    }

    /// Forwards a burst. Returns when it began and when it ended.
    func forward(_ clock: TimeStampCounter) -> (begin: UInt64, end: UInt64) {
        state.withLock { state in
            let begin = clock.now()
            var moved = 0, patience = 10_000
            while moved < burst, patience > 0 {
                if state.batch.isEmpty {
                    state.source.receive(into: &state.batch)
                    state.batch.forEach { packet in packet[48] &+= 1 }
                }
                let sent = state.target.transmit(&state.batch)
                moved += sent
                if sent == 0 { patience -= 1 }
            }
            precondition(patience > 0, "a ring was not full")
            return (begin, clock.now())
        }
    }
}

/// The thread on the other processor.
final class Helper: Sendable {
    enum Order { static let rest = 0, fill = 1, forward = 2, end = 3 }
    private let order = Atomic<Int>(Order.rest)
    private let began = Atomic<UInt64>(0)
    private let ended = Atomic<UInt64>(0)

    init(_ lane: Lane, _ cards: [ModelNIC], cpu: Int, _ clock: TimeStampCounter) {
        Thread { [self] in
            try? CPUAffinity.pin(to: cpu)
            while true {
                switch order.load(ordering: .acquiring) {
                case Order.fill: fill(cards)
                case Order.forward:
                    let times = lane.forward(clock)
                    began.store(times.begin, ordering: .relaxed)
                    ended.store(times.end, ordering: .relaxed)
                case Order.end:
                    order.store(Order.rest, ordering: .releasing)
                    return
                default: continue
                }
                order.store(Order.rest, ordering: .releasing)
            }
        }.start()
    }

    func begin(_ what: Int) { order.store(what, ordering: .releasing) }

    func wait() -> (begin: UInt64, end: UInt64) {
        while order.load(ordering: .acquiring) != Order.rest {}
        return (began.load(ordering: .relaxed), ended.load(ordering: .relaxed))
    }
}

/// Lets the models send all that was forwarded, and fill both queues.
func fill(_ cards: [ModelNIC]) {
    for _ in 0..<64 { for card in cards { card.step() } }
}

/// Frames of many flows, UDP over IPv4, which the card spreads over its queues.
func flows() -> [[UInt8]] {
    (0..<64).map { flow in
        var frame = [UInt8](repeating: 0, count: 60)
        frame.replaceSubrange(0..<14, with: [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 8, 0])
        frame.replaceSubrange(14..<24, with: [0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17])
        frame.replaceSubrange(26..<34, with: [10, 0, 0, UInt8(flow * 37 % 251), 10, 1, 0, 1])
        frame.replaceSubrange(34..<38, with: [UInt8(flow), UInt8(flow * 91 % 256), 0, 80])
        return frame
    }
}

func run(_ seconds: Double) throws -> [Cell] {
    let clock = try TimeStampCounter()
    try CPUAffinity.pin(to: 0)
    let space = IOAddressSpace()
    let cards = [
        try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1)),
        try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 2)),
    ]
    cards[0].attach(source: FrameList(flows(), rounds: 1 << 40))
    var settings = DeviceSettings()
    settings.queues = 2
    var left = try Device.open(cards[0], address: "left", settings: settings)
    var right = try Device.open(cards[1], address: "right", settings: settings)
    guard let source1 = left.takeReceiveQueue(), let target1 = right.takeTransmitQueue(),
        let source0 = left.takeReceiveQueue(), let target0 = right.takeTransmitQueue()
    else { fail("there are not two queues") }
    let lane = Lane(source0, target0)
    let helper = Helper(Lane(source1, target1), cards, cpu: 1, clock)
    for _ in 0..<20 { fill(cards) }

    // By thread: alone, and together.
    var alone: [[Double]] = [[], []], together: [[Double]] = [[], []]
    let start = MonotonicClock.nanoseconds
    var round = 0
    while Double(MonotonicClock.nanoseconds - start) < seconds * 1e9 {
        let timed = round % 2, isAlone = round / 2 % 2 == 0
        // On the other processor than the one of the thread that is timed.
        if timed == 1 {
            fill(cards)
        } else {
            helper.begin(Helper.Order.fill)
            _ = helper.wait()
        }
        var times: [(begin: UInt64, end: UInt64)] = [(0, 0), (0, 0)]
        if timed == 1 || !isAlone { helper.begin(Helper.Order.forward) }
        if timed == 0 || !isAlone { times[0] = lane.forward(clock) }
        if timed == 1 || !isAlone { times[1] = helper.wait() }
        // The other queue is emptied as well, so that what it has next comes from where it should.
        if isAlone {
            if timed == 0 {
                helper.begin(Helper.Order.forward)
                _ = helper.wait()
            } else {
                _ = lane.forward(clock)
            }
        }
        let cycles = times[timed].end - times[timed].begin
        if cycles < interruption, round > 8 {
            let each = Double(cycles) / Double(burst)
            if isAlone { alone[timed].append(each) } else { together[timed].append(each) }
        }
        round += 1
    }
    helper.begin(Helper.Order.end)
    _ = helper.wait()
    try left.stop()
    try right.stop()
    let violations = cards.flatMap(\.violations)
    precondition(violations.isEmpty, "\(violations)")
    func median(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.sorted()[values.count / 2] }
    return [0, 1].map { thread in
        Cell(
            contestant: "pool", thread: thread, bursts: min(alone[thread].count, together[thread].count),
            alone: median(alone[thread]), together: median(together[thread]))
    }
}

var seconds = 2.0
let arguments = CommandLine.arguments
if arguments.count == 3, arguments[1] == "--seconds", let value = Double(arguments[2]) {
    seconds = value
} else if arguments.count != 1 {
    fail("usage: queues [--seconds N]")
}
do {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    print(String(decoding: try encoder.encode(Report(section: "queues", cells: try run(seconds))), as: UTF8.self))
} catch {
    fail("\(error)")
}
