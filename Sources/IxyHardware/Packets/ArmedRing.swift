public import Synchronization

/// A receive ring and the buffers that lie in it: what the device fills, and the driver's own record of it.
@safe @frozen
public struct ArmedRing: ~Copyable, Sendable {
    public let descriptors: DescriptorRing
    @usableFromInline var buffers: ArmedBuffers
    /// What a packet may have; each fits into every buffer.
    @usableFromInline let lengths: FrameLengths

    /// Traps unless there is one buffer a descriptor, with room for the longest packet.
    public init(_ descriptors: consuming DescriptorRing, _ buffers: consuming ArmedBuffers, lengths: FrameLengths) {
        precondition(descriptors.mask == buffers.mask, "the ring and its buffers differ in size")
        precondition(lengths.fit(buffers.bufferSize), "a packet would not fit in its buffer")
        self.descriptors = descriptors
        self.buffers = buffers
        self.lengths = lengths
    }

    /// Bytes that a device may write into each buffer.
    @inlinable public var bufferSize: Int { buffers.bufferSize }

    /// Gives `slot`, with the buffer that lies in it, to the device: its address in the first word, and zero in the second.
    @inlinable @inline(__always)
    public func arm(_ slot: Int) {
        descriptors.store(buffers.deviceAddress(at: slot), 0, of: slot)
        descriptors.store(0, 1, of: slot)
    }

    /// See `ArmedBuffers.makeSpares`.
    public mutating func makeSpares(
        for record: consuming InFlightBuffers, of ring: consuming DescriptorRing, lengths: FrameLengths
    ) throws(HardwareError) -> SlotBuffers {
        try buffers.makeSpares(for: record, of: ring, lengths: lengths)
    }

    /// The same buffers, in the same slots, which exchanges them with those of another ring.
    ///
    /// - Parameter lengths: what a packet may have that is shown. Traps if that is more than a buffer holds.
    public consuming func keepInSlots(lengths: FrameLengths) -> SlotBuffers {
        buffers.keepInSlots(of: descriptors, lengths: lengths)
    }
}

/// What a look at a receive ring has come to.
@frozen
public struct Arrivals {
    /// Packets that were taken out, and their bytes.
    public var count = 0
    public var bytes = 0
    /// Whether a descriptor ended the look, and its `excess` then.
    public var isEnded = false
    public var ending: UInt64 = 0

    @inlinable @inline(__always)
    init() {}
}

extension ArmedRing {
    /// Takes the buffers that the device has filled out of the slots from `first` on, as packets at the end of `batch`,
    /// and arms the slots with fresh ones: their address in the first word, and zero in the second.
    ///
    /// It ends when the batch is full, at the ring's end, at a descriptor without a packet, or when the fresh buffers at
    /// hand are used up; and it does nothing if their addresses are not as easily found as in most pools: see
    /// `exchangeSlowly`.
    /// - Parameters:
    ///   - excess: by how much a packet is longer than the shortest one, read out of the second word of its descriptor;
    ///     a number outside of the ring's lengths ends the call before that slot. This is all that is believed of the
    ///     device.
    @inlinable @inline(__always)
    public mutating func exchange(
        from first: Int, into batch: inout PacketBatch, excess: (UInt64) -> UInt64
    ) -> Arrivals {
        guard let delta = unsafe buffers.core.pointee.commonDelta, buffers.source.left > 0 || buffers.source.reload() else {
            return Arrivals()
        }
        // Sound: as many buffers as are left are ours.
        return unsafe take(first, &batch, excess) { granule in delta &+ UInt64(granule) &<< 6 }
    }

    /// The same, however the addresses of fresh buffers are found.
    @inlinable @inline(__always)
    public mutating func exchangeSlowly(
        from first: Int, into batch: inout PacketBatch, excess: (UInt64) -> UInt64
    ) -> Arrivals {
        guard batch.room > 0, buffers.source.left > 0 || buffers.source.reload() else { return Arrivals() }
        let deltas = unsafe buffers.core.pointee.deviceDeltas, pageShift = unsafe buffers.core.pointee.pageShift
        // Sound: as in `exchange`, and as in `PoolCore.deviceAddress`.
        return unsafe take(first, &batch, excess) { granule in
            unsafe deltas[Int(granule &>> pageShift)] &+ UInt64(granule) &<< 6
        }
    }

    /// Asks the processor for the descriptors of the next packets, of which many are likely there.
    @inlinable
    public func expect(_ count: Int, from first: Int) {
        let slot = first & descriptors.mask
        let end = min(count, descriptors.mask &+ 1 &- slot) &* 16
        // Sound: the descriptors from `slot` on are inside.
        let words = unsafe UnsafeRawPointer(descriptors.words + slot &* 2)
        var offset = 0
        while offset < end {
            unsafe prefetch(words + offset)
            offset &+= 64
        }
    }

    /// Asks the processor for the first bytes in the buffer of `slot`.
    @inlinable @inline(__always)
    public func expectPacket(in slot: Int) {
        // Sound: `slot & mask` is inside.
        unsafe prefetch(buffers.core.pointee.base + Int(buffers.granules[slot & descriptors.mask]) &<< 6)
    }

    /// One run, which ends where the ring does, or the magazine.
    ///
    /// Unsafe: `address` must know each buffer of the source.
    @unsafe @inlinable @inline(__always)
    mutating func take(
        _ first: Int, _ batch: inout PacketBatch, _ excess: (UInt64) -> UInt64, address: (UInt32) -> UInt64
    ) -> Arrivals {
        let mask = descriptors.mask, slot = first & mask
        // In bytes of a buffer's number, so that the compiler counts nothing else in the loop.
        let end = min(batch.room, buffers.source.left, mask &+ 1 &- slot) &* 4
        // Sound: the magazine holds so many buffers, which are ours, the batch has room for as many packets, and so many
        // slots are inside of ring and record. All that does not change is read once: a store to a descriptor could change
        // it, for all the compiler knows.
        let words = unsafe UnsafeMutableRawPointer(descriptors.words + slot &* 2)
        let armed = unsafe UnsafeMutableRawPointer(buffers.granules + slot)
        let fresh = unsafe UnsafeRawPointer(buffers.source.granules)
        let places = unsafe UnsafeMutableRawPointer(batch.packets + batch.filled)
        let core = unsafe buffers.core, base = unsafe core.pointee.base
        let shortest = UInt64(lengths.shortest), span = lengths.span
        var arrivals = Arrivals()
        var rest: UInt64 = 0, bytes: UInt64 = 0
        var offset = 0
        // All have arrived if the last has; then all lines are asked for at once. (`DescriptorRing.claim` says why.) If the
        // device lies about the order, nothing changes: each of these slots holds the address that is written there.
        // Sound: `0 <= offset < end`; the slots' buffers are ours to name.
        if end >= 64, unsafe excess((words + (end &* 4 &- 8)).assumingMemoryBound(to: Atomic<UInt64>.self).pointee
                .load(ordering: .relaxed)) < span {
            while offset < end {
                unsafe words.storeBytes(
                    of: address(armed.load(fromByteOffset: offset, as: UInt32.self)), toByteOffset: offset &* 4, as: UInt64.self)
                offset &+= 16
            }
            offset = 0
        }
        while offset < end {
            // Sound: `offset < end`, here and below.
            let writeBack = unsafe (words + (offset &* 4 &+ 8)).assumingMemoryBound(to: Atomic<UInt64>.self).pointee
                .load(ordering: .acquiring)
            rest = excess(writeBack)
            guard rest < span else { break }
            // Sound: the filled buffer is now the packet's alone, the fresh one the ring's.
            let filled = unsafe armed.load(fromByteOffset: offset, as: UInt32.self)
            unsafe prefetch(base + Int(filled) &<< 6)
            let granule = unsafe fresh.load(fromByteOffset: offset, as: UInt32.self)
            unsafe armed.storeBytes(of: granule, toByteOffset: offset, as: UInt32.self)
            unsafe words.storeBytes(of: SIMD2(address(granule), 0), toByteOffset: offset &* 4, as: SIMD2<UInt64>.self)
            // One of `lengths`, which are 16 bits wide.
            unsafe Packet.put(at: places + offset &* 4, core: core, granule: filled, length: rest &+ shortest)
            bytes &+= rest
            offset &+= 4
        }
        let count = offset &>> 2
        unsafe buffers.source.advance(count)
        batch.filled &+= count
        arrivals.count = count
        arrivals.bytes = Int(truncatingIfNeeded: bytes &+ UInt64(truncatingIfNeeded: count) &* shortest)
        arrivals.isEnded = rest >= span
        arrivals.ending = rest
        return arrivals
    }
}
