public import Synchronization

extension SlotBuffers {
    /// Moves packets as `pass` does, for one target only, and in two steps: first all that have arrived come out of the
    /// receive ring, whose slots are armed with spare buffers, then each is shown to `process` and put into the transmit
    /// ring. Packets of which none is dropped keep their place.
    ///
    /// A processor that writes into both rings in turns takes half as long again: its stores to one line are no longer one
    /// behind the other.
    /// - Parameters:
    ///   - limit: at most so many slots; in those of `target` no packet is on its way. Traps if it is above `longestRun`.
    ///   - ending: the second word of a descriptor out of its `excess`, as far as that tells it.
    ///   - command: what the descriptors of `target` say; made for the lengths of this ring, or it traps.
    ///   - process: 0 to send the packet on, a negative number to drop it; traps if it is positive.
    @inlinable @inline(__always)
    public mutating func run(
        from first: Int, to target: inout SlotBuffers, at start: Int, limit: Int, excess: (UInt64) -> UInt64,
        ending: (UInt64) -> UInt64, command: LinearCommand, process: (inout PacketView) -> Int
    ) -> Passage {
        precondition(limit <= SlotBuffers.longestRun && command.shortest == lengths.shortest, "not for this ring")
        let bufferSize = bufferSize
        let first = first & mask, start = start & target.mask
        // In steps of a descriptor's size, which is also that of a place.
        let end = min(limit, mask &+ 1 &- first, target.mask &+ 1 &- start) &* 16
        // Sound: `end` bytes from `first` and from `start` on are inside of rings and records, and as many of the notes.
        // All that does not change is read once: a store to a descriptor could change it, for all the compiler knows.
        let places = unsafe UnsafeMutableRawPointer(places + first)
        let targetPlaces = unsafe UnsafeMutableRawPointer(target.places + start)
        let descriptors = unsafe UnsafeMutableRawPointer(ring.words + first &* 2)
        let targets = unsafe UnsafeMutableRawPointer(target.ring.words + start &* 2)
        let notes = unsafe notes
        let span = lengths.span, perByte = command.perByte, least = command.least
        var passage = Passage()
        var taken = 0
        var bytes: UInt64 = 0
        var rest: UInt64 = 0
        @inline(__always) func take() -> Bool {
            // Sound: `taken < end`, here and below.
            let writeBack = unsafe (descriptors + (taken &+ 8)).assumingMemoryBound(to: Atomic<UInt64>.self).pointee
                .load(ordering: .acquiring)
            rest = excess(writeBack)
            guard rest < span else { return false }
            // Sound: the two slots exchange their buffers, and neither device has either meanwhile: the device is done with
            // the filled one, which is in no other slot, and waits at the target as if it were spare.
            let filled = unsafe places.load(fromByteOffset: taken, as: Place.self)
            let spare = unsafe targetPlaces.load(fromByteOffset: taken, as: Place.self)
            unsafe places.storeBytes(of: spare, toByteOffset: taken, as: Place.self)
            unsafe targetPlaces.storeBytes(of: filled, toByteOffset: taken, as: Place.self)
            unsafe descriptors.storeBytes(of: Place(spare.x, 0), toByteOffset: taken, as: Place.self)
            unsafe prefetch(UnsafeRawPointer(bitPattern: UInt(filled.y)).unsafelyUnwrapped)
            bytes &+= rest
            unsafe notes.storeBytes(
                of: Place(filled.x, rest &* perByte &+ least), toByteOffset: taken, as: Place.self)
            taken &+= 16
            return true
        }
        // Four at a time, which fill a cache line with descriptors, save a count and a look at the end for each.
        let fours = end & ~63
        taking: do {
            while taken < fours { guard take(), take(), take(), take() else { break taking } }
            while taken < end { guard take() else { break taking } }
        }
        if taken < end {
            passage.isEnded = true
            passage.ending = ending(rest)
        }
        passage.taken = taken &>> 4
        passage.received = Int(truncatingIfNeeded: bytes) &+ passage.taken &* Int(lengths.shortest)
        var unsent = 0, last = 0
        var index = 0, sent = 0
        @inline(__always) func show() {
            // Sound: the first `taken` bytes of notes and places were written above. A packet has one of this ring's
            // lengths, which fit in its buffer.
            var descriptor = unsafe notes.load(fromByteOffset: index, as: Place.self)
            let count = Int(unsafe notes.load(fromByteOffset: index &+ 8, as: UInt16.self))
            var view = unsafe PacketView(
                address: UnsafeMutableRawPointer(
                    bitPattern: UInt(targetPlaces.load(fromByteOffset: index &+ 8, as: UInt64.self))).unsafelyUnwrapped,
                length: count, capacity: bufferSize)
            var output = process(&view)
            precondition(output <= 0, "the pipeline has no such output")
            let newCount = view.count
            if newCount != count {
                descriptor.y = command.word(newCount)
                if output == 0, !target.lengths.contains(UInt32(truncatingIfNeeded: newCount)) {
                    output = -1
                    passage.unsendable &+= 1
                }
            }
            if output == 0 {
                if sent != index {
                    // Sound: `sent < index`; a buffer whose packet was dropped before changes places with this one.
                    let place = unsafe targetPlaces.load(fromByteOffset: index, as: Place.self)
                    let dropped = unsafe targetPlaces.load(fromByteOffset: sent, as: Place.self)
                    unsafe targetPlaces.storeBytes(of: dropped, toByteOffset: index, as: Place.self)
                    unsafe targetPlaces.storeBytes(of: place, toByteOffset: sent, as: Place.self)
                }
                last = newCount
                unsafe targets.storeBytes(of: descriptor, toByteOffset: sent, as: Place.self)
                sent &+= 16
                if newCount != count { unsent &+= count &- newCount }
            } else {
                unsent &+= count
            }
            index &+= 16
        }
        let shownFours = taken & ~63
        while index < shownFours {
            show()
            show()
            show()
            show()
        }
        while index < taken { show() }
        passage.sent = sent &>> 4
        passage.lastCommand = command.word(last)
        passage.sentBytes = passage.received &- unsent
        return passage
    }
}
