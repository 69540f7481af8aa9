/// A packet that lies in a ring, lent to whoever looks at it: its bytes can be changed and its length, and then it is
/// sent on or dropped where it lies.
///
/// It owns nothing, and can be neither copied nor kept. Its bytes are reached as those of a `Packet`.
@safe @frozen
public struct PacketView: ~Copyable, ~Escapable {
    /// The first byte.
    @unsafe public let address: UnsafeMutableRawPointer
    @usableFromInline var length: UInt32
    /// How many bytes the buffer can hold.
    public let capacity: Int

    /// The first `length` bytes at `address`, in a buffer of `capacity` bytes.
    ///
    /// Unsafe: the buffer is the caller's alone as long as the view lives.
    @unsafe @inlinable @inline(__always)
    @_lifetime(immortal)
    init(_ address: UnsafeMutableRawPointer, length: UInt32, capacity: Int) {
        // Sound: as above.
        unsafe self.address = address
        self.length = length
        self.capacity = capacity
    }

    /// Number of bytes, without the Ethernet frame check sequence.
    @inlinable
    public var count: Int { Int(length) }

    /// Makes the packet `newCount` bytes long. Bytes that are added hold whatever the buffer held.
    ///
    /// Traps unless `newCount` is 0 to `capacity`.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func resize(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= capacity, "the packet does not fit in its buffer")
        length = UInt32(truncatingIfNeeded: newCount)
    }
}

extension PacketView: PacketContents {}
