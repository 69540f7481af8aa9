import IxyHardware

/// Frames that the device has put into several buffers. (VirtIO 1.2 §5.1.6.4.1)
extension VirtIO.ReceiveQueue where Ring: ~Copyable {
    /// Puts the frame that begins in the next filled buffer together in one large buffer, and gives the device its
    /// buffers back.
    ///
    /// - Parameter limit: buffers that may have been filled.
    /// - Returns: packets that were added to `batch`: one or none.
    mutating func assemble(upTo limit: Int, _ batch: inout PacketBatch) -> Int {
        guard batch.room > 0, let first = ring.claim(0) else { return noteLie() }
        let parts = Int(buffers.wordBefore(first.slot))
        guard parts > 1, parts <= ring.bufferCount, first.count - Ring.headerCount >= 14 else {
            lie()
            return 0
        }
        // The device shows all of them together, or they come with the next call.
        guard parts <= limit else { return 0 }
        // A frame waits in the ring for a large buffer, as one that needs no such buffer does for a small one.
        var packet = large?.makePacket(count: 0)
        guard packet != nil else {
            counted.poolEmpty += 1
            return 0
        }
        var fits = true
        for part in 0..<parts {
            guard let found = ring.claim(part) else { return noteLie() }
            let header = part == 0 ? Ring.headerCount : 0
            let count = found.count - header
            guard count > 0, found.count <= buffers.bufferSize + Ring.headerCount else {
                lie()
                return 0
            }
            // Each buffer begins where the header lies in the first.
            let start = header - Ring.headerCount
            if fits, var whole = packet.take() {
                fits = buffers.append(count, from: start, of: found.slot, to: &whole)
                packet = consume whole
            }
        }
        for part in 0..<parts {
            guard let found = ring.claim(part) else {
                // The same buffer twice in one frame.
                ring.sawLie = false
                lie()
                return 0
            }
            ring.arm(found.slot, part, buffers.deviceAddress(at: found.slot))
        }
        ring.finish(parts)
        if ring.wantsNotification() { notifier.notify() }
        guard fits, let whole = packet.take() else {
            counted.multiSegment += 1
            return 0
        }
        counted.packets += 1
        counted.bytes += UInt64(whole.count)
        batch.append(whole)
        return 1
    }

    /// What `claim` has not given is a lie, or not there yet.
    private mutating func noteLie() -> Int {
        if ring.sawLie {
            ring.sawLie = false
            lie()
        }
        return 0
    }
}
