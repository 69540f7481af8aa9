// The bytes before a packet that belong to its buffer: room for a device's own header. (VirtIO 1.2 §5.1.6)
extension Packet {
    /// Writes the first 10 bytes of a header of `count` bytes, 10 or 12, and zeros the rest. False if there is no room.
    package mutating func storeHeader(_ count: Int, _ word: UInt64, _ offset: UInt16) -> Bool {
        precondition(count == 10 || count == 12)
        guard pool.headroom >= count else { return false }
        // Sound: there are so many bytes before the packet.
        unsafe (address - 2).storeBytes(of: 0, as: UInt16.self)
        unsafe (address - count).storeBytes(of: word, as: UInt64.self)
        unsafe (address - count + 8).storeBytes(of: offset, as: UInt16.self)
        return true
    }

    /// The first 10 bytes of a header of `count` bytes, as a device may have written them; nil if there is no room for any.
    package func header(_ count: Int) -> (word: UInt64, offset: UInt16)? {
        guard count >= 10, pool.headroom >= count else { return nil }
        // Sound: there are so many bytes before the packet; all bits are numbers.
        let place = unsafe address - count
        return unsafe (place.loadUnaligned(as: UInt64.self), (place + 8).loadUnaligned(as: UInt16.self))
    }

    /// The last two bytes before the packet, in the machine's order; zero if there are none.
    @inlinable @inline(__always)
    package var wordBefore: UInt16 {
        // Sound: the two bytes before a packet are headroom, if there is some.
        pool.headroom >= 2 ? unsafe (address - 2).load(as: UInt16.self) : 0
    }

    /// Copies the `count` bytes before `other` to before this packet, if both have so many.
    package mutating func copyHeader(_ count: Int, of other: borrowing Packet) {
        guard count >= 0, pool.headroom >= count, other.pool.headroom >= count else { return }
        // Sound: both ranges are headroom, as was just checked, of different buffers.
        unsafe (address - count).copyMemory(from: other.address - count, byteCount: count)
    }

    /// Appends `count` bytes, from `start` on in the buffer of `other`, whose length does not matter. False if they do not fit.
    /// With `start` below zero they begin in the headroom.
    package mutating func append(_ count: Int, from start: Int, of other: borrowing Packet) -> Bool {
        guard start >= -other.pool.headroom, start <= other.capacity, count >= 0, count <= other.capacity - start,
            count <= capacity - self.count
        else { return false }
        let old = self.count
        resize(to: old + count)
        // Sound: both ranges were just checked, and lie in different buffers.
        unsafe (address + old).copyMemory(from: other.address + start, byteCount: count)
        return true
    }
}
