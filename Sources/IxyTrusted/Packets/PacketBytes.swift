// Access to bytes, bounds-checked in every build.
extension PacketContents where Self: ~Copyable & ~Escapable {
    /// The place of the `size` bytes at `offset`. Traps unless they lie inside of the packet.
    @unsafe @inlinable @inline(__always)
    func place(_ offset: Int, _ size: Int) -> UnsafeMutableRawPointer {
        precondition(offset >= 0 && offset <= count &- size, "beyond the packet's end")
        // Sound: inside of the packet's own bytes.
        return unsafe address + offset
    }

    /// The byte at `offset`; traps outside `0 ..< count`.
    @inlinable
    public subscript(offset: Int) -> UInt8 {
        // Sound: `place` has checked the bounds, here and below, and every bit pattern is a byte.
        @inline(__always)
        get { unsafe place(offset, 1).load(as: UInt8.self) }
        @inline(__always)
        @_lifetime(self: copy self)
        set { unsafe place(offset, 1).storeBytes(of: newValue, as: UInt8.self) }
    }
}
