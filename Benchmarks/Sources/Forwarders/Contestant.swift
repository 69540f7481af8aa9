import Ixy
public import IxyModels

/// How a contestant is set up.
public struct Setting: Codable, Hashable {
    /// Packets that its loop asks for at a time.
    public var batch = 32
    /// Descriptors in each ring.
    public var ring = 512
    /// Bytes of each frame, with its check sequence.
    public var size = 64
    public var hugePages = false

    /// Packets each way in a burst that is timed: what surely fits into the rings, whole batches, and short enough for
    /// an interruption to be seen; few long frames, with which the models take a while.
    public var burst: Int { max(batch, min(batch < 4 || isJumbo ? 64 : 256, ring / 2) / batch * batch) }

    /// Frames are longer than Ethernet has them by default.
    var isJumbo: Bool { size > 1518 }

    /// The settings of our driver.
    var device: DeviceSettings {
        var settings = DeviceSettings()
        settings.receiveRing = ring
        settings.transmitRing = ring
        settings.mtu = max(settings.mtu, size - 18)
        settings.pages = hugePages ? .huge2MiB : .small
        return settings
    }

    public init() {}
}

/// Two modelled ports that are never out of frames, and a forwarder between them.
public protocol Contestant: AnyObject {
    /// As the figures call it.
    static var name: String { get }
    var setting: Setting { get }
    var bench: Bench { get }

    /// Forwards in turns, until `wanted` packets were sent in each direction or `rounds` rounds are over. A byte of each
    /// packet is changed, as in the ixy papers. Returns how many were sent in all.
    func forward(wanted: Int, rounds: Int) -> Int
    /// Stops the drivers.
    func stop() throws
}

/// The two ports of a contestant with what makes and what checks their frames.
public final class Bench {
    let space = IOAddressSpace()
    public let left: ModelNIC
    public let right: ModelNIC
    public let sources: [SequenceSource]
    public let sinks = [SequenceSink(), SequenceSink()]
    /// The rings have no room for what a source is asked for at a time and a burst.
    public let isSmall: Bool
    private var isPaced = false
    /// Packets that were forwarded so far, in both directions.
    public var forwarded = 0

    init(_ setting: Setting) throws {
        isSmall = setting.ring - 1 < setting.burst + 64
        left = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        right = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 2))
        sources = (0..<2).map { _ in SequenceSource(count: .max, size: setting.size - 4) }
        left.attach(source: sources[0], sink: sinks[0])
        right.attach(source: sources[1], sink: sinks[1])
        for card in cards { card.setLossless(true) }
    }

    public var cards: [ModelNIC] { [left, right] }

    /// Packets that came out of the two ports.
    public var received: Int { Int(sinks[0].received + sinks[1].received) }

    /// Whether `burst` packets wait in each receive ring, and all that were forwarded are out of the transmit rings.
    ///
    /// A source is asked for 64 frames once all of the last ones are in the ring, so that so many at most are on their way.
    /// A ring with less room than that never has them all: it is full soon after this says yes, see `isSmall`.
    public func isReady(_ burst: Int) -> Bool {
        let out = sinks.map { Int($0.received) }
        let ahead = burst + (isSmall ? 0 : 64)
        return out[0] + out[1] >= forwarded
            && Int(sources[0].taken) >= out[1] + ahead && Int(sources[1].taken) >= out[0] + ahead
    }

    /// From now on frames come at a pace, `interval` ticks apart on each port, and are measured; what finds no descriptor is
    /// lost, as on a wire.
    public func usePace(every interval: Double, _ clock: TimeStampCounter) -> (sources: [PacedSource], sinks: [StampSink]) {
        let paced = cards.map { _ in PacedSource(every: interval, clock) }
        let stamps = cards.map { _ in StampSink(clock) }
        for (index, card) in cards.enumerated() {
            card.attach(source: paced[index], sink: stamps[index])
            card.setLossless(false)
        }
        isPaced = true
        return (paced, stamps)
    }

    /// - Throws: unless each frame came through once and in order, and no rule of the datasheet was broken.
    public func check(_ name: String) throws {
        if let violation = cards.flatMap(\.violations).first { throw Broken(description: "\(name): \(violation)") }
        if isPaced { return }
        guard sinks.allSatisfy({ $0.outOfOrder == 0 }) else {
            throw Broken(description: "\(name): frames were lost or out of order")
        }
        guard received > 0 else { throw Broken(description: "\(name): nothing was forwarded") }
    }

    struct Broken: Error, CustomStringConvertible {
        let description: String
    }
}
