import Ixy
import IxyHardware

/// The commands of the control queue. (VirtIO 1.2 §5.1.6.5)
extension ModelVirtIONet {
    /// Classes of commands.
    private enum Group: UInt8 {
        case receive = 0
        case macAddress = 1
        case vlan = 2
        case announce = 3
        case queuePairs = 4
    }

    /// Answers all commands that wait in `queue`. Returns how many.
    mutating func answerCommands<Queue: DeviceQueue>(
        in queue: inout Queue, isReady: (Int) -> Bool
    ) -> Int {
        queue.refresh(&memory)
        var done = 0
        while let chain = queue.next(&memory) {
            if tells(.commandsIgnored) {
                queue.core.stash.append(chain)
                break
            }
            var acknowledgement: UInt8 = obey(chain, of: queue, isReady: isReady) ? 0 : 1
            if tells(.commandsRefused) { acknowledgement = 1 }
            if tells(.commandsMumbled) { acknowledgement = 0xAA }
            var written = 0
            if chain.writable > 0 {
                if !queue.scatter([acknowledgement], to: chain, &memory) {
                    memory.violate("control queue: the answer is outside of mapped memory", queue.core.bufferSection)
                }
                written = 1
            }
            queue.use(chain, written: written, &memory)
            done += 1
        }
        return done
    }

    private mutating func obey<Queue: DeviceQueue>(
        _ chain: DeviceChain, of queue: Queue, isReady: (Int) -> Bool
    ) -> Bool {
        if chain.writable == 0 { memory.violate("control queue: a command without room for an answer", "5.1.6.5") }
        guard let bytes = queue.gather(chain, &memory) else {
            memory.violate("control queue: a command outside of mapped memory", queue.core.bufferSection)
            return false
        }
        guard bytes.count >= 2 else {
            memory.violate("control queue: a command of \(bytes.count) bytes", "5.1.6.5")
            return false
        }
        if accepted.isDisjoint(with: [.version1, .anyLayout]) { checkFraming(chain, of: queue, bytes) }
        let data = Array(bytes[2...])
        switch Group(rawValue: bytes[0]) {
        case .receive: return setMode(bytes[1], data)
        case .macAddress where bytes[1] == 0: return setTable(data)
        case .macAddress where bytes[1] == 1: return setMACAddress(data)
        case .queuePairs where bytes[1] == 0: return setQueuePairs(data, isReady: isReady)
        default:
            memory.violate("control queue: command \(bytes[1]) of class \(bytes[0]), for which nothing was negotiated",
                "5.1.6.5")
            return false
        }
    }

    /// The shapes that commands have without `anyLayout`. (VirtIO 1.2 §5.1.6.6)
    private mutating func checkFraming<Queue: DeviceQueue>(_ chain: DeviceChain, of queue: Queue, _ bytes: [UInt8]) {
        let isTable = bytes[0] == Group.macAddress.rawValue && bytes[1] == 0
        let parts = bytes.count == 2 ? 1 : isTable ? 3 : 2
        let isRight = chain.first.count == 2 && chain.readableCount == parts
            && chain.count == chain.readableCount + 1 && chain.writable == 1
        if !isRight { memory.violate("control queue: a command in other descriptors than legacy devices take", "5.1.6.6") }
    }

    private mutating func requires(_ feature: VirtIO.Features, _ name: String, _ section: String) -> Bool {
        if accepted.contains(feature) { return true }
        memory.violate("control queue: a command without \(name)", section)
        return false
    }

    private mutating func wrongData(_ command: String, _ section: String) -> Bool {
        memory.violate("control queue: wrong data for \(command)", section)
        return false
    }

    private mutating func setMode(_ command: UInt8, _ data: [UInt8]) -> Bool {
        guard command <= 5 else { return wrongData("receive mode \(command)", "5.1.6.5.1") }
        let isKnown = command <= 1
            ? requires(.controlReceive, "CTRL_RX", "5.1.6.5.1.2")
            : requires(.controlReceiveExtra, "CTRL_RX_EXTRA", "5.1.6.5.1.2")
        guard isKnown else { return false }
        guard data == [0] || data == [1] else { return wrongData("receive mode \(command)", "5.1.6.5.1.1") }
        let mode = ReceiveFilter.Modes(rawValue: 1 << command)
        if data[0] == 1 { filter.modes.insert(mode) } else { filter.modes.remove(mode) }
        return true
    }

    private mutating func setMACAddress(_ data: [UInt8]) -> Bool {
        guard requires(.controlMACAddress, "CTRL_MAC_ADDR", "5.1.6.5.2") else { return false }
        guard data.count == 6, data[0] & 1 == 0 else { return wrongData("the MAC address", "5.1.6.5.2") }
        configuration.setMACAddress(data, at: 0)
        filter.own = configuration.macAddress.value
        return true
    }

    private mutating func setTable(_ data: [UInt8]) -> Bool {
        guard requires(.controlReceive, "CTRL_RX", "5.1.6.5.2.2") else { return false }
        var table: Set<UInt64> = []
        var position = 0
        // Unicast addresses first, then multicast ones.
        for isGroup in [false, true] {
            guard position + 4 <= data.count else { return wrongData("the MAC table", "5.1.6.5.2.2") }
            let count = (0..<4).reduce(0) { $0 | Int(data[position + $1]) << ($1 * 8) }
            position += 4
            guard count <= (data.count - position) / 6 else { return wrongData("the MAC table", "5.1.6.5.2.2") }
            for _ in 0..<count {
                guard (data[position] & 1 == 1) == isGroup else { return wrongData("the MAC table", "5.1.6.5.2.2") }
                table.insert(data[position..<position + 6].reduce(0) { $0 << 8 | UInt64($1) })
                position += 6
            }
        }
        guard position == data.count else { return wrongData("the MAC table", "5.1.6.5.2.2") }
        filter.table = table
        return true
    }

    private mutating func setQueuePairs(_ data: [UInt8], isReady: (Int) -> Bool) -> Bool {
        guard requires(.multiqueue, "MQ", "5.1.6.5.6") else { return false }
        guard data.count == 2 else { return wrongData("the number of queue pairs", "5.1.6.5.6") }
        let count = Int(data[0]) | Int(data[1]) << 8
        guard (1...configuration.queuePairs).contains(count) else {
            memory.violate("control queue: \(count) queue pairs of \(configuration.queuePairs)", "5.1.6.5.6.1")
            return false
        }
        guard (0..<count * 2).allSatisfy(isReady) else {
            memory.violate("control queue: \(count) queue pairs before all of them are set up", "5.1.6.5.6.1")
            return false
        }
        setActivePairs(count)
        return true
    }
}
