import Ixy
import IxyHardware

/// The receive side: from the wire into the driver's buffers. (82599 §7.1)
extension Model82599 {
    /// What a burst adds to the statistics.
    private struct Tally {
        var frames = 0
        var bytes = 0
        var broadcast = 0
        var multicast = 0
    }

    /// A receive ring while a burst goes into it: its registers, read once.
    private struct Ring {
        let queue: Int
        let base: UInt64
        let size: Int
        let bufferSize: Int
        let tail: Int
        let isEnabled: Bool
        var head: Int
        var frames = 0
        var bytes = 0
        var dropped = 0
    }

    private func ring(_ queue: Int) -> Ring {
        Ring(
            queue: queue,
            base: UInt64(registers[R.RDBAH.offset(queue)]) << 32 | UInt64(registers[R.RDBAL.offset(queue)]),
            size: Int(registers.field(R.RDLEN.length, queue)) / 16,
            bufferSize: Int(registers.field(R.SRRCTL.packetBufferSize, queue)) * 1024,
            tail: Int(receiveTails[queue]), isEnabled: registers.isSet(R.RXDCTL.enable, queue),
            head: Int(registers[R.RDH.offset(queue)]))
    }

    /// Writes back what a burst has changed.
    private mutating func store(_ ring: Ring) {
        registers[R.RDH.offset(ring.queue)] = UInt32(ring.head)
        let set = receiveSet(ring.queue)
        registers.add(R.QPRC.self, ring.frames, set)
        registers.add(R.QBRCL.self, R.QBRCH.self, ring.bytes, set)
        guard ring.dropped > 0 else { return }
        if ring.isEnabled, registers.isSet(R.SRRCTL.dropEnable, ring.queue) {
            registers.add(R.QPRDC.self, ring.dropped, set)
        } else {
            registers.add(R.MPC.self, ring.dropped)
        }
    }

    /// Delivers frames that wait, and as many as the source has now, up to a burst. Returns how many were taken.
    mutating func receive(from source: (any FrameSource)?) -> Int {
        guard registers.isSet(R.RXCTRL.enable), registers.isSet(R.STATUS.masterEnabled) else { return 0 }
        if inboundNext >= inbound.count {
            guard let source else { return 0 }
            inbound.removeAll()
            inboundNext = 0
            source.pull(FrameBurst.limit, into: &inbound)
        }
        guard inbound.count > 0 else { return 0 }
        let first = inboundNext
        var tally = Tally()
        let strips = registers.isSet(R.HLREG0.receiveCRCStrip)
        let longest = registers.isSet(R.HLREG0.jumbo) ? Int(registers[R.MAXFRS.offset(0)] >> 16) - 4 : 1518
        if strips != registers.isSet(R.RDRXCTL.crcStrip) {
            violate("HLREG0.RXCRCSTRP and RDRXCTL.CRCStrip differ", "8.2.3.22.8")
        }
        let filter = registers.get(R.FCTRL.self)
        let takesAll = filter.isSet(R.FCTRL.unicastPromiscuous)
        var current = ring(0)
        while inboundNext < inbound.count {
            let range = inbound.range(inboundNext)
            if range.count > longest {
                registers.add(R.ROC.self, 1)
            } else if accepts(range, filter, takesAll, &tally) {
                let (hash, queue) = spreader?.queue(of: inbound.storage.extracting(range)) ?? (0, 0)
                if queue != current.queue {
                    store(current)
                    current = ring(queue)
                }
                guard deliver(range, to: &current, hash: hash, strips: strips, &tally) else { break }
            }
            inboundNext += 1
        }
        store(current)
        registers.add(R.GPRC.self, tally.frames)
        registers.add(R.TPR.self, inboundNext - first)
        registers.add(R.GORCL.self, R.GORCH.self, tally.bytes)
        registers.add(R.BPRC.self, tally.broadcast)
        registers.add(R.MPRC.self, tally.multicast)
        return inboundNext - first
    }

    /// The address filter. (82599 §7.1.1.1)
    private func accepts(
        _ range: Range<Int>, _ filter: RegisterValue<R.FCTRL>, _ takesAll: Bool, _ tally: inout Tally
    ) -> Bool {
        if takesAll, inbound.bytes[range.lowerBound] & 1 == 0 { return true }
        let start = range.lowerBound
        var address: UInt64 = 0
        for byte in 0..<6 { address = address << 8 | UInt64(inbound.bytes[start + byte]) }
        if address == 0xFFFF_FFFF_FFFF {
            tally.broadcast += 1
            return filter.isSet(R.FCTRL.broadcastAccept) || filter.isSet(R.FCTRL.unicastPromiscuous)
        }
        if inbound.bytes[start] & 1 == 1 {
            tally.multicast += 1
            return filter.isSet(R.FCTRL.multicastPromiscuous)
        }
        let wanted = (address << 16).byteSwapped
        return (0..<R.RAL.count).contains { index in
            let high = registers.get(R.RAH.self, index)
            return high.isSet(R.RAH.isValid) && UInt64(high[R.RAH.address]) == wanted >> 32
                && UInt64(registers[R.RAL.offset(index)]) == wanted & 0xFFFF_FFFF
        }
    }

    /// Puts a frame into a ring. False if it has to wait; a frame that is dropped is done.
    private mutating func deliver(
        _ range: Range<Int>, to ring: inout Ring, hash: UInt32, strips: Bool, _ tally: inout Tally
    ) -> Bool {
        let total = range.count + (strips ? 0 : 4)
        let needed = ring.bufferSize > 0 ? (total + ring.bufferSize - 1) / ring.bufferSize : .max
        // The descriptor at the tail is not the hardware's. (82599 §7.1.9)
        let free = ring.isEnabled && ring.tail < ring.size ? (ring.tail - ring.head + ring.size) % ring.size : 0
        guard free >= needed else {
            if isLossless { return false }
            ring.dropped += 1
            return true
        }
        var position = 0
        for part in 0..<needed {
            let descriptor = ring.base + UInt64(ring.head) * 16
            let count = min(ring.bufferSize, total - position)
            let isLast = part == needed - 1
            if let address = port.load64(at: descriptor), copy(range, from: position, count, to: address) {
                // Word 0: RSS type 0 to 15 and the hash; word 1: status, error, length, VLAN. (82599 §7.1.6.2)
                let status: UInt64 = isLast ? 3 : 1
                if !port.store64(UInt64(hash) << 32, at: descriptor)
                    || !port.store64(UInt64(count) << 32 | status, at: descriptor + 8)
                {
                    violate("receive descriptor \(ring.head) of queue \(ring.queue) is outside of mapped memory", "7.1.9")
                }
            } else {
                violate("DMA of receive queue \(ring.queue) outside of mapped memory", "7.1.9")
            }
            position += count
            ring.head = ring.head + 1 == ring.size ? 0 : ring.head + 1
        }
        ring.frames += 1
        ring.bytes += range.count + 4
        tally.frames += 1
        tally.bytes += range.count + 4
        return true
    }

    /// Copies a part of a frame; its frame check sequence follows the frame's own bytes.
    private mutating func copy(_ range: Range<Int>, from position: Int, _ count: Int, to address: UInt64) -> Bool {
        let start = range.lowerBound + position
        let own = min(count, range.upperBound - start)
        if own == count { return inbound.copy(start..<start + count, to: address, through: &port) }
        let check = FrameCheck.sequence(of: inbound.storage.extracting(range))
        var bytes: [UInt8] = own > 0 ? Array(inbound.bytes[start..<start + own]) : []
        let firstCheck = max(0, position - range.count)
        bytes += check[firstCheck..<firstCheck + count - max(0, own)]
        return port.copyIn(bytes.span.rawBytes, to: address)
    }

    /// The counter set of a receive queue. (82599 §8.2.3.23.71)
    private func receiveSet(_ queue: Int) -> Int {
        Int(registers[R.RQSMR.offset(queue / 4)] >> UInt32(queue % 4 * 8)) & 15
    }
}

/// The frame check sequence. (IEEE 802.3 §3.2.9)
enum FrameCheck {
    /// The four bytes in the order in which they are sent.
    static func sequence(of frame: borrowing RawSpan) -> [UInt8] {
        var remainder: UInt32 = .max
        for index in 0..<frame.byteCount {
            remainder ^= UInt32(frame[index])
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
        }
        return (0..<4).map { UInt8(truncatingIfNeeded: ~remainder >> ($0 * 8)) }
    }
}
