import BasicContainers
import Ixy
import IxyHardware

/// The settings that bursts need from the registers, taken once after each change, and the counts that are to go back.
struct DataPath: ~Copyable {
    /// `RegisterFile.changes` when this was made.
    var version = -1
    /// Something is to be written into the registers.
    var isUnsettled = false
    var receive = ReceiveSettings()
    var transmit = TransmitSettings()
    /// The rings of the queues that are enabled, in ascending order.
    var receiveRings = UniqueArray<ReceiveRing>()
    var transmitRings = UniqueArray<TransmitRing>()
    /// Where in `receiveRings` each queue's ring is.
    var receiveRingIndex = [Int?](repeating: nil, count: 128)
    var received = ReceiveTally()
}

extension Model82599 {
    /// Makes sure that `data` is what the registers and the address map say. Each burst starts with it.
    mutating func refreshData() {
        if data.version != registers.changes || !port.isCurrent { reloadData() }
    }

    @inline(never)
    private mutating func reloadData() {
        settle()
        if !port.isCurrent {
            port.forget()
            receivePort.forget()
            transmitPort.forget()
        }
        data.receive = ReceiveSettings(registers, isBusMaster: isBusMaster, keeping: data.receive.spreader)
        data.transmit = TransmitSettings(registers, isBusMaster: isBusMaster)
        if data.transmit.isLooped, loop == nil { loop = Wire(capacity: 256) }
        transmitWork.refresh(registers)
        flowDirector.refresh(registers)
        data.receiveRings.removeAll(keepingCapacity: true)
        data.transmitRings.removeAll(keepingCapacity: true)
        for queue in 0..<128 { data.receiveRingIndex[queue] = nil }
        for queue in receiveQueues {
            data.receiveRingIndex[queue] = data.receiveRings.count
            let doorbell = doorbells.tail(at: R.RDT.offset(queue))
            data.receiveRings.append(
                ReceiveRing(queue, registers, tail: receiveTails[queue], doorbell, through: &port))
        }
        for queue in transmitQueues where maySend(queue) {
            let doorbell = doorbells.tail(at: R.TDT.offset(queue))
            data.transmitRings.append(
                TransmitRing(queue, registers, tail: transmitTails[queue], doorbell, through: &port))
        }
        data.version = registers.changes
    }

    /// Writes into the registers what the bursts have counted and how far the rings have come: before the driver looks.
    mutating func settle() {
        guard data.isUnsettled else { return }
        data.isUnsettled = false
        let isCurrent = data.version == registers.changes
        for index in data.receiveRings.indices { settleReceive(index) }
        for index in data.transmitRings.indices { settleTransmit(index) }
        data.received.settle(in: &registers)
        settleFlows()
        // These changes are its own.
        if isCurrent { data.version = registers.changes }
    }

    private mutating func settleReceive(_ index: Int) {
        let queue = data.receiveRings[index].queue
        receiveTails[queue] = data.receiveRings[index].tail
        registers[R.RDT.offset(queue)] = data.receiveRings[index].tail
        queueCounts.addReceived(queue, data.receiveRings[index].counts)
        data.receiveRings[index].settle(in: &registers)
    }

    private mutating func settleTransmit(_ index: Int) {
        let queue = data.transmitRings[index].queue
        transmitTails[queue] = data.transmitRings[index].tail
        registers[R.TDT.offset(queue)] = data.transmitRings[index].tail
        queueCounts.addSent(queue, data.transmitRings[index].counts)
        data.transmitRings[index].settle(in: &registers)
    }

    /// Whether the pool of a queue may send, if there are pools. (82599 §8.2.3.27.8)
    private func maySend(_ queue: Int) -> Bool {
        guard registers.isSet(R.PFVTCTL.enable) else { return true }
        let pool = queue / queuesPerPool
        return registers.field(R.PFVFTE.pools, pool / 32) >> UInt32(pool % 32) & 1 == 1
    }

    /// Looks at the doorbells of the receive queues that are enabled.
    mutating func pollReceiveTails() {
        for index in data.receiveRings.indices {
            switch data.receiveRings[index].poll() {
            case .quiet: continue
            case .rung: data.isUnsettled = true
            case .beyond: complainOfTails()
            }
        }
    }

    /// A tail was set to where there is no descriptor.
    @inline(never)
    mutating func complainOfTails() {
        data.isUnsettled = true
        pollDoorbells(all: false)
    }
}

/// The state of a ring's doorbell.
enum Doorbell {
    case quiet, rung
    /// It was set to where there is no descriptor.
    case beyond
}
