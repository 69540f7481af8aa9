import Ixy

/// Looks after devices whose queues are on other threads: lets them recover, and tells the user what happens to them.
struct DeviceWatch {
    /// Counters of a device, and not of its queues.
    struct Counts: Equatable {
        /// Frames that were lost because its own buffer was full, or that were damaged.
        var lost: UInt64 = 0
        /// How often it was reset.
        var resets: UInt64 = 0

        static func - (left: Self, right: Self) -> Self {
            Self(lost: left.lost &- right.lost, resets: left.resets &- right.resets)
        }
    }

    /// Of each device, in the order in which they are visited, its counters at the last look.
    private(set) var counts: [Counts]
    /// Why a device is off, if one is.
    private(set) var failure: IxyError?
    private var areRunning: [Bool]
    /// Whether each link was up at the last look; nil before the first one.
    private var wereUp: [Bool?]
    /// Rounds since the start. One in a hundred, which is about one a second, looks at the links: it costs an
    /// access to the device.
    private var rounds = 0
    private let showsLosses: Bool
    private var looksAtCounters = false
    private var index = 0

    /// - Parameter showsLosses: whether the devices' losses count.
    init(devices count: Int, showsLosses: Bool) {
        counts = Array(repeating: Counts(), count: count)
        areRunning = Array(repeating: true, count: count)
        wereUp = Array(repeating: nil, count: count)
        self.showsLosses = showsLosses
    }

    /// Begins a round of visits, which the next ones are of.
    mutating func beginRound(lookingAtCounters: Bool) {
        index = 0
        rounds += 1
        looksAtCounters = lookingAtCounters
    }

    /// Takes the device's next step back if it has lied or went away, and looks at its link now and then, and at its
    /// counters if that is wanted.
    mutating func visit(_ device: inout Device) {
        defer { index += 1 }
        let ran = areRunning[index]
        let runs = device.recover()
        areRunning[index] = runs
        failure = failure ?? device.failure
        if looksAtCounters {
            let statistics = device.driver.statistics()
            let lost = statistics.missedPackets &+ statistics.crcErrors &+ statistics.lengthErrors
            counts[index] = Counts(lost: showsLosses ? lost : 0, resets: statistics.resets)
        }
        if runs, ran, rounds % 100 == 1 { lookAtLink(&device) }
        guard runs != ran, device.failure == nil else { return }
        if runs {
            Console.note("\(device.address): runs again, after a reset")
        } else if device.driver.link().isUp {
            Console.note("\(device.address): has said what cannot be, or was reset by somebody else; its queues rest")
        } else {
            Console.note("\(device.address): went away; waiting until it is back")
        }
    }
    /// Tells of a link that has come up or gone down since the last look.
    private mutating func lookAtLink(_ device: inout Device) {
        let isUp = device.driver.link().isUp
        defer { wereUp[index] = isUp }
        guard let wasUp = wereUp[index], wasUp != isUp else { return }
        Console.note("\(device.address): the link is \(isUp ? "up" : "down")")
    }
}
