/// Packets in places of their own, one after the other, from the first place on: what a batch and a ring keep theirs in.
@safe @frozen @usableFromInline
package struct PacketStore: ~Copyable, Sendable {
    @usableFromInline nonisolated(unsafe) let base: UnsafeMutablePointer<Packet>
    @usableFromInline let capacity: Int
    /// How many places hold a packet.
    @usableFromInline package private(set) var count = 0

    package init(capacity: Int) {
        precondition(capacity > 0)
        // Sound: so many places; none is initialised yet.
        unsafe base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    @inlinable
    deinit {
        // Sound: the first `count` places are initialised.
        unsafe base.deinitialize(count: count)
        unsafe base.deallocate()
    }

    /// The packet at `index`. Traps if there is none.
    @inlinable
    package subscript(index: Int) -> Packet {
        @inline(__always)
        unsafeAddress {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such packet")
            // Sound: initialised.
            return unsafe UnsafePointer(base + index)
        }
        @inline(__always)
        unsafeMutableAddress {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such packet")
            // Sound: initialised.
            return unsafe base + index
        }
    }

    /// The `wanted` packets from `first` on. Traps if there are fewer.
    @inlinable @inline(__always)
    @_lifetime(&self)
    package mutating func span(from first: Int, _ wanted: Int) -> MutableSpan<Packet> {
        precondition(first >= 0 && wanted >= 0 && first <= count &- wanted, "no such packets")
        // Sound: so many are initialised, and the span has them for itself while it lives.
        let span = unsafe MutableSpan(_unsafeStart: base + first, count: wanted)
        return unsafe _overrideLifetime(span, mutating: &self)
    }

    /// Puts a packet into the next place. Traps if there is none.
    package mutating func append(_ packet: consuming Packet) {
        precondition(count < capacity, "no place for a packet")
        // Sound: the place exists and is not initialised.
        unsafe (base + count).initialize(to: packet)
        count += 1
    }

    /// Takes the last packet out. Traps if there is none.
    package mutating func removeLast() -> Packet {
        precondition(count > 0, "no packet")
        count -= 1
        // Sound: it is initialised, and no longer counted.
        return unsafe (base + count).move()
    }

    /// Whether all of them are of one pool.
    func areAll(of pool: UInt) -> Bool { (0..<count).allSatisfy { self[$0].poolID == pool } }

    /// Two packets change places. Traps if there are no such.
    package mutating func swapAt(_ left: Int, _ right: Int) {
        guard left != right else { return }
        precondition(left >= 0 && right >= 0 && left < count && right < count)
        // Sound: two different initialised places.
        unsafe swap(&base[left], &base[right])
    }
}
