import Ixy

/// A change that the hardware makes some time after it was asked to, so that a driver which does not wait for it is caught.
struct Handshake {
    enum Change: Equatable {
        /// The EEPROM's words are in the registers. (82599 §4.6.3)
        case eepromRead
        /// A word is read for software. (82599 §8.2.3.2.2)
        case eepromWord(Int)
        /// The DMA engine is ready. (82599 §4.6.3)
        case dmaInitialized
        /// The last DMA has ended. (82599 §5.2.5.3.2)
        case masterStopped
        /// A queue runs, or has stopped. (82599 §4.6.7.1, §4.6.8.1)
        case receiveQueue(Int, isOn: Bool)
        case transmitQueue(Int, isOn: Bool)
        /// No frame is on its way between the wire and the packet buffer. (82599 §4.6.7)
        case receivePathEmpty
        /// The flow director's table is laid out, or its command is done. (82599 §7.1.2.7)
        case flowDirectorReady
        case flowDirectorCommand
    }

    let change: Change
    /// When it is done, by the model's clock.
    let due: Int
}

/// The handshakes that are under way.
struct Handshakes {
    private var list: [Handshake] = []
    /// When the next one is done.
    private(set) var nextDue = Int.max

    mutating func begin(_ change: Handshake.Change, due: Int) {
        list.append(Handshake(change: change, due: due))
        nextDue = min(nextDue, due)
    }

    mutating func removeAll(where isGone: (Handshake.Change) -> Bool = { _ in true }) {
        list.removeAll { isGone($0.change) }
        nextDue = list.map(\.due).min() ?? .max
    }

    /// Whether `change` is under way.
    func contains(_ change: Handshake.Change) -> Bool { list.contains { $0.change == change } }

    /// Takes out one that is done at `time`.
    mutating func takeDone(at time: Int) -> Handshake.Change? {
        guard let index = list.firstIndex(where: { $0.due <= time }) else { return nil }
        let change = list.remove(at: index).change
        nextDue = list.map(\.due).min() ?? .max
        return change
    }
}

extension Model82599 {
    /// Asks the hardware for `change`.
    mutating func begin(_ change: Handshake.Change, after delay: Int) {
        handshakes.begin(change, due: time + delay)
    }

    /// Does all that is due.
    mutating func finishHandshakes() {
        while let change = handshakes.takeDone(at: time) { finish(change) }
    }

    private mutating func finish(_ change: Handshake.Change) {
        switch change {
        case .eepromRead: loadEEPROM()
        case .eepromWord(let address):
            registers.put(R.EERD.data, UInt32(eeprom[address]))
            registers.put(R.EERD.done, 1)
        case .dmaInitialized: registers.put(R.RDRXCTL.isInitialized, 1)
        case .receivePathEmpty: registers.put(R.SECRXSTAT.isEmpty, 1)
        case .flowDirectorReady: finishFlowDirectorStart()
        case .flowDirectorCommand: finishFlowCommand()
        case .masterStopped: registers.put(R.STATUS.masterEnabled, 0)
        case .receiveQueue(let queue, let isOn):
            registers.put(R.RXDCTL.enable, isOn ? 1 : 0, queue)
            receiveQueues = receiveQueues.filter { $0 != queue } + (isOn ? [queue] : [])
            receiveQueues.sort()
            isReceiveSeen[queue] = false
        case .transmitQueue(let queue, let isOn):
            registers.put(R.TXDCTL.enable, isOn ? 1 : 0, queue)
            transmitQueues = transmitQueues.filter { $0 != queue } + (isOn ? [queue] : [])
            transmitQueues.sort()
            transmitWork.contexts.forget(queue)
            isTransmitSeen[queue] = false
        }
    }
}
