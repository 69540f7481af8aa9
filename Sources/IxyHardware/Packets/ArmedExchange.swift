public import Synchronization

/// What a look at a receive ring has come to.
@frozen
public struct Arrivals {
    /// Packets that were taken out, and their bytes.
    public var count = 0
    public var bytes = 0
    /// Whether a descriptor ended the look, and its second word then.
    public var isEnded = false
    public var ending: UInt64 = 0

    @inlinable @inline(__always)
    init() {}
}

extension ArmedBuffers {
    /// Takes the buffers that the device has filled out of the slots from `first` on, as packets at the end of `batch`,
    /// and arms the slots with fresh ones: their address in the first word, and zero in the second.
    ///
    /// It ends when the batch is full, at the ring's end, at a descriptor without a packet, or when the fresh buffers at
    /// hand are used up; and it does nothing if their addresses are not as easily found as in most pools: see
    /// `exchangeSlowly`.
    /// - Parameters:
    ///   - lengths: what a packet may have. Traps if that is more than `bufferSize`.
    ///   - excess: by how much a packet is longer than the shortest one, read out of the second word of its descriptor;
    ///     a number outside of `lengths` ends the call before that slot. This is all that is believed of the device.
    @inlinable @inline(__always)
    public mutating func exchange(
        from first: Int, in ring: borrowing DescriptorRing, into batch: inout PacketBatch, lengths: FrameLengths,
        excess: (UInt64) -> UInt64
    ) -> Arrivals {
        precondition(ring.mask == mask, "the ring and its buffers differ in size")
        precondition(lengths.fit(bufferSize), "a packet would not fit in its buffer")
        guard let delta = unsafe core.pointee.commonDelta, source.left > 0 || source.reload() else { return Arrivals() }
        let slot = first & mask
        let run = min(batch.room, source.left, mask &+ 1 &- slot)
        // Sound: the magazine holds `run` buffers, which are ours, the batch has room for as many packets, and so many
        // slots are inside of ring and record.
        return unsafe take(run, slot, ring, &batch, lengths, excess) { granule in delta &+ UInt64(granule) &<< 6 }
    }

    /// The same, however the addresses of fresh buffers are found.
    @inlinable @inline(__always)
    public mutating func exchangeSlowly(
        from first: Int, in ring: borrowing DescriptorRing, into batch: inout PacketBatch, lengths: FrameLengths,
        excess: (UInt64) -> UInt64
    ) -> Arrivals {
        precondition(ring.mask == mask, "the ring and its buffers differ in size")
        precondition(lengths.fit(bufferSize), "a packet would not fit in its buffer")
        guard batch.room > 0, source.left > 0 || source.reload() else { return Arrivals() }
        let deltas = unsafe core.pointee.deviceDeltas, pageShift = unsafe core.pointee.pageShift
        let slot = first & mask
        let run = min(batch.room, source.left, mask &+ 1 &- slot)
        // Sound: as in `exchange`, and as in `PoolCore.deviceAddress`.
        return unsafe take(run, slot, ring, &batch, lengths, excess) { granule in
            unsafe deltas[Int(granule &>> pageShift)] &+ UInt64(granule) &<< 6
        }
    }

    /// One run, which ends neither at the ring's end nor at the magazine's.
    ///
    /// Unsafe: there are `run` slots from `slot` on, as many buffers in the source, and room for as many packets.
    @unsafe @inlinable @inline(__always)
    mutating func take(
        _ run: Int, _ slot: Int, _ ring: borrowing DescriptorRing, _ batch: inout PacketBatch, _ lengths: FrameLengths,
        _ excess: (UInt64) -> UInt64, address: (UInt32) -> UInt64
    ) -> Arrivals {
        var arrivals = Arrivals()
        // All that does not change is read once: a store to a descriptor could change it, for all the compiler knows.
        let descriptors = unsafe UnsafeMutableRawPointer(ring.words + slot &* 2)
        let granules = unsafe granules + slot, fresh = unsafe source.granules, core = unsafe core
        let places = unsafe batch.packets + batch.filled
        let shortest = Int(lengths.shortest), span = lengths.span
        var rest: UInt64 = 0
        var index = 0
        while index < run {
            let writeBack = unsafe (descriptors + (index &* 16 &+ 8)).assumingMemoryBound(to: Atomic<UInt64>.self).pointee
                .load(ordering: .acquiring)
            rest = excess(writeBack)
            arrivals.ending = writeBack
            guard rest < span else { break }
            // Sound: `index < run`; the filled buffer is now the packet's alone, the fresh one the ring's.
            let filled = unsafe granules[index]
            let granule = unsafe fresh[index]
            unsafe granules[index] = granule
            unsafe descriptors.storeBytes(
                of: SIMD2(address(granule), 0), toByteOffset: index &* 16, as: SIMD2<UInt64>.self)
            // One of `lengths`, which are 16 bits wide.
            let count = Int(truncatingIfNeeded: rest) &+ shortest
            unsafe (places + index).initialize(
                to: Packet(core: core, granule: filled, length: UInt16(truncatingIfNeeded: count)))
            arrivals.bytes &+= count
            index &+= 1
        }
        unsafe source.advance(index)
        batch.filled &+= index
        arrivals.count = index
        arrivals.isEnded = rest >= span
        return arrivals
    }
}
