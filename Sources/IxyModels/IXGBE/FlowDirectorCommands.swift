import Ixy
import IxyHardware

/// How software fills the flow director: by a command at a time, which takes a while. (82599 §7.1.2.7.12)
extension Model82599 {
    /// Filters that fit in the memory that was given to it, of which one is kept back. (82599 §7.1.2.7.2)
    private var flowCapacity: Int {
        let steps = registers.field(R.FDIRCTRL.allocation)
        guard steps > 0 else { return 0 }
        return ((registers.isSet(R.FDIRCTRL.perfect) ? 1024 : 4096) << Int(steps)) - 1
    }

    mutating func applyFlowControl(_ value: UInt32, at offset: Int, _ word: RegisterFile.Word) {
        registers.store(value, at: offset, word)
        registers.put(R.FDIRCTRL.initialized, 0)
        guard registers.field(R.FDIRCTRL.allocation) != 0 else { return }
        handshakes.removeAll { $0 == .flowDirectorReady }
        begin(.flowDirectorReady, after: Delay.flowDirector)
    }

    mutating func applyFlowCommand(_ value: UInt32, at offset: Int, _ word: RegisterFile.Word) {
        if registers.field(R.FDIRCMD.command) != 0 {
            violate("FDIRCMD written before the last command was done", "7.1.2.7.12")
            return
        }
        registers.store(value, at: offset, word)
        if registers.isSet(R.FDIRCMD.clearTable) { flowDirector.removeAll() }
        guard registers.field(R.FDIRCMD.command) != 0 else { return }
        if !registers.isSet(R.FDIRCTRL.initialized) {
            violate("FDIRCMD.CMD written before FDIRCTRL.INIT-Done was set", "7.1.2.7.12")
        }
        // Signatures are added one after the other, and nobody waits.
        guard registers.isSet(R.FDIRCTRL.perfect) else { return finishFlowCommand() }
        begin(.flowDirectorCommand, after: Delay.flowDirector)
    }

    mutating func finishFlowDirectorStart() {
        flowDirector.removeAll()
        registers.put(R.FDIRCTRL.initialized, 1)
        registers.put(R.FDIRFREE.free, UInt32(flowCapacity))
    }

    mutating func finishFlowCommand() {
        let (bucket, number) = (registers.field(R.FDIRHASH.bucket), registers.field(R.FDIRHASH.number))
        switch registers.field(R.FDIRCMD.command) {
        case 1: addFlow()
        case 2: removeFlow(bucket, number)
        default: registers.put(R.FDIRCMD.isValid, flowDirector.contains(bucket, number) ? 1 : 0)
        }
        registers.put(R.FDIRCMD.command, 0)
        // Software can take memory away in which there are filters.
        registers.put(R.FDIRFREE.free, UInt32(max(0, flowCapacity - flowDirector.count)))
        registers.put(R.FDIRLEN.longest, UInt32(min(63, flowDirector.longestBucket)))
    }

    /// Writes the counts of matches down.
    mutating func settleFlows() {
        let counts = flowDirector.takeCounts()
        guard counts.matches + counts.misses > 0 else { return }
        registers.add(R.FDIRMATCH.self, counts.matches)
        registers.add(R.FDIRMISS.self, counts.misses)
    }

    private mutating func addFlow() {
        let filter = FlowFilter(registers)
        if registers.isSet(R.FDIRCTRL.perfect), filter.isIPv6 {
            violate("FDIRCMD.IPV6: flows of IPv6 are not modelled", "8.2.3.21.22")
        }
        if !registers.isSet(R.FDIRCMD.queueEnable) {
            violate("FDIRCMD.Queue-EN is clear in a filter to be added", "8.2.3.21.22")
        }
        guard flowDirector.count < flowCapacity else {
            registers.add(R.FDIRFSTAT.self, 1)
            return
        }
        if flowDirector.add(filter) { registers.add(R.FDIRUSTAT.self, 1) }
    }

    private mutating func removeFlow(_ bucket: UInt32, _ number: UInt32) {
        if flowDirector.remove(bucket, number) {
            registers.add(R.FDIRUSTAT.self, 1 << 16)
        } else {
            registers.add(R.FDIRFSTAT.self, 1 << 8)
        }
    }
}
