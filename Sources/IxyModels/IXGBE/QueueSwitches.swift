import Ixy
import IxyHardware

/// Queues are turned on and off by RXDCTL.ENABLE and TXDCTL.ENABLE, which read as what the queue does and not as what was
/// written. (82599 §8.2.3.8.6, §8.2.3.9.10)
extension Model82599 {
    mutating func applyReceiveControl(_ value: UInt32, at offset: Int, _ word: RegisterFile.Word) {
        let queue = word.index
        let isAsked = RegisterValue<R.RXDCTL>(read: value).isSet(R.RXDCTL.enable)
        let isOn = registers.field(R.RXDCTL.enable, queue)
        registers.store(value, at: offset, word)
        registers.put(R.RXDCTL.enable, isOn, queue)
        if isAsked, !willReceive(queue), !checkReceiveQueue(queue) { return }
        turnReceive(queue, on: isAsked)
    }

    mutating func applyTransmitControl(_ value: UInt32, at offset: Int, _ word: RegisterFile.Word) {
        let queue = word.index
        let isAsked = RegisterValue<R.TXDCTL>(read: value).isSet(R.TXDCTL.enable)
        let isOn = registers.field(R.TXDCTL.enable, queue)
        registers.store(value, at: offset, word)
        registers.put(R.TXDCTL.enable, isOn, queue)
        // Queue 0 may run by DMATXCTL.TE alone, and has not been looked at then.
        let isChecked = isTransmitAsked[queue] && willTransmit(queue)
        isTransmitAsked[queue] = isAsked
        turnTransmit(queue, on: isAsked && (isChecked || checkTransmitQueue(queue)))
    }

    private mutating func turnReceive(_ queue: Int, on isOn: Bool) {
        guard isOn != willReceive(queue) else { return }
        handshakes.removeAll { $0 == .receiveQueue(queue, isOn: !isOn) }
        guard isOn != registers.isSet(R.RXDCTL.enable, queue) else { return }
        begin(.receiveQueue(queue, isOn: isOn), after: Delay.queue)
    }

    mutating func turnTransmit(_ queue: Int, on isOn: Bool) {
        guard isOn != willTransmit(queue) else { return }
        handshakes.removeAll { $0 == .transmitQueue(queue, isOn: !isOn) }
        guard isOn != registers.isSet(R.TXDCTL.enable, queue) else { return }
        begin(.transmitQueue(queue, isOn: isOn), after: Delay.queue)
    }

    /// Whether the queue runs, or is about to.
    func willReceive(_ queue: Int) -> Bool {
        handshakes.contains(.receiveQueue(queue, isOn: true))
            || registers.isSet(R.RXDCTL.enable, queue) && !handshakes.contains(.receiveQueue(queue, isOn: false))
    }

    /// The same of a transmit queue.
    func willTransmit(_ queue: Int) -> Bool {
        handshakes.contains(.transmitQueue(queue, isOn: true))
            || registers.isSet(R.TXDCTL.enable, queue) && !handshakes.contains(.transmitQueue(queue, isOn: false))
    }

    /// Whether the queue has its ring: it takes it when it is enabled, and keeps it until it has stopped.
    func hasReceiveRing(_ queue: Int) -> Bool { registers.isSet(R.RXDCTL.enable, queue) || willReceive(queue) }

    /// The same of a transmit queue.
    func hasTransmitRing(_ queue: Int) -> Bool { registers.isSet(R.TXDCTL.enable, queue) || willTransmit(queue) }
}
