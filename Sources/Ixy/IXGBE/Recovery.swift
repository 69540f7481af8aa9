import Glibc
import IxyHardware

/// A device that lies is reset under its queues, and all that it had of ours comes back.
extension IXGBE.Controller where Bus: ~Copyable {
    /// See `NetworkDriver.recover`.
    ///
    /// - Parameter prepare: as for `bringUp`.
    package mutating func recover(preparing prepare: (borrowing Self) -> Void = { _ in }) throws(IxyError) -> Bool {
        guard isRunning else { return false }
        switch recovery {
        case nil, .running:
            if !barrier.hasLies {
                if isAsWeLeftIt { return true }
                wasReset = true
            }
            barrier.callNextPhase()
            recovery = .paused
            return false
        case .paused:
            // No queue touches a ring or a doorbell any more.
            guard barrier.isAnswered else { return false }
            if wasReset { try giveUp() }
            try quieten()
            let lies = barrier.takeLies()
            guard patience.allowsReset() else {
                isRunning = false
                throw .untrustworthy(device: address, lies: lies)
            }
            barrier.callNextPhase()
            recovery = .preparing
            return false
        case .preparing:
            guard barrier.isAnswered else { return false }
            do {
                try bringUp(preparing: prepare)
            } catch {
                try? quieten()
                isRunning = false
                throw error
            }
            barrier.callNextPhase()
            recovery = nil
            return true
        }
    }

    /// Whether a queue has caught it at a lie, or a reset is under way.
    package var needsAttention: Bool { barrier.needsAttention }

    /// Whether the next step resets it.
    var isAboutToReset: Bool { recovery == .paused && barrier.isAnswered && !wasReset }

    /// Whether it still runs as it was started: it was not pulled out, and nobody has reset it. We had turned receive on, and
    /// a reset turns it off. (82599 §8.2.3.8.10)
    private var isAsWeLeftIt: Bool {
        let control = bus.read(IXGBE.R.RXCTRL.self)
        return control.raw != .max && control.isSet(IXGBE.R.RXCTRL.enable)
    }

    /// A device that was pulled out, or that somebody else has reset, does not go on by itself: its queues have stopped.
    private mutating func giveUp() throws(IxyError) {
        // While a function is reset over the bus nobody answers for it either, for a tenth of a second at most
        // (PCIe 3.0 §6.6.2); and nothing is written before it has read its EEPROM (82599 §4.6.3).
        for _ in 0..<50 {
            let eeprom = bus.read(IXGBE.R.EEC.self)
            if eeprom.raw != .max, eeprom.isSet(IXGBE.R.EEC.autoReadDone) { break }
            usleep(10_000)
        }
        try quieten()
        isRunning = false
        throw .wasReset(device: address)
    }

    /// Ends all DMA. If that fails the device stays off, and nobody gets the memory that it may still write to.
    mutating func quieten() throws(IxyError) {
        do {
            try IXGBE.resetDevice(bus, address: address)
        } catch {
            isRunning = false
            keepers.forEach(Quarantine.admit)
            throw error
        }
    }
}

/// How often a device may be reset for its lies before it is left off.
struct ResetPatience: Sendable {
    /// So many resets within so long a time are too many.
    static let limit = 8
    static let span = Duration.seconds(10)
    private var resets: [ContinuousClock.Instant] = []

    /// Notes a reset. False if it was one too many.
    mutating func allowsReset(now: ContinuousClock.Instant = .now) -> Bool {
        resets.removeAll { now - $0 > ResetPatience.span }
        resets.append(now)
        return resets.count <= ResetPatience.limit
    }
}
