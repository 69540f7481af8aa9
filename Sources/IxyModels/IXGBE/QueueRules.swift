import Ixy
import IxyHardware

/// The rules for a queue that is enabled; it does not start if it breaks one.
extension Model82599 {
    /// Memory that a queue uses, and what messages call it.
    private struct Area {
        let label: String
        let length: UInt64
        /// Up to the end of the address space at most.
        let range: Range<UInt64>

        init(label: String, start: UInt64, length: UInt64) {
            self.label = label
            self.length = length
            let (end, overflow) = start.addingReportingOverflow(length)
            range = start..<(overflow ? .max : end)
        }
    }

    private func receiveRing(_ queue: Int) -> Area {
        let start = UInt64(registers[R.RDBAH.offset(queue)]) << 32 | UInt64(registers[R.RDBAL.offset(queue)])
        let length = UInt64(registers.field(R.RDLEN.length, queue))
        return Area(label: "the ring of receive queue \(queue)", start: start, length: length)
    }

    private func transmitRing(_ queue: Int) -> Area {
        let start = UInt64(registers[R.TDBAH.offset(queue)]) << 32 | UInt64(registers[R.TDBAL.offset(queue)])
        let length = UInt64(registers.field(R.TDLEN.length, queue))
        return Area(label: "the ring of transmit queue \(queue)", start: start, length: length)
    }

    /// The word into which the queue's head is written, if it is. (82599 §7.2.3.5.2)
    private func headWord(_ queue: Int) -> Area? {
        guard registers.isSet(R.TDWBAL.enable, queue) else { return nil }
        let start = UInt64(registers[R.TDWBAH.offset(queue)]) << 32
            | UInt64(registers.field(R.TDWBAL.address, queue)) << 2
        return Area(label: "the head of transmit queue \(queue)", start: start, length: 4)
    }

    /// All that the other queues use.
    private func areas(exceptReceive receive: Int? = nil, exceptTransmit transmit: Int? = nil) -> [Area] {
        var result: [Area] = []
        for queue in 0..<R.RXDCTL.count where queue != receive && willReceive(queue) {
            result.append(receiveRing(queue))
        }
        for queue in 0..<R.TXDCTL.count where queue != transmit && willTransmit(queue) {
            result.append(transmitRing(queue))
            if let head = headWord(queue) { result.append(head) }
        }
        return result
    }

    /// Whether receive queue `queue` may start. (82599 §4.6.7.1)
    mutating func checkReceiveQueue(_ queue: Int) -> Bool {
        let before = violations.count
        checkRing(receiveRing(queue), others: areas(exceptReceive: queue), "8.2.3.8.3")
        let control = registers.get(R.SRRCTL.self, queue)
        if !(1...16).contains(control[R.SRRCTL.packetBufferSize]) {
            violate("SRRCTL(\(queue)).BSIZEPACKET is not 1 to 16 KiB", "8.2.3.8.7")
        }
        if control[R.SRRCTL.descriptorType] > 1 {
            violate("SRRCTL(\(queue)).DESCTYPE splits headers, which the 82599 must not", "7.1.10")
        }
        return violations.count == before
    }

    /// Whether transmit queue `queue` may start. (82599 §4.6.8.1)
    mutating func checkTransmitQueue(_ queue: Int) -> Bool {
        let before = violations.count
        if !registers.isSet(R.DMATXCTL.enable) {
            violate("TXDCTL(\(queue)).ENABLE set before DMATXCTL.TE", "4.6.8")
        }
        if registers.isSet(R.RTTDCS.arbiterDisable) {
            violate("TXDCTL(\(queue)).ENABLE set while RTTDCS.ARBDIS is set", "4.6.8")
        }
        let ring = transmitRing(queue)
        let others = areas(exceptTransmit: queue)
        checkRing(ring, others: others, "8.2.3.9.7")
        let control = registers.get(R.TXDCTL.self, queue)
        if control[R.TXDCTL.prefetch] != 0, control[R.TXDCTL.host] == 0 {
            violate("TXDCTL(\(queue)).PTHRESH used with a HTHRESH of 0", "8.2.3.9.10")
        }
        if let head = headWord(queue) {
            if control[R.TXDCTL.writeBack] != 0 {
                violate("TXDCTL(\(queue)).WTHRESH is not 0 with head write-back", "7.2.3.5.2")
            }
            // The datasheet says 4 and 8 bytes in two places; on the chip nothing is written unless it is 16, as
            // TinyNF's authors found.
            if head.range.lowerBound % 16 != 0 {
                violate("TDWBAL(\(queue)) is no multiple of 16 bytes", "8.2.3.9.11")
            }
            checkPlace(head, others: others + [ring])
        }
        return violations.count == before
    }

    private mutating func checkRing(_ ring: Area, others: [Area], _ section: String) {
        guard ring.length > 0 else {
            violate("\(ring.label) has no length", section)
            return
        }
        if ring.length % 128 != 0 { violate("\(ring.label) is no multiple of 128 bytes long", section) }
        if ring.length > 128 << 10 { violate("\(ring.label) is longer than 128 KiB", section) }
        checkPlace(ring, others: others)
    }

    private mutating func checkPlace(_ area: Area, others: [Area]) {
        if !space.contains(area.range) {
            violate("\(area.label) is outside of mapped memory", "7.1.9")
        }
        for other in others where other.range.overlaps(area.range) {
            violate("\(area.label) overlaps \(other.label)", "7.1.9")
        }
    }
}
