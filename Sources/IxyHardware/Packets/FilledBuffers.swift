// For rings whose device tells which buffer it has filled, such as VirtIO's.
extension ArmedBuffers {
    /// Takes the buffers that the device has filled out of the slots from `first` on, as packets at the end of `batch`,
    /// and puts fresh ones in their places.
    ///
    /// It ends at the cursor's end, when the batch is full, when `excess` says so, or when there is no fresh buffer at
    /// hand; the next call gets more of those. Traps unless the slots exist, and if a packet might not fit in its buffer.
    /// - Parameters:
    ///   - cursor: the place of slot `first`.
    ///   - lengths: what a packet's length in bytes may be.
    ///   - excess: by how much a packet is longer than the shortest one, as the device says; a number outside of `lengths`
    ///     ends the call before that slot. This is all that is believed of the device.
    ///   - arm: gives a slot, with the buffer at the device's address, to the device.
    /// - Returns: how many packets were added, their bytes, and whether the next call may go on.
    @inlinable @inline(__always)
    public mutating func exchange<Cursor: SlotCursor & ~Escapable>(
        from first: Int, along cursor: consuming Cursor, into batch: inout PacketBatch, lengths: ClosedRange<Int>,
        excess: (borrowing Cursor) -> UInt64, arm: (borrowing Cursor, UInt64) -> Void
    ) -> (packets: Int, bytes: Int, goesOn: Bool) {
        precondition(first >= 0 && first <= mask && cursor.left <= mask &+ 1 &- first, "no such slots")
        precondition(lengths.lowerBound > 0 && lengths.upperBound <= min(bufferSize, Int(UInt16.max)), "longer than a buffer")
        cursor.narrow(to: batch.room)
        guard cursor.left > 0, source.left > 0 || source.reload() else { return (0, 0, false) }
        cursor.narrow(to: source.left)
        // Most pools are in one piece for the device.
        if let delta = unsafe core.pointee.commonDelta {
            return exchange(from: first, along: cursor, into: &batch, lengths, excess, arm) { granule in
                delta &+ UInt64(granule) &<< 6
            }
        }
        let deltas = unsafe core.pointee.deviceDeltas, pageShift = unsafe core.pointee.pageShift
        return exchange(from: first, along: cursor, into: &batch, lengths, excess, arm) { granule in
            // Sound: there is an entry for every page that a granule of this pool can lie in.
            unsafe deltas[Int(granule &>> pageShift)] &+ UInt64(granule) &<< 6
        }
    }

    /// As above, with fresh buffers for all places of the cursor.
    @inlinable @inline(__always)
    mutating func exchange<Cursor: SlotCursor & ~Escapable>(
        from first: Int, along cursor: consuming Cursor, into batch: inout PacketBatch, _ lengths: ClosedRange<Int>,
        _ excess: (borrowing Cursor) -> UInt64, _ arm: (borrowing Cursor, UInt64) -> Void, address: (UInt32) -> UInt64
    ) -> (packets: Int, bytes: Int, goesOn: Bool) {
        let core = unsafe core
        let shortest = lengths.lowerBound
        let span = UInt64(truncatingIfNeeded: lengths.upperBound &- lengths.lowerBound)
        // Sound: the magazine holds `left` buffers, which are ours; the batch has room for all places of the cursor; the
        // slots are inside.
        let fresh = unsafe source.granules
        let places = unsafe UnsafeMutableRawPointer(batch.packets + batch.filled)
        let armed = unsafe granules + first
        let limit = cursor.left
        var done = 0
        var excesses: UInt64 = 0
        while cursor.left > 0 {
            let rest = excess(cursor)
            guard rest <= span else { break }
            // Sound: `done` is below what the cursor had left; the filled buffer is now the packet's alone, the fresh one
            // the ring's.
            let filled = unsafe armed[done]
            let granule = unsafe fresh[done]
            unsafe armed[done] = granule
            arm(cursor, address(granule))
            // One of `lengths`, which fit in a buffer and in 16 bits.
            unsafe Packet.put(
                at: places + done &* MemoryLayout<Packet>.stride, core: core, granule: filled,
                length: rest &+ UInt64(truncatingIfNeeded: shortest))
            excesses &+= rest
            done &+= 1
            cursor.advance()
        }
        unsafe source.advance(done)
        batch.filled &+= done
        return (done, Int(truncatingIfNeeded: excesses) &+ shortest &* done, done == limit)
    }

    /// Takes the filled buffer out of `slot`, as a packet of `count` bytes at the end of `batch`, and puts a fresh one in
    /// its place. Traps if the batch is full, or if there are not so many bytes in a buffer.
    ///
    /// - Returns: the device's address of the fresh one; nil if the pool is empty, and nothing was changed.
    public mutating func replace(_ slot: Int, count: Int, into batch: inout PacketBatch) -> UInt64? {
        precondition(count >= 0 && count <= bufferSize && batch.room > 0)
        guard let granule = source.take() else { return nil }
        // Sound: the slot is masked; the filled buffer is now the packet's alone, the fresh one the ring's.
        batch.append(
            unsafe Packet(core: core, granule: granules[slot & mask], length: UInt16(truncatingIfNeeded: count)))
        unsafe granules[slot & mask] = granule
        return deviceAddress(at: slot)
    }

    /// Bytes of the headroom before each buffer.
    public var headroom: Int { unsafe core.pointee.headroom }

    /// The last 16 bits before the buffer in `slot`, in the machine's order, as the device may have written them: not
    /// checked. Zero if there is no headroom.
    @inlinable @inline(__always)
    public func wordBefore(_ slot: Int) -> UInt16 {
        guard unsafe core.pointee.headroom >= 2 else { return 0 }
        // Sound: `slot & mask` is inside, and the two bytes before its buffer are the buffer's headroom.
        return unsafe (core.pointee.base + (Int(granules[slot & mask]) &<< 6 &- 2)).load(as: UInt16.self)
    }

    /// Appends `count` bytes, from `start` on in the filled buffer in `slot`, to `packet`. False if they do not fit.
    /// With `start` below zero they begin in the headroom.
    public func append(_ count: Int, from start: Int, of slot: Int, to packet: inout Packet) -> Bool {
        let isInside = unsafe start >= -core.pointee.headroom && start <= limit && count >= 0 && count <= limit - start
        guard isInside, count <= packet.capacity - packet.count else { return false }
        let old = packet.count
        packet.resize(to: old + count)
        // Sound: both ranges were just checked, and lie in different buffers, of which one is the packet's own.
        unsafe (packet.address + old).copyMemory(
            from: core.pointee.base + (Int(granules[slot & mask]) << 6 + start), byteCount: count)
        return true
    }
}
