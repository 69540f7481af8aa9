import Ixy
import Synchronization

/// The counters of one queue pair of a device so far. Its thread writes them once a batch; the table reads them.
final class QueueMeter: Sendable {
    private let receivedPackets = Atomic<UInt64>(0)
    private let receivedBytes = Atomic<UInt64>(0)
    private let sentPackets = Atomic<UInt64>(0)
    private let sentBytes = Atomic<UInt64>(0)
    private let receiveDrops = Atomic<UInt64>(0)
    private let transmitDrops = Atomic<UInt64>(0)
    private let appDrops = Atomic<UInt64>(0)
    private let copies = Atomic<UInt64>(0)

    /// Notes what a receive queue has counted.
    func update(_ counters: ReceiveCounters) {
        receivedPackets.store(counters.packets, ordering: .relaxed)
        receivedBytes.store(counters.bytes, ordering: .relaxed)
        receiveDrops.store(counters.multiSegment &+ counters.errors &+ counters.deviceLies, ordering: .relaxed)
    }

    /// Notes what a transmit queue has counted. Packets that the device had when it was reset count as sent and as dropped.
    func update(_ counters: TransmitCounters) {
        sentPackets.store(counters.packets, ordering: .relaxed)
        sentBytes.store(counters.bytes, ordering: .relaxed)
        transmitDrops.store(counters.unsendable &+ counters.abandoned, ordering: .relaxed)
    }

    /// Notes that the app itself dropped packets, for instance because a ring was full.
    func addDrops(_ count: Int) {
        if count > 0 { appDrops.wrappingAdd(UInt64(count), ordering: .relaxed) }
    }

    /// Notes how many packets were copied for the device, because it does not reach the memory in which they arrived.
    func update(copies count: UInt64) { copies.store(count, ordering: .relaxed) }

    /// The numbers now.
    var reading: TrafficReading {
        TrafficReading(
            receivedPackets: receivedPackets.load(ordering: .relaxed),
            receivedBytes: receivedBytes.load(ordering: .relaxed),
            sentPackets: sentPackets.load(ordering: .relaxed), sentBytes: sentBytes.load(ordering: .relaxed),
            drops: receiveDrops.load(ordering: .relaxed) &+ transmitDrops.load(ordering: .relaxed)
                &+ appDrops.load(ordering: .relaxed),
            copies: copies.load(ordering: .relaxed))
    }
}

/// Numbers of packets and bytes, as totals or as the difference of two totals.
struct TrafficReading: Sendable, Equatable {
    var receivedPackets: UInt64 = 0
    var receivedBytes: UInt64 = 0
    var sentPackets: UInt64 = 0
    var sentBytes: UInt64 = 0
    var drops: UInt64 = 0
    var copies: UInt64 = 0

    static func + (left: Self, right: Self) -> Self { combine(left, right, &+) }
    static func - (left: Self, right: Self) -> Self { combine(left, right, &-) }

    private static func combine(_ left: Self, _ right: Self, _ operation: (UInt64, UInt64) -> UInt64) -> Self {
        TrafficReading(
            receivedPackets: operation(left.receivedPackets, right.receivedPackets),
            receivedBytes: operation(left.receivedBytes, right.receivedBytes),
            sentPackets: operation(left.sentPackets, right.sentPackets),
            sentBytes: operation(left.sentBytes, right.sentBytes), drops: operation(left.drops, right.drops), copies: operation(left.copies, right.copies))
    }

    /// Bytes that a frame takes on the wire besides its own: frame check sequence 4, preamble and start 8, gap 12.
    private static let overhead = 24.0

    /// The rates if this happened in `seconds`: millions of packets a second, and Gbit/s on the wire.
    func rates(_ seconds: Double) -> TrafficRates {
        func megapackets(_ packets: UInt64) -> Double { Double(packets) / seconds / 1e6 }
        func gigabits(_ packets: UInt64, _ bytes: UInt64) -> Double {
            (Double(bytes) + Double(packets) * Self.overhead) * 8 / seconds / 1e9
        }
        return TrafficRates(
            receivedMpps: megapackets(receivedPackets), receivedGbits: gigabits(receivedPackets, receivedBytes),
            sentMpps: megapackets(sentPackets), sentGbits: gigabits(sentPackets, sentBytes))
    }
}

/// Speeds in both directions.
struct TrafficRates: Sendable {
    let receivedMpps: Double
    let receivedGbits: Double
    let sentMpps: Double
    let sentGbits: Double
}
