import Ixy

/// The tail registers, which the driver writes as plain memory. (82599 §4.6.7.1, §4.6.8.1)
extension Model82599 {
    /// Looks at the doorbells of all queues, or only of those that run.
    mutating func pollDoorbells(all: Bool) {
        if all {
            for queue in 0..<128 {
                pollReceive(queue)
                pollTransmit(queue)
            }
        } else {
            for index in receiveQueues.indices { pollReceive(receiveQueues[index]) }
            for index in transmitQueues.indices { pollTransmit(transmitQueues[index]) }
        }
    }

    private mutating func pollReceive(_ queue: Int) {
        let tail = doorbells.load(at: R.RDT.offset(queue))
        guard tail != receiveTails[queue] else { return }
        receiveTails[queue] = tail
        registers[R.RDT.offset(queue)] = tail
        // The queue's relaxed ordering must be settled once frames can come.
        let isWrong = registers.isSet(R.DCA_RXCTRL.mustBeZero, queue) && registers.isSet(R.RXCTRL.enable)
        if !isReceiveSeen[queue] || isWrong || tail >= registers.field(R.RDLEN.length, queue) / 16 {
            reportReceiveTail(queue, tail)
        }
    }

    private mutating func pollTransmit(_ queue: Int) {
        let tail = doorbells.load(at: R.TDT.offset(queue))
        guard tail != transmitTails[queue] else { return }
        transmitTails[queue] = tail
        registers[R.TDT.offset(queue)] = tail
        if !isTransmitSeen[queue] || tail >= registers.field(R.TDLEN.length, queue) / 16 {
            reportTransmitTail(queue, tail)
        }
    }

    @inline(never)
    private mutating func reportReceiveTail(_ queue: Int, _ tail: UInt32) {
        if !isReceiveSeen[queue] {
            guard !isResetUnawares else { return }
            violate("RDT(\(queue)) written before RXDCTL(\(queue)).ENABLE was read as 1", "4.6.7.1")
        } else if tail >= registers.field(R.RDLEN.length, queue) / 16 {
            violate("RDT(\(queue)) set to \(tail), beyond the ring", "8.2.3.8.5")
        } else {
            violate("bit 12 of DCA_RXCTRL(\(queue)) is not cleared", "4.6.7")
        }
    }

    @inline(never)
    private mutating func reportTransmitTail(_ queue: Int, _ tail: UInt32) {
        if !isTransmitSeen[queue] {
            guard !isResetUnawares else { return }
            violate("TDT(\(queue)) written before TXDCTL(\(queue)).ENABLE was read as 1", "4.6.8.1")
        } else {
            violate("TDT(\(queue)) set to \(tail), beyond the ring", "8.2.3.9.9")
        }
    }
}
