/// A ring each of whose slots has a buffer at any time: what is filled or to be sent, or a spare one.
///
/// A packet goes from one ring to another by an exchange of two slots' buffers, so that no buffer is ever without a
/// place, and none is looked for. This is the driver's own record; nothing of it is ever read back from memory that the
/// device can write.
@safe
public struct SlotBuffers: ~Copyable, Sendable {
    /// A buffer's address for the device, and its address here.
    @usableFromInline
    typealias Place = SIMD2<UInt64>

    /// The most packets of one run.
    @inlinable public static var longestRun: Int { 32 }

    @usableFromInline
    nonisolated(unsafe) let places: UnsafeMutablePointer<Place>
    public let ring: DescriptorRing
    @usableFromInline
    let mask: Int
    /// The lengths of packets in it, which fit into every buffer.
    @usableFromInline
    let lengths: FrameLengths
    /// Bytes that each buffer holds.
    public let bufferSize: Int
    /// The size of a descriptor and of a place, as a shift. Not a constant, or the compiler would count slots beside bytes
    /// in a loop.
    @usableFromInline
    let sizeShift: Int
    /// The descriptors by which the packets of a run are sent if nothing is done to them: until they are looked at, since
    /// what is written for the device is not read back.
    @usableFromInline
    nonisolated(unsafe) let notes: UnsafeMutableRawPointer
    private let ledger: Ledger

    init(_ ledger: Ledger, _ ring: consuming DescriptorRing, _ lengths: FrameLengths) {
        precondition(ring.count == ledger.slots, "the ring and its buffers differ in size")
        precondition(lengths.fit(unsafe ledger.core.pointee.bufferSize), "a packet would not fit in its buffer")
        sizeShift = MemoryLayout<Place>.size.trailingZeroBitCount
        self.ring = ring
        self.lengths = lengths
        unsafe places = ledger.places
        unsafe notes = ledger.notes
        mask = ledger.slots - 1
        bufferSize = unsafe ledger.core.pointee.bufferSize
        self.ledger = ledger
    }

    /// The device's address of the buffer in `slot`.
    @inlinable @inline(__always)
    public func deviceAddress(at slot: Int) -> UInt64 {
        // Sound: `slot & mask` is inside.
        unsafe places[slot & mask].x
    }

    /// Owns the record, and returns the buffers once neither the queue nor the device needs it.
    @safe
    final class Ledger: Sendable {
        nonisolated(unsafe) let places: UnsafeMutablePointer<Place>
        nonisolated(unsafe) let core: UnsafeMutablePointer<PoolCore>
        nonisolated(unsafe) let notes: UnsafeMutableRawPointer
        let slots: Int
        /// Slots that hold a buffer: all, once the record is set up. Written by who makes it, and only then.
        nonisolated(unsafe) var count = 0

        init(slots: Int, core: UnsafeMutablePointer<PoolCore>) {
            self.slots = slots
            unsafe self.core = core
            unsafe places = .allocate(capacity: slots)
            unsafe places.initialize(repeating: Place(0, 0), count: slots)
            unsafe notes = .allocate(byteCount: SlotBuffers.longestRun * MemoryLayout<Place>.size, alignment: 64)
        }

        /// Puts a buffer, which the caller owned, into the next slot.
        func add(_ granule: UInt32) {
            precondition(unsafe count < slots)
            // Sound: `count` is a slot, as just checked.
            let address = unsafe core.pointee.base + Int(granule) << 6
            unsafe places[count] = Place(
                PoolCore.deviceAddress(of: granule, core), UInt64(UInt(bitPattern: address)))
            unsafe count += 1
        }

        deinit {
            for slot in 0..<(unsafe count) {
                // Sound: these buffers are out of the pool, so its core lives; each is in one slot of one record, and
                // returns once.
                let offset = unsafe places[slot].y - UInt64(UInt(bitPattern: core.pointee.base))
                unsafe PoolCore.giveBack(UInt32(truncatingIfNeeded: offset >> 6), to: core)
            }
            unsafe places.deallocate()
            unsafe notes.deallocate()
        }
    }
}

extension ArmedBuffers {
    /// The same buffers, in the same slots of `ring`, which exchanges them with those of another ring.
    ///
    /// - Parameter lengths: what a packet may have that is shown. Traps if that is more than a buffer holds.
    public consuming func keepInSlots(of ring: consuming DescriptorRing, lengths: FrameLengths) -> SlotBuffers {
        let slots = unsafe SlotBuffers.Ledger(slots: mask + 1, core: core)
        // Sound: all slots hold a buffer once the record is made. They change hands here, and the old record, whose
        // keeper the device's controller has, keeps the new one as long as it would have kept them.
        for slot in 0...mask { unsafe slots.add(granules[slot]) }
        ledger.handOver(to: slots)
        return SlotBuffers(slots, ring, lengths)
    }

    /// A spare buffer of the same pool for each slot of a transmit ring.
    ///
    /// - Parameters:
    ///   - record: the ring's, which must be empty.
    ///   - lengths: what a packet may have that is sent. Traps if that is more than a buffer holds.
    /// - Throws: `.poolEmpty`; `.invalid` if the device of that ring cannot reach the pool.
    public mutating func makeSpares(
        for record: consuming InFlightBuffers, of ring: consuming DescriptorRing, lengths: FrameLengths
    ) throws(HardwareError) -> SlotBuffers {
        precondition(record.count == 0, "packets are on their way")
        guard unsafe record.space == core.pointee.space else {
            throw .invalid(what: "a pool that the other device cannot reach", remedy: "use devices that share their memory")
        }
        let slots = unsafe SlotBuffers.Ledger(slots: record.mask + 1, core: core)
        for _ in 0...record.mask {
            guard let granule = source.take() else { throw .poolEmpty(capacity: unsafe core.pointee.capacity) }
            slots.add(granule)
        }
        record.ledger.handOver(to: slots)
        return SlotBuffers(slots, ring, lengths)
    }
}
