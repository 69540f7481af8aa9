public import Synchronization

/// What a run of packets from one ring to another has come to.
@frozen
public struct Passage {
    /// Slots of the source that were done with: their packets were sent on or dropped, and the slots are armed anew.
    public var taken = 0
    /// Slots of the target that were filled.
    public var sent = 0
    /// Bytes that were received, and that were sent.
    public var received = 0
    public var sentBytes = 0
    /// Packets that were dropped since no descriptor can carry them.
    public var unsendable = 0
    /// The last command that was written.
    public var lastCommand: UInt64 = 0
    /// Whether a descriptor ended the run before its end, and its second word then.
    public var isEnded = false
    public var ending: UInt64 = 0
    /// The next packet, which was looked at, goes to another target. It had `received` bytes and now has `count`.
    public var detour: (target: Int, received: Int, count: Int)?

    @inlinable @inline(__always)
    init() {}
}

extension SlotBuffers {
    /// Shows packets to `process` and moves them from the slots from `first` on to those of `target` from `start` on,
    /// whose spare buffers come here in exchange. It ends at the end of either ring.
    ///
    /// - Parameters:
    ///   - limit: at most so many slots of both rings; in those of `target` no packet is on its way.
    ///   - excess: by how much a packet is longer than the shortest one, read out of the second word of its descriptor;
    ///     a number outside of the ring's lengths ends the run before that slot. This is all that is believed of the device.
    ///   - command: the second word of the descriptor for a packet of that length.
    ///   - process: 0 to send the packet on, a negative number to drop it, a positive one to end before it.
    @inlinable @inline(__always)
    public mutating func pass(
        from first: Int, to target: inout SlotBuffers, at start: Int, limit: Int, excess: (UInt64) -> UInt64,
        command: (Int) -> UInt64, process: (inout PacketView) -> Int
    ) -> Passage {
        let bufferSize = bufferSize, sizeShift = sizeShift
        let first = first & mask, start = start & target.mask
        // In steps of a descriptor's size, which is also that of a place.
        let end = min(limit, mask &+ 1 &- first, target.mask &+ 1 &- start) &* 16
        // Sound: `end` bytes from `first` and from `start` on are inside of rings and records. All that does not change is
        // read once: a store to a descriptor could change it, for all the compiler knows.
        let places = unsafe UnsafeMutableRawPointer(places + first)
        let targetPlaces = unsafe UnsafeMutableRawPointer(target.places + start)
        let descriptors = unsafe UnsafeMutableRawPointer(ring.words + first &* 2)
        let targets = unsafe UnsafeMutableRawPointer(target.ring.words + start &* 2)
        let shortest = Int(lengths.shortest), span = lengths.span
        var passage = Passage()
        var taken = 0, sent = 0
        var rest: UInt64 = 0
        while taken < end {
            // Sound: `taken < end`, here and below.
            let writeBack = unsafe (descriptors + (taken &+ 8)).assumingMemoryBound(to: Atomic<UInt64>.self).pointee
                .load(ordering: .acquiring)
            rest = excess(writeBack)
            passage.ending = writeBack
            guard rest < span else { break }
            // Below the span, which has 16 bits at most.
            let count = Int(UInt16(truncatingIfNeeded: rest)) &+ shortest
            let filled = unsafe places.load(fromByteOffset: taken, as: Place.self)
            // Sound: the device is done with the buffer, which is in no other slot, and holds `count` bytes.
            var view = unsafe PacketView(
                address: UnsafeMutableRawPointer(bitPattern: UInt(filled.y)).unsafelyUnwrapped, length: count,
                capacity: bufferSize)
            var output = process(&view)
            let newCount = view.count
            if newCount != count, output == 0, !target.lengths.contains(UInt32(truncatingIfNeeded: newCount)) {
                output = -1
                passage.unsendable &+= 1
            }
            if output == 0 {
                // Sound: `sent <= taken`; the two slots exchange their buffers, and neither device has either meanwhile.
                let spare = unsafe targetPlaces.load(fromByteOffset: sent, as: Place.self)
                unsafe targetPlaces.storeBytes(of: filled, toByteOffset: sent, as: Place.self)
                unsafe places.storeBytes(of: spare, toByteOffset: taken, as: Place.self)
                let word = command(newCount)
                passage.lastCommand = word
                unsafe targets.storeBytes(of: Place(filled.x, word), toByteOffset: sent, as: Place.self)
                unsafe descriptors.storeBytes(of: Place(spare.x, 0), toByteOffset: taken, as: Place.self)
                sent &+= 16
                passage.sentBytes &+= newCount
            } else if output < 0 {
                unsafe descriptors.storeBytes(of: Place(filled.x, 0), toByteOffset: taken, as: Place.self)
            } else {
                passage.detour = (output, count, newCount)
                break
            }
            passage.received &+= count
            taken &+= 16
        }
        passage.isEnded = rest >= span
        passage.taken = taken &>> sizeShift
        passage.sent = sent &>> sizeShift
        return passage
    }

    /// Moves the packet in `slot` to `start` of `target`, whose spare buffer comes here in exchange.
    @inlinable
    public mutating func exchange(_ slot: Int, with target: inout SlotBuffers, at start: Int) {
        // Sound: both slots are masked.
        let filled = unsafe places[slot & mask]
        unsafe places[slot & mask] = target.places[start & target.mask]
        unsafe target.places[start & target.mask] = filled
    }
}
