import IxyHardware

/// A device that lies is reset under its queues; one that went away is set up anew when it is back.
extension VirtIO.Controller where T: ~Copyable {
    package mutating func recover() throws(IxyError) -> Bool {
        guard isRunning else { return false }
        switch recovery {
        case nil, .running:
            guard barrier.hasLies || !transport.isPresent() else { return true }
            barrier.callNextPhase()
            recovery = .paused
        case .paused:
            // No queue touches a ring or a doorbell any more.
            guard barrier.isAnswered else { return false }
            try quieten()
            barrier.callNextPhase()
            recovery = .preparing
        case .preparing:
            guard barrier.isAnswered, try isBack() else { return false }
            do {
                try restart()
            } catch {
                // It went away again in the middle: it is looked for again.
                guard transport.isPresent() else { return false }
                isRunning = false
                // It is off for good. Its memory is free once it is quiet; only if it is not, it must be kept.
                do { try transport.reset() } catch { keepers.forEach(Quarantine.admit) }
                throw error
            }
            total.resets += 1
            barrier.callNextPhase()
            recovery = nil
            return true
        }
        return false
    }

    /// Ends all DMA of a device that is there.
    private mutating func quieten() throws(IxyError) {
        let lies = barrier.takeLies()
        guard transport.isPresent() else { return }
        do {
            try transport.reset()
        } catch {
            guard transport.isPresent() else { return }
            isRunning = false
            keepers.forEach(Quarantine.admit)
            throw error
        }
        guard patience.allowsReset() else {
            isRunning = false
            throw .untrustworthy(device: address, lies: lies)
        }
    }

    /// Whether the device is there. One that is not is looked for a hundred times a second.
    private mutating func isBack() throws(IxyError) -> Bool {
        if transport.isPresent() { return true }
        let now = ContinuousClock.now
        guard now >= nextAttempt else { return false }
        nextAttempt = now.advanced(by: .milliseconds(10))
        return try transport.reconnect()
    }

    /// The same device again, with the same features: the queues are made for these.
    private mutating func restart() throws(IxyError) {
        try transport.reset()
        let offered = try VirtIO.greet(&transport)
        guard offered.isSuperset(of: agreement.features) else {
            throw .missingFeature(
                device: address, feature: "any more what it offered before it was reset",
                remedy: "start the command again, to agree on features anew")
        }
        try VirtIO.settle(agreement, &transport, address)
        try bringUp()
    }
}
