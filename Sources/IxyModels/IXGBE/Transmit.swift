import Ixy
import IxyHardware

/// The transmit side: from the driver's buffers onto the wire. (82599 §7.2)
extension Model82599 {
    /// Sends up to a burst from each enabled queue to `sink`. Returns how many descriptors were done.
    mutating func transmit(to sink: (any FrameSink)?) -> Int {
        guard registers.isSet(R.DMATXCTL.enable), registers.isSet(R.STATUS.masterEnabled) else { return 0 }
        var done = 0
        for index in transmitQueues.indices { done += transmit(queue: transmitQueues[index]) }
        if outbound.count > 0 {
            let bytes = outbound.bytes.count + outbound.count * 4
            registers.add(R.GPTC.self, outbound.count)
            registers.add(R.TPT.self, outbound.count)
            registers.add(R.GOTCL.self, R.GOTCH.self, bytes)
            // Without a cable the frames are lost.
            if isConnected { sink?.accept(outbound) }
            outbound.removeAll()
        }
        return done
    }

    private mutating func transmit(queue: Int) -> Int {
        let size = Int(registers.field(R.TDLEN.length, queue)) / 16
        let tail = Int(transmitTails[queue])
        var head = Int(registers[R.TDH.offset(queue)])
        guard tail < size, head != tail else { return 0 }
        let base = UInt64(registers[R.TDBAH.offset(queue)]) << 32 | UInt64(registers[R.TDBAL.offset(queue)])
        let minimum = registers.isSet(R.HLREG0.transmitPad) ? 60 : 0
        let writesHead = registers.isSet(R.TDWBAL.enable, queue)
        let frames = outbound.count
        let bytes = outbound.bytes.count
        var done = 0
        var reported: Int?
        // A frame that the driver has not finished yet stays in the ring.
        while head != tail, done < FrameBurst.limit, !outbound.isFull {
            guard let address = port.load64(at: base + UInt64(head) * 16),
                let command = port.load64(at: base + UInt64(head) * 16 + 8)
            else {
                violate("transmit descriptor \(head) of queue \(queue) is outside of mapped memory", "7.2.3.3")
                return done
            }
            send(queue, address, command, minimum)
            if command & 1 << 27 != 0 {
                if writesHead {
                    reported = (head + 1) % size
                } else if !port.store64(1 << 32, at: base + UInt64(head) * 16 + 8) {
                    violate("transmit descriptor \(head) of queue \(queue) is outside of mapped memory", "7.2.3.5")
                }
            }
            head = (head + 1) % size
            done += 1
        }
        registers[R.TDH.offset(queue)] = UInt32(head)
        if let reported {
            let place = UInt64(registers[R.TDWBAH.offset(queue)]) << 32
                | UInt64(registers[R.TDWBAL.offset(queue)] & ~3)
            if !port.store32(UInt32(reported), at: place) {
                violate("the head of queue \(queue) is written outside of mapped memory", "7.2.3.5.2")
            }
        }
        let set = Int(registers[R.TQSM.offset(queue / 4)] >> UInt32(queue % 4 * 8)) & 15
        registers.add(R.QPTC.self, outbound.count - frames, set)
        registers.add(R.QBTCL.self, R.QBTCH.self, outbound.bytes.count - bytes + 4 * (outbound.count - frames), set)
        return done
    }

    /// One descriptor: its bytes are added to the frame that is being put together.
    private mutating func send(_ queue: Int, _ address: UInt64, _ command: UInt64, _ minimum: Int) {
        let isAdvanced = command & 1 << 29 != 0
        // A context descriptor carries no data. (82599 §7.2.3.2.3)
        if isAdvanced, command >> 20 & 15 == 2 { return }
        if isAdvanced, command >> 20 & 15 != 3 {
            violate("transmit descriptor of unknown type \(command >> 20 & 15)", "7.2.3.2.4")
            return
        }
        let count = Int(command & 0xFFFF)
        if count == 0 { violate("transmit descriptor of no bytes", "7.2.3.2.4") }
        if !port.append(at: address, count: count, to: &outbound.bytes) {
            violate("DMA of transmit queue \(queue) outside of mapped memory", "7.2.3.2.4")
        }
        guard command & 1 << 24 != 0 else { return }
        let length = outbound.unfinished
        if isAdvanced, Int(command >> 46) != length {
            violate("PAYLEN is \(command >> 46), the frame has \(length) bytes", "7.2.3.2.4")
        }
        outbound.endFrame(minimum: minimum)
    }
}
