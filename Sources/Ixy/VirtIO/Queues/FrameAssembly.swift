import BasicContainers
import IxyHardware

/// The buffers of one frame while it is put together.
@usableFromInline
struct FrameParts: ~Copyable, Sendable {
    private var slots: UniqueArray<Int>
    /// The frame that each buffer was last part of, by number.
    private var frames: UniqueArray<UInt32>
    private var frame: UInt32 = 0
    private(set) var count = 0

    /// - Parameter count: buffers that a frame can have.
    init(count: Int) {
        slots = UniqueArray(repeating: 0, count: count)
        frames = UniqueArray(repeating: 0, count: count)
    }

    mutating func begin() {
        count = 0
        frame &+= 1
    }

    /// Adds a buffer; false if it is part of the frame already.
    mutating func add(_ slot: Int) -> Bool {
        guard count < slots.count, frames[slot] != frame else { return false }
        frames[slot] = frame
        slots[count] = slot
        count += 1
        return true
    }

    subscript(_ part: Int) -> Int { slots[part] }
}

/// Frames that the device has put into several buffers. (VirtIO 1.2 §5.1.6.4.1)
extension VirtIO.ReceiveQueue where Ring: ~Copyable {
    /// Puts the frame that begins in the next filled buffer together in one large buffer, and gives the device its
    /// buffers back.
    ///
    /// - Parameter limit: buffers that may have been filled.
    /// - Returns: packets that were added to `batch`: one or none.
    mutating func assemble(upTo limit: Int, _ batch: inout PacketBatch) -> Int {
        guard batch.room > 0, case .filled(let first, let count) = claim(0) else { return 0 }
        let number = Int(ring.slots.withPacket(first) { $0.wordBefore })
        guard number > 1, number <= ring.bufferCount, count - Ring.headerCount >= VirtIO.FrameLengths.shortest else {
            lie()
            return 0
        }
        // The device shows all of them together, or they come with the next call.
        guard number <= limit else { return 0 }
        // A frame waits in the ring for a large buffer, as one that needs no such buffer does for a small one.
        var packet = large?.makePacket(count: 0, reusing: &batch)
        guard packet != nil else {
            counted.poolEmpty += 1
            return 0
        }
        var fits = true
        parts.begin()
        var next = VirtIO.ReceiveClaim.filled(slot: first, count: count)
        for part in 0..<number {
            if part > 0 { next = claim(part) }
            guard case .filled(let slot, let filled) = next else { return 0 }
            let header = part == 0 ? Ring.headerCount : 0
            let count = filled - header
            guard count > 0, filled <= ring.slots.bufferSize + Ring.headerCount, parts.add(slot) else {
                lie()
                return 0
            }
            // Each buffer begins where the header lies in the first.
            if fits, var whole = packet.take() {
                fits = ring.slots.withPacket(slot) { filled in
                    if part == 0 { whole.copyHeader(Ring.headerCount, of: filled) }
                    return whole.append(count, from: header - Ring.headerCount, of: filled)
                }
                packet = consume whole
            }
        }
        for part in 0..<number { ring.arm(parts[part], part) }
        ring.finish(number)
        guard fits, let whole = packet.take() else {
            counted.multiSegment += 1
            if ring.wantsNotification() { notifier.notify() }
            return 0
        }
        counted.packets += 1
        counted.bytes += UInt64(whole.count)
        batch.append(whole)
        return 1
    }
}
