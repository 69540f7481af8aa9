public import IxyHardware

extension VirtIO {
    /// A transmit queue in the packed layout. (VirtIO 1.2 §2.8)
    ///
    /// The number under which a packet is lent is that of its slot, and its low half the packet's id.
    @frozen
    public struct PackedTransmitRing: TransmitRing, ~Copyable {
        @usableFromInline var ring: PackedRing
        /// The device's address of a header of zeros, for packets that have no room for their own.
        let zeros: UInt64
        /// The device has promised to use buffers in order. (VirtIO 1.2 §2.8.8)
        @usableFromInline let isInOrder: Bool
        @usableFromInline let constants = PackedConstants()
        /// The slot where the device reports next, counted on and on.
        @usableFromInline var nextUsed = 0
        /// Where the next packet goes.
        @usableFromInline var next = 0
        /// Descriptors that were given since the last look at whether to notify.
        @usableFromInline var fresh = 0

        /// - Parameter zeros: the device's address of 12 bytes that are zero.
        public init(_ ring: consuming PackedRing, zeros: UInt64, isInOrder: Bool) {
            self.ring = ring
            self.zeros = zeros
            self.isInOrder = isInOrder
        }

        @inlinable public static var headerCount: Int { LongHeader.count }
        public var count: Int { ring.count }
        public var keeper: any AnyObject & Sendable { ring.keeper }
        public var layout: QueueLayout { QueueLayout(ring) }

        @inlinable @inline(__always)
        public mutating func send(
            _ batch: inout PacketBatch, _ buffers: inout LentBuffers
        ) -> (packets: Int, bytes: Int) {
            var sent = 0
            var bytes = 0
            let nextID = constants.nextID
            while !batch.isEmpty {
                let number = buffers.end
                // All of a descriptor but its length.
                var given = PackedDescriptor.given(ring.wrap(at: number), 0) | PackedDescriptor.id(number)
                let done = buffers.lend(
                    from: &batch, headerCount: LongHeader.count,
                    along: ring.cursor(from: number & ring.mask, count: buffers.run)
                ) { cursor, address, count in
                    cursor.setAddress(address)
                    cursor.setExtent(given &+ UInt64(truncatingIfNeeded: count &+ LongHeader.count))
                    given &+= nextID
                }
                guard done.packets > 0 else { break }
                sent &+= done.packets
                bytes &+= done.bytes
            }
            fresh &+= sent
            next = buffers.end
            return (sent, bytes)
        }

        /// Header and frame in a slot each, if they must be: then the first one is given last. (VirtIO 1.2 §2.8.6)
        public mutating func describe(_ loan: LentBuffers.Loan) {
            let number = loan.number, id = UInt16(truncatingIfNeeded: number)
            let last = loan.isApart ? number + 1 : number
            let header = loan.isApart ? 0 : LongHeader.count
            ring.setAddress(loan.address &- UInt64(header), of: last)
            ring.setExtent(
                UInt32(loan.count + header), id: id, flags: PackedDescriptor.available(ring.wrap(at: last)), of: last)
            if loan.isApart {
                ring.setAddress(zeros, of: number)
                ring.setExtent(
                    UInt32(LongHeader.count), id: id,
                    flags: PackedDescriptor.available(ring.wrap(at: number)) | PackedDescriptor.next, of: number)
            }
            next = last + 1
            fresh += next - number
        }

        @inlinable
        public mutating func finish() {}

        @inlinable
        public mutating func takeBack(into buffers: inout LentBuffers) -> Int? {
            var packets = 0
            // The record of what is lent bounds this: each turn takes something back.
            while buffers.count > 0 {
                if buffers.isPlain {
                    let limit = min(buffers.count, ring.mask &+ 1 &- nextUsed & ring.mask)
                    let done = countUsed(limit)
                    buffers.release(done)
                    nextUsed &+= done
                    packets &+= done
                    if done == limit { continue }
                }
                guard let more = takeBackOne(&buffers) else { return nil }
                guard more > 0 else { break }
                packets &+= more
            }
            return packets
        }

        /// How many of the next `limit` slots up to the ring's end the device has used, in order.
        @inlinable @inline(__always)
        func countUsed(_ limit: Int) -> Int {
            var used = PackedDescriptor.used(nextUsed, wrap: ring.wrap(at: nextUsed))
            var cursor = ring.cursor(from: nextUsed & ring.mask, count: limit)
            // Four at a time, which have a cache line, save a count and a look at the end for each.
            counting: do {
                while cursor.left >= 4 {
                    guard PackedDescriptor.pass(&cursor, &used), PackedDescriptor.pass(&cursor, &used),
                        PackedDescriptor.pass(&cursor, &used), PackedDescriptor.pass(&cursor, &used)
                    else { break counting }
                }
                while cursor.left > 0 { guard PackedDescriptor.pass(&cursor, &used) else { break counting } }
            }
            return limit &- cursor.left
        }

        /// Takes back what the next used descriptor tells, of whatever kind. Returns how many packets; nil for a lie.
        @inline(never) @usableFromInline
        mutating func takeBackOne(_ buffers: inout LentBuffers) -> Int? {
            let extent = ring.extent(of: nextUsed)
            guard PackedDescriptor.isUsed(extent, wrap: ring.wrap(at: nextUsed)) else { return 0 }
            let offset = Int(UInt16(truncatingIfNeeded: extent >> 32) &- UInt16(truncatingIfNeeded: buffers.first))
            guard isInOrder else {
                let slots = buffers.takeBack(offset: offset)
                nextUsed += slots
                return slots > 0 ? 1 : nil
            }
            // It may stand for all up to this one. (VirtIO 1.2 §2.8.8)
            guard offset < buffers.count else { return nil }
            if buffers.isPlain {
                buffers.release(offset + 1)
                nextUsed += offset + 1
                return offset + 1
            }
            let last = buffers.first + offset
            var packets = 0
            while buffers.first <= last {
                nextUsed += buffers.takeBack(offset: 0)
                packets += 1
            }
            return packets
        }

        public mutating func clear() {
            ring.clear()
            ring.setInterrupts(false)
            next = 0
            nextUsed = 0
            fresh = 0
        }

        public mutating func wantsNotification() -> Bool {
            defer { fresh = 0 }
            return ring.wantsNotification(after: fresh, next: next & ring.mask, wrap: ring.wrap(at: next))
        }

        public mutating func setInterrupts(_ areOn: Bool) { ring.setInterrupts(areOn) }
    }
}
