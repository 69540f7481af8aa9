/// A packet that lies in a ring, lent to whoever looks at it: its bytes can be changed and its length, and then it is
/// sent on or dropped where it lies.
///
/// It owns nothing, can be neither copied nor kept, and its spans end before it does.
@safe @frozen
public struct PacketView: ~Copyable, ~Escapable {
    @usableFromInline
    let address: UnsafeMutableRawPointer
    @usableFromInline
    var length: Int
    /// How many bytes the buffer can hold.
    public let capacity: Int

    /// The first `length` bytes at `address`, in a buffer of `capacity` bytes.
    ///
    /// Unsafe: the buffer is the caller's alone as long as the view lives.
    @unsafe @inlinable @inline(__always)
    @_lifetime(immortal)
    init(address: UnsafeMutableRawPointer, length: Int, capacity: Int) {
        unsafe self.address = address
        self.length = length
        self.capacity = capacity
    }

    /// Number of bytes, without the Ethernet frame check sequence.
    @inlinable
    public var count: Int { length }

    /// Makes the packet `newCount` bytes long. Bytes that are added hold whatever the buffer held.
    ///
    /// Traps unless `newCount` is 0 to `capacity`.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func resize(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= capacity, "the packet does not fit in its buffer")
        length = newCount
    }

    /// The packet's bytes, to read and write. The span cannot outlive the view.
    @inlinable
    public var bytes: MutableRawSpan {
        @_lifetime(&self)
        @inline(__always)
        mutating get {
            // Sound: the view has these bytes to itself, to which the lifetime is bound.
            let span = unsafe MutableRawSpan(_unsafeStart: address, byteCount: length)
            return unsafe _overrideLifetime(span, mutating: &self)
        }
        @_lifetime(&self)
        @inline(__always)
        _modify {
            // Sound: as above.
            var span = unsafe MutableRawSpan(_unsafeStart: address, byteCount: length)
            yield &span
        }
    }

    /// The packet's bytes, to read only.
    @inlinable
    public var readOnlyBytes: RawSpan {
        @_lifetime(borrow self)
        @inline(__always)
        get {
            // Sound: as in `bytes`.
            let span = unsafe RawSpan(_unsafeStart: address, byteCount: length)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}
