import Ixy

/// Looks after devices whose queues are on other threads: lets them recover, and tells the user what happens to them.
struct DeviceWatch {
    /// What a device counts, and not its queues.
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
    private let showsLosses: Bool
    private var looksAtCounters = false
    private var index = 0

    /// - Parameter showsLosses: whether the devices' losses count.
    init(devices count: Int, showsLosses: Bool) {
        counts = Array(repeating: Counts(), count: count)
        areRunning = Array(repeating: true, count: count)
        self.showsLosses = showsLosses
    }

    /// Begins a round of visits, which the next ones are of.
    mutating func beginRound(lookingAtCounters: Bool) {
        index = 0
        looksAtCounters = lookingAtCounters
    }

    /// Takes the device's next step back if it has lied or went away, and looks at its counters if that is wanted.
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
        guard runs != ran, device.failure == nil else { return }
        if runs {
            Console.note("\(device.address): runs again, after a reset")
        } else if device.driver.link().isUp {
            Console.note("\(device.address): has said what cannot be, and is being reset")
        } else {
            Console.note("\(device.address): went away; waiting until it is back")
        }
    }
}
